"""Writing a bundle: a BagIt bag in a ZIP, the same bytes from the same files wherever it is made (RFC 8493; docs/specs/bundle.md).

Rules
- Manifests list files by path, in the order of their bytes, each once, with SHA-256. What the export entry commits to is
  `manifest_digest` of the payload's manifest: so it does not change when proofs are added beside it.
- `bag-info.txt` says only what follows from the payload: an edited one is found by writing it again.
- ZIP entries are stored, not compressed, in the order of their names, of one date, all plain files, one folder deep as RFC 8493 §4
  asks. A bundle thus has one form, there is nothing to inflate, and whoever reads it can compare it with its own writing.
- Names are lower-case ASCII with no way up: what could collide or escape on some file system cannot be written.
"""

import re
import struct
from collections.abc import Mapping
from hashlib import sha256
from typing import Final
from zlib import crc32

from offmon.core import dsse
from offmon.core.bundle import layout
from offmon.core.errors import Malformed
from offmon.core.ids import Digest

MAX_BUNDLE: Final = 1 << 30
MAX_FILES: Final = 60_000
MAX_NAME: Final = 200

BAGIT: Final = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"

LOCAL: Final = struct.Struct("<4s5H3I2H")
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_END: Final = struct.Struct("<4s4H2IH")
LOCAL_MARK: Final = b"PK\3\4"
CENTRAL_MARK: Final = b"PK\1\2"
_VERSION: Final = 20
_MADE_BY: Final = 3 << 8 | _VERSION  # 3: Unix, so that the mode below says "plain file"
_PLAIN_FILE: Final = 0o100644 << 16
_DATE: Final = 0x21  # 1 January 1980, the first that ZIP knows

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
    if len(files) > MAX_FILES:
        raise Malformed("too-many-files", f"A bundle holds at most {MAX_FILES} files; export a shorter period.")
    for name in files:
        check_name(name)
    if sum(len(data) + 2 * MAX_NAME for data in files.values()) > MAX_BUNDLE:
        raise Malformed("too-large", "A bundle holds at most one gibibyte; export a shorter period.")
    local, central, at = list[bytes](), list[bytes](), 0
    for path in sorted(files):
        data, full = files[path], (layout.FOLDER + path).encode()
        entry = (0, 0, 0, _DATE, crc32(data), len(data), len(data), len(full), 0)
        local += [LOCAL.pack(LOCAL_MARK, _VERSION, *entry), full, data]
        central += [_CENTRAL.pack(CENTRAL_MARK, _MADE_BY, _VERSION, *entry, 0, 0, 0, _PLAIN_FILE, at), full]
        at += LOCAL.size + len(full) + len(data)
    directory = b"".join(central)
    end = _END.pack(b"PK\5\6", 0, 0, len(files), len(files), len(directory), at, 0)
    return b"".join((*local, directory, end))
