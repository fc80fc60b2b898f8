"""Reads a bundle strictly, and refuses anything else before it uses any part of it (RFC 8493; anchors 27).

Rules
- Size comes first. Then each entry, from the front: a plain stored file with a safe name, in order. Then the reader writes all of it again
  and compares. So no second directory, comment, link, hidden byte, other date or other mode gets through.
- Nothing is unpacked to disk, and nothing is inflated.
- The result is paths and bytes. Whether they are as listed (*complete*), unchanged (*valid*) and true (*authentic*) are three other
  questions: a well-formed bag proves nothing.
"""

import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from offmon.core.bundle import layout, write
from offmon.core.errors import Malformed

MAX_MANIFEST: Final = 128 << 20
_LINE = re.compile(r"([0-9a-f]{64})  ([^\n]+)")
_ENCRYPTED: Final = 1
_NAME_IN_UTF8: Final = 1 << 11


@dataclass(frozen=True, slots=True)
class Bag:
    """A bag's files by path. `payload` is all under `data/`; `tags` is the rest, manifests included."""

    payload: Mapping[str, bytes]
    tags: Mapping[str, bytes]


def read_bag(data: bytes) -> Bag:
    """The bag in a bundle's bytes. Raises Malformed; no other exception leaves."""
    files = unpack(data)
    if files.get(layout.DECLARATION) != write.BAGIT:
        raise Malformed("not-a-bag", "The archive does not hold a BagIt 1.0 bag; it is not a bundle.")
    payload = {path: content for path, content in files.items() if path.startswith("data/")}
    return Bag(payload, {path: content for path, content in files.items() if path not in payload})


def unpack(data: bytes) -> dict[str, bytes]:
    """The files of a ZIP as `write.pack` makes it. Raises Malformed."""
    if len(data) > write.MAX_BUNDLE:
        raise Malformed("too-large", f"The file has {len(data)} bytes; at most {write.MAX_BUNDLE} are read.")
    files = dict[str, bytes]()
    for path, content in _entries(data):
        if path in files:
            raise Malformed("file-twice", "The archive holds two files of one path; programs would disagree on which.")
        if files and path < next(reversed(files)):
            raise Malformed("wrong-order", "The archive's files are not in their one order; it was packed again.")
        files[path] = content
        if len(files) > write.MAX_FILES:
            raise Malformed("too-many-files", f"The archive holds more than {write.MAX_FILES} files.")
    if not _is_written(files, data):
        raise Malformed(
            "not-canonical-zip",
            "The archive is not in the one form that bundles have; ask for the file as it was sent.",
        )
    return files


def _is_written(files: Mapping[str, bytes], data: bytes) -> bool:
    """Whether these files are written as exactly these bytes; piece by piece, for a bundle may be large."""
    at = 0
    for piece in write.pieces(files):
        if not data.startswith(piece, at):
            return False
        at += len(piece)
    return at == len(data)


def read_manifest(data: bytes) -> dict[str, str]:
    """Path → SHA-256 in hex, from a manifest in its one form. Raises Malformed."""
    if len(data) > MAX_MANIFEST:
        raise Malformed("too-large", f"A manifest has {len(data)} bytes; at most {MAX_MANIFEST} are read.")
    try:
        lines = data.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise _bad_manifest() from None
    matches = [_LINE.fullmatch(line) for line in lines[:-1]]
    found = {match[2]: match[1] for match in matches if match}
    if lines[-1] or len(found) != len(matches) or list(found) != sorted(found):
        raise _bad_manifest()
    for path in found:
        write.check_name(path)
    return found


def _bad_manifest() -> Malformed:
    return Malformed("bad-manifest", "A manifest is not a sorted list of checksums and paths, each once.")


def _entries(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Entries in the order in which they lie; what is in the directory at the end is compared afterwards, as a whole."""
    at = 0
    while data[at : at + 4] == write.LOCAL_MARK:
        try:
            _, _, flags, method, _, _, _, size, full, name_size, extra = write.LOCAL.unpack_from(data, at)
        except struct.error:
            raise _cut() from None
        start = at + write.LOCAL.size + name_size
        at = start + size
        if start > len(data) or at > len(data):
            raise _cut()
        if flags & _ENCRYPTED:
            raise Malformed("encrypted", "The archive is encrypted; a bundle is not.")
        if method or size != full:
            raise Malformed("compressed", "The archive is compressed; a bundle is not, so that nothing can inflate.")
        if flags & ~_NAME_IN_UTF8 or extra:
            raise Malformed("not-canonical-zip", "An entry of the archive holds more than a bundle's does.")
        yield _path(data[start - name_size : start]), data[start:at]
    if data[at : at + 4] != write.CENTRAL_MARK:
        raise _cut() if at else Malformed("not-a-zip", "The file is not a ZIP archive; it is not a bundle.")


def _path(name: bytes) -> str:
    try:
        path = name.decode("ascii")
    except UnicodeDecodeError:
        path = ""
    if not path.startswith(layout.FOLDER):
        raise Malformed("unsafe-path", f"A file lies outside the folder {layout.FOLDER}; do not unpack the archive.")
    path = path.removeprefix(layout.FOLDER)
    write.check_name(path)
    return path


def _cut() -> Malformed:
    return Malformed("truncated", "The archive ends before its end; it was cut on its way. Fetch it again.")
