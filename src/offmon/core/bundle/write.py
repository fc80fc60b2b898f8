"""Writes a bundle: a BagIt bag in a ZIP, the same bytes from the same files on any machine (RFC 8493; docs/specs/bundle.md).

Rules
- Manifests list each file once with its SHA-256, in the byte order of the paths. The export entry commits to `manifest_digest` of the
  payload's manifest, so proofs added beside the payload do not change it.
- `bag-info.txt` says only what follows from the payload, so writing it again reveals an edit.
- ZIP entries are plain files, stored and not compressed, in name order, of one date, one folder deep (RFC 8493 §4). So a bundle has one
  form, nothing needs inflating, and a reader compares it with its own writing.
- From 65,535 files on, two ZIP64 records also hold the directory's count, as the format requires. Nothing else changes (ADR 14).
- Names are lower-case ASCII with no way up. A name that could collide or escape on some file system cannot be written.
"""

import re
import struct
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Final
from zlib import crc32

from offmon.core.bundle import layout
from offmon.core.errors import Malformed
from offmon.core.formats import dsse
from offmon.core.ids import Digest

MAX_BUNDLE: Final = 1 << 30
MAX_FILES: Final = 400_000
MAX_NAME: Final = 200

BAGIT: Final = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"

LOCAL: Final = struct.Struct("<4s5H3I2H")
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_END: Final = struct.Struct("<4s4H2IH")
LOCAL_MARK: Final = b"PK\3\4"
CENTRAL_MARK: Final = b"PK\1\2"
_END_64: Final = struct.Struct("<4sQ2H2I4Q")
_LOCATOR: Final = struct.Struct("<4sIQI")
_SMALL: Final = 0xFFFF  # a count that says: see ZIP64's
_VERSION: Final = 20
_VERSION_64: Final = 45
_MADE_BY: Final = 3 << 8 | _VERSION  # 3: Unix, so that the mode below says "plain file"
_PLAIN_FILE: Final = 0o100644 << 16
_DATE: Final = 0x21  # 1 January 1980, the first that ZIP knows

WHAT_NEXT: Final = (
    "A shorter period leaves out what was found outside it. The case's own record is whole in every bundle: where the shortest period "
    "does not fit either, ask those who look after this system for a release whose bundles hold more."
)
_SEGMENT = r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?"
_NAME = re.compile(rf"{_SEGMENT}(?:/{_SEGMENT})*")
_DEVICE = re.compile(r"(?:^|/)(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|/|$)")  # Windows opens a device instead


def check_name(name: str) -> None:
    """Raises Malformed unless a path may stand in a bundle."""
    if len(name) > MAX_NAME or not _NAME.fullmatch(name) or _DEVICE.search(name):
        raise Malformed("unsafe-path", "A file's path is not one that a bundle may hold; do not unpack it.")


def manifest(files: Mapping[str, bytes]) -> bytes:
    """A BagIt manifest: one line a file, `sha256  path`."""
    return "".join(f"{sha256(files[path]).hexdigest()}  {path}\n" for path in sorted(files)).encode()


def manifest_digest(data: bytes) -> Digest:
    """What the export entry and the approver commit to, from the bytes of `manifest-sha256.txt`."""
    return dsse.digest_of(data)


def info(payload: Mapping[str, bytes]) -> bytes:
    """`bag-info.txt`, which follows from the payload."""
    size = sum(map(len, payload.values()))
    lines = (
        "Bag-Software-Agent: offmon/bundle@1",
        "External-Description: Read data/report.html. Check with: offmon verify BUNDLE --trust FILE",
        f"Payload-Oxum: {size}.{len(payload)}",
    )
    return "".join(line + "\n" for line in lines).encode()


def bag(payload: Mapping[str, bytes], tags: Mapping[str, bytes]) -> bytes:
    """The bundle: `payload` by path (each under `data/`) and tag files by path (none there). Raises Malformed for what cannot be held."""
    if any(not path.startswith("data/") for path in payload) or any(path.startswith("data/") for path in tags):
        raise Malformed("misplaced-file", "The payload lies under data/, and nothing else does.")
    own = {layout.DECLARATION: BAGIT, layout.INFO: info(payload), layout.MANIFEST: manifest(payload)}
    beside = {**tags, **own}
    return pack({**payload, **beside, layout.TAG_MANIFEST: manifest(beside)})


def pack(files: Mapping[str, bytes]) -> bytes:
    """Files as the one ZIP that has exactly them. Raises Malformed."""
    return b"".join(pieces(files))


def check_room(files: int, size: int) -> None:
    """Raises Malformed where so many files, of so many bytes in all, are more than a bundle holds."""
    if files > MAX_FILES:
        raise Malformed("too-many-files", f"This would be more than the {MAX_FILES:,} files of a bundle. {WHAT_NEXT}")
    if size + 2 * MAX_NAME * files > MAX_BUNDLE:
        raise Malformed("too-large", f"This would be more than the {MAX_BUNDLE >> 20:,} MiB of a bundle. {WHAT_NEXT}")


def pieces(files: Mapping[str, bytes]) -> Iterator[bytes]:
    """The same, a piece at a time. Raises Malformed before the first."""
    for name in files:
        check_name(name)
    check_room(len(files), sum(map(len, files.values())))
    central, at = list[bytes](), 0
    for path in sorted(files):
        data, full = files[path], (layout.FOLDER + path).encode()
        entry = (0, 0, 0, _DATE, crc32(data), len(data), len(data), len(full), 0)
        yield from (LOCAL.pack(LOCAL_MARK, _VERSION, *entry), full, data)
        central += [_CENTRAL.pack(CENTRAL_MARK, _MADE_BY, _VERSION, *entry, 0, 0, 0, _PLAIN_FILE, at), full]
        at += LOCAL.size + len(full) + len(data)
    directory = b"".join(central)
    yield directory
    count, end = len(files), at + len(directory)
    if count >= _SMALL:
        size = _END_64.size - 12  # of the record, as the format counts it
        yield _END_64.pack(b"PK\6\6", size, _VERSION_64, _VERSION_64, 0, 0, count, count, len(directory), at)
        yield _LOCATOR.pack(b"PK\6\7", 0, end, 1)
    yield _END.pack(b"PK\5\6", 0, 0, min(count, _SMALL), min(count, _SMALL), len(directory), at, 0)
