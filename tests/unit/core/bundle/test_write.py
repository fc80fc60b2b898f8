"""A bundle is a BagIt bag that strangers' programs read, and the same bytes wherever it is made (RFC 8493; R-EVD)."""

import io
import os
import time
import zipfile
from pathlib import Path

import bagit  # type: ignore[import-untyped]
import pytest

from offmon.core.bundle import layout, read, write
from offmon.core.errors import Malformed
from tests.unit.core.samples import code_of

PAYLOAD = {"data/bundle.json": b"{}", "data/report.html": "Größe".encode(), "data/records/term/1.json": b""}
TAGS = {"tail.json": b"[]", "proofs/0.tlog-proof": b"proof\n"}


@pytest.mark.filterwarnings("ignore:'count' is passed as positional argument:DeprecationWarning")  # the oracle's own
def test_another_program_takes_it_for_a_valid_bag(tmp_path: Path) -> None:
    archive = zipfile.ZipFile(io.BytesIO(write.bag(PAYLOAD, TAGS)))
    assert archive.testzip() is None
    archive.extractall(tmp_path)
    bag = bagit.Bag(str(tmp_path / layout.FOLDER))
    bag.validate()
    assert set(bag.payload_files()) == set(PAYLOAD)
    assert bag.info["Payload-Oxum"] == f"{sum(map(len, PAYLOAD.values()))}.{len(PAYLOAD)}"


def test_neither_the_order_of_files_nor_the_clock_changes_a_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    first = write.bag(PAYLOAD, TAGS)
    monkeypatch.setitem(os.environ, "TZ", "Pacific/Apia")
    time.tzset()
    try:
        assert write.bag(dict(reversed(PAYLOAD.items())), dict(reversed(TAGS.items()))) == first
    finally:
        monkeypatch.undo()
        time.tzset()


def test_the_manifest_that_is_exported_does_not_change_when_proofs_are_added() -> None:
    without, with_proofs = read.read_bag(write.bag(PAYLOAD, {})), read.read_bag(write.bag(PAYLOAD, TAGS))
    assert without.tags[layout.MANIFEST] == with_proofs.tags[layout.MANIFEST] == write.manifest(PAYLOAD)
    assert without.tags[layout.TAG_MANIFEST] != with_proofs.tags[layout.TAG_MANIFEST]


@pytest.mark.parametrize(
    "name",
    [
        *(
            "../x",
            "data/../x",
            "/etc/passwd",
            "data\\x",
            "data//x",
            "data/X",
            "data/x.",
            "data/.x",
            "data/ x",
            "data/é",
            "",
        ),
        *("data/x/", "c:/x", "data/nul.json", "data/com1", "con/x", "data/" + "x" * 200, "data/x\0", "data/x\n"),
    ],
)
def test_a_path_that_could_escape_or_collide_is_not_written(name: str) -> None:
    assert code_of(write.pack, {name: b""}) == "unsafe-path"


def test_payload_and_tags_do_not_mix() -> None:
    for payload, tags in (({"x": b""}, {}), ({}, {"data/x": b""})):
        assert code_of(write.bag, payload, tags) == "misplaced-file"


def test_from_65535_files_on_their_number_stands_in_the_records_of_zip64() -> None:
    for count in (65_534, 65_535):
        files = {f"{number:06}": b"" for number in range(count)}
        data = write.pack(files)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert len(archive.namelist()) == count
            assert archive.testzip() is None
        assert (b"PK\6\6" in data) is (count >= 65_535)
        assert read.unpack(data) == files


@pytest.mark.parametrize("at", [b"PK\6\6", b"PK\6\7"])
def test_records_of_zip64_that_say_anything_else_are_no_bundle(at: bytes) -> None:
    data = bytearray(write.pack({f"{number:06}": b"" for number in range(65_535)}))
    data[data.rindex(at) + 20] ^= 1
    with pytest.raises(Malformed):
        read.unpack(bytes(data))


def test_what_a_bundle_does_not_hold_says_what_to_do_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write, "MAX_FILES", 1)
    with pytest.raises(Malformed, match="A shorter period leaves out what was found outside it") as refusal:
        write.pack({"a": b"", "b": b""})
    assert refusal.value.code == "too-many-files"
