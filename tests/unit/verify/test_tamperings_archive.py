"""Tamperings of the archive itself: refused before any read of its content, and four that checksums catch (issue 2)."""

import io
import zipfile
from collections.abc import Callable

import pytest

from offmon.core.bundle import layout, read
from offmon.verify.app import judge
from offmon.verify.text import as_text
from offmon.verify.verdict import Name
from tests.support.tamper import caught, find, honest, repacked, with_tag_manifest


def zipped(files: list[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files:
            info = zipfile.ZipInfo(layout.FOLDER + name)
            info.external_attr = 0o100644 << 16
            archive.writestr(info, data)
    return out.getvalue()


def without_file(path: str) -> Callable[[dict[str, bytes]], None]:
    def drop(files: dict[str, bytes]) -> None:
        del files[path]

    return drop


def unreadable(bundle: bytes, code: str, words: str) -> None:
    verdict = judge(bundle, honest().trust)
    assert verdict.unreadable is not None
    assert (verdict.unreadable.code, verdict.exit) == (code, 2)
    assert words in as_text(verdict)


def test_a_path_that_escapes() -> None:
    files = list(read.unpack(honest().bundle()).items())
    unreadable(zipped([("../../home/x", b""), *files]), "unsafe-path", "do not unpack it")


def test_a_truncated_archive() -> None:
    bundle = honest().bundle()
    unreadable(bundle[: len(bundle) // 2], "truncated", "it was cut on its way")


def test_another_order() -> None:
    files = list(read.unpack(honest().bundle()).items())
    unreadable(zipped(files[::-1]), "wrong-order", "not in their one order")


def test_an_empty_file() -> None:
    unreadable(b"", "not-a-zip", "it is not a bundle")


def test_bag_info_edited() -> None:
    def edited(files: dict[str, bytes]) -> None:
        files[layout.INFO] += b"Contact-Name: Someone else\n"
        with_tag_manifest(files)

    forged = honest()
    caught(
        repacked(forged.bundle(), edited), forged.trust, Name.VALID, "info-edited", "does not follow from its payload"
    )


def test_without_recomputing_a_byte_in_an_item() -> None:
    forged = honest()
    path = find(forged, "data/items/")
    bundle = repacked(forged.bundle(), lambda files: files.update({path: files[path].replace(b"typed", b"reload")}))
    caught(bundle, forged.trust, Name.VALID, "digest-differs", "a byte of it changed")


def test_without_recomputing_a_byte_in_the_report() -> None:
    forged = honest()
    bundle = repacked(forged.bundle(), lambda files: files.update({layout.REPORT: b"<p>Another"}))
    caught(bundle, forged.trust, Name.VALID, "digest-differs", "a byte of it changed")


def test_without_recomputing_an_item_dropped() -> None:
    forged = honest()
    path = find(forged, "data/items/")
    bundle = repacked(forged.bundle(), without_file(path))
    caught(bundle, forged.trust, Name.COMPLETE, "listed-file-missing", "is listed and is not there")


def test_without_recomputing_a_file_added() -> None:
    forged = honest()
    bundle = repacked(forged.bundle(), lambda files: files.update({"data/records/alert/" + "0" * 32 + ".json": b"{}"}))
    caught(bundle, forged.trust, Name.COMPLETE, "file-not-listed", "is there and is not listed")


@pytest.mark.parametrize(
    "path", [layout.MANIFEST, layout.TAG_MANIFEST, layout.INDEX, layout.RUN, layout.TAIL, layout.REPORT]
)
def test_a_bundle_without_one_of_its_own_files_is_not_verified(path: str) -> None:
    forged = honest()
    verdict = judge(repacked(forged.bundle(), without_file(path)), forged.trust)
    assert verdict.exit == 1
