"""Tamperings of the archive itself: refused before any read of its content, and four that checksums catch (issue 2)."""

import io
import zipfile
from collections.abc import Callable

import pytest

from offmon.core.bundle import layout, read
from offmon.verify.app import judge
from offmon.verify.verdict import Name
from tests.support.tamper import caught, find, honest, repacked, unreadable, with_tag_manifest


def zipped(files: list[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files:
            info = zipfile.ZipInfo(layout.FOLDER + name)
            info.external_attr = 0o100644 << 16
            archive.writestr(info, data)
    return out.getvalue()


def with_file(path: str, data: bytes) -> Callable[[dict[str, bytes]], None]:
    return lambda files: files.update({path: data})


def without_file(path: str) -> Callable[[dict[str, bytes]], None]:
    def drop(files: dict[str, bytes]) -> None:
        del files[path]

    return drop


def test_a_path_that_escapes_or_another_order() -> None:
    files = list(read.unpack(honest().bundle()).items())
    unreadable(zipped([("../../home/x", b""), *files]), "unsafe-path", "do not unpack it")
    unreadable(zipped(files[::-1]), "wrong-order", "not in their one order")


def test_a_truncated_archive_or_an_empty_file() -> None:
    bundle = honest().bundle()
    unreadable(bundle[: len(bundle) // 2], "truncated", "it was cut on its way")
    unreadable(b"", "not-a-zip", "it is not a bundle")


def test_bag_info_edited() -> None:
    def edited(files: dict[str, bytes]) -> None:
        files[layout.INFO] += b"Contact-Name: Someone else\n"
        with_tag_manifest(files)

    forged = honest()
    bundle = repacked(forged.bundle(), edited)
    caught(bundle, forged.trust, Name.VALID, "info-edited", "does not follow from its payload")


ITEM = find(honest(), "data/items/")
EDITED = honest().payload[ITEM].replace(b"typed", b"reload")
ADDED = f"data/records/alert/{'0' * 32}.json"


@pytest.mark.parametrize(
    ("name", "code", "words", "change"),
    [
        (Name.VALID, "digest-differs", "a byte of it changed", with_file(ITEM, EDITED)),
        (Name.VALID, "digest-differs", "a byte of it changed", with_file(layout.REPORT, b"<p>Another")),
        (Name.COMPLETE, "listed-file-missing", "is listed and is not there", without_file(ITEM)),
        (Name.COMPLETE, "file-not-listed", "is there and is not listed", with_file(ADDED, b"{}")),
    ],
    ids=["a byte in an item", "a byte in the report", "an item dropped", "a file added"],
)
def test_without_recomputing(name: Name, code: str, words: str, change: Callable[[dict[str, bytes]], None]) -> None:
    forged = honest()
    caught(repacked(forged.bundle(), change), forged.trust, name, code, words)


@pytest.mark.parametrize(
    "path", [layout.MANIFEST, layout.TAG_MANIFEST, layout.INDEX, layout.RUN, layout.TAIL, layout.REPORT]
)
def test_a_bundle_without_one_of_its_own_files_is_not_verified(path: str) -> None:
    forged = honest()
    verdict = judge(repacked(forged.bundle(), without_file(path)), forged.trust)
    assert verdict.exit == 1
