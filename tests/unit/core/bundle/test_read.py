"""The strict reader refuses anything but a bundle, in a sentence and never by a traceback (anchors 27, 28)."""

import io
import struct
import zipfile

import pytest

from offmon.core.bundle import layout, read, write
from offmon.core.errors import Malformed
from tests.unit.core.samples import code_of

GOOD = write.bag({"data/a.json": b"{}", "data/b.json": b"[1,2]"}, {"tail.json": b"{}"})


def zipped(*entries: tuple[str, bytes], method: int = zipfile.ZIP_STORED, mode: int = 0o100644) -> bytes:
    """A ZIP as the standard library writes it, in the order given."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in entries:
            info = zipfile.ZipInfo(name)
            info.compress_type, info.external_attr = method, mode << 16
            archive.writestr(info, data)
    return out.getvalue()


def test_the_untouched_bundle_is_read() -> None:
    bag = read.read_bag(GOOD)
    assert bag.payload == {"data/a.json": b"{}", "data/b.json": b"[1,2]"}
    assert "tail.json" in bag.tags


def test_the_standard_library_writes_the_same_bytes() -> None:
    """Our ZIP is nobody's dialect: what zipfile makes of the same plain files reads here, if it is a bag."""
    ours = write.pack({"a.json": b"{}", "b.json": b""})
    assert zipped((layout.FOLDER + "a.json", b"{}"), (layout.FOLDER + "b.json", b"")) == ours


F = layout.FOLDER


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not-a-zip"),
        (b"%PDF-1.7", "not-a-zip"),
        (zipped((F + "a.json", b"")), "not-a-bag"),
        (zipped((F + "../../etc/cron.d/x", b"")), "unsafe-path"),
        (zipped(("/etc/passwd", b"")), "unsafe-path"),
        (zipped(("other/a.json", b"")), "unsafe-path"),
        (zipped((F + "a\\b", b"")), "unsafe-path"),
        (zipped((F + "A.json", b"")), "unsafe-path"),
        (zipped((F + "a/", b"")), "unsafe-path"),
        (zipped((F + "bagit.txt", b"\xff")), "not-a-bag"),
        (zipped((F + "é.json", b"")), "unsafe-path"),
        (zipped((F + "b.json", b""), (F + "a.json", b"")), "wrong-order"),
        (zipped((F + "a.json", b"/etc/passwd"), mode=0o120777), "not-canonical-zip"),
        (zipped((F + "a.json", b"x" * 10_000), method=zipfile.ZIP_DEFLATED), "compressed"),
        (GOOD + b"trailing", "not-canonical-zip"),
        (b"#!/bin/sh\n" + GOOD, "not-a-zip"),
    ],
)
def test_another_archive_is_refused(data: bytes, code: str) -> None:
    assert code_of(read.read_bag, data) == code


def test_a_file_that_is_there_twice_is_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = zipped((F + "a.json", b"1"), (F + "a.json", b"2"))
    assert code_of(read.read_bag, twice) == "file-twice"


def test_an_encrypted_archive_is_refused() -> None:
    assert code_of(read.read_bag, GOOD[:6] + struct.pack("<H", 1) + GOOD[8:]) == "encrypted"


@pytest.mark.parametrize("share", [1, 20, 50, 80, 99])
def test_an_archive_that_was_cut_is_refused(share: int) -> None:
    assert code_of(read.read_bag, GOOD[: len(GOOD) * share // 100]) in {"truncated", "not-canonical-zip"}


def test_the_size_is_checked_before_anything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write, "MAX_BUNDLE", len(GOOD) - 1)
    assert code_of(read.read_bag, GOOD) == "too-large"


def test_too_many_files_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write, "MAX_FILES", 3)
    assert code_of(read.read_bag, GOOD) == "too-many-files"


@pytest.mark.parametrize(
    "text",
    [
        b"x",
        b"\xff\n",
        b"0" * 64 + b" data/a\n",
        b"0" * 64 + b"  ../a\n",
        b"A" * 64 + b"  data/a\n",
        b"0" * 64 + b"  data/a",
    ]
    + [b"".join(b"0" * 64 + b"  data/" + name + b"\n" for name in names) for names in ((b"b", b"a"), (b"a", b"a"))],
)
def test_a_manifest_in_another_form_is_refused(text: bytes) -> None:
    with pytest.raises(Malformed):
        read.read_manifest(text)
