"""The files that the site publishes: the trust file, the verifier, the specifications. Read by name, from one folder.

Rules
- A request names a key of a dictionary that was read from the folder. No path of a request reaches the file system.
- A file is cached until the folder says that one changed: a page must not name a witness from yesterday's trust file.
- A file missing from the folder is not offered: a page says so, and has no link.
"""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from django.conf import settings

from offmon.core.errors import OffmonError
from offmon.core.formats import trust_file
from offmon.core.formats.trust_file import TrustFile

TRUST: Final = "trust.json"
VERIFIER: Final = "offmon-verify.pyz"
ABOUT: Final = {
    VERIFIER: "verifier",
    TRUST: "trust",
    "README.md": "readme",
    "bundle.md": "bundle",
    "audit-entry-and-log.md": "log",
    "acts.md": "acts",
    "records.md": "records",
    "profile-and-keys.md": "profile",
    "disclosure.md": "disclosure",
    "journal.md": "journal",
    "trust-file.md": "trust-file",
    "licence-feed.md": "licence-feed",
    "end-certificate.md": "end-certificate",
    "log-extract.md": "log-extract",
    "told.md": "told",
    "device-protocol.md": "protocol",
    "agent-release.json": "release",
    "impact-assessment.md": "assessment",
}  # in the order in which an expert needs them
_TYPES: Final = {".json": "application/json", ".pyz": "application/octet-stream", ".md": "text/plain; charset=utf-8"}
MOST_BYTES: Final = 8 << 20


@dataclass(frozen=True, slots=True)
class Published:
    """A file to take away, and its SHA-256 to compare."""

    name: str
    body: bytes
    content_type: str
    digest: str

    @property
    def about(self) -> str:
        """Which words say what it is."""
        return ABOUT.get(self.name, "other")


@dataclass(frozen=True, slots=True)
class _Stamp:
    """A file of the folder, and what differs once it was written again or another was put in its place."""

    file: Path
    inode: int
    size: int
    written_ns: int
    changed_ns: int


def files() -> dict[str, Published]:
    """Everything in the folder that has a type that we give out."""
    found = (_stamp(file) for file in sorted(Path(settings.OFFMON_PUBLISHED).iterdir()) if file.suffix in _TYPES)
    return _read_all(tuple(stamp for stamp in found if stamp.size <= MOST_BYTES))


def in_order() -> list[Published]:
    """The same, in the order of `ABOUT`; then what this installation publishes besides."""
    order = list(ABOUT)
    return sorted(files().values(), key=lambda file: order.index(file.name) if file.name in ABOUT else len(order))


def trust() -> TrustFile | None:
    """The trust file, as a verifier reads it; None where none is published, or none that can be read: then a page claims nothing by it."""
    file = files().get(TRUST)
    try:
        return None if file is None else _load(file.body)
    except OffmonError:
        return None


def _stamp(file: Path) -> _Stamp:
    stat = file.stat()
    return _Stamp(file, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)


@lru_cache(maxsize=1)
def _read_all(stamps: tuple[_Stamp, ...]) -> dict[str, Published]:
    return {stamp.file.name: _read(stamp.file) for stamp in stamps}


@lru_cache(maxsize=1)
def _load(body: bytes) -> TrustFile:
    return trust_file.load(body)


def _read(file: Path) -> Published:
    body = file.read_bytes()
    return Published(file.name, body, _TYPES[file.suffix], sha256(body).hexdigest())
