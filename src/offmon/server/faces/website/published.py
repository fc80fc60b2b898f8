"""What the site gives out as files: the trust file, the verifier, the specifications. Read once, by name, from one folder.

Rules
- A request names a key of a dictionary that was read at start; no path of a request reaches the file system.
- What is not in the folder is not offered: a page says so, and links to nothing.
"""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from django.conf import settings

from offmon.core import trustfile
from offmon.core.trustfile import TrustFile

TRUST: Final = "trust.json"
VERIFIER: Final = "offmon-verify.pyz"
ABOUT: Final = {
    TRUST: "trust",
    VERIFIER: "verifier",
    "README.md": "readme",
    "impact-assessment.md": "assessment",
    "agent-release.json": "release",
}
SPECIFICATIONS: Final = frozenset(
    {
        "audit-entry-and-log",
        "bundle",
        "device-protocol",
        "disclosure",
        "journal",
        "profile-and-keys",
        "told",
        "trust-file",
    }
)
_TYPES: Final = {
    ".json": "application/json",
    ".pyz": "application/octet-stream",
    ".md": "text/plain; charset=utf-8",
}
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
        return ABOUT.get(self.name, "specification" if self.name.removesuffix(".md") in SPECIFICATIONS else "other")


@cache
def files() -> dict[str, Published]:
    """Everything in the folder that has a type that we give out."""
    found = sorted(Path(settings.OFFMON_PUBLISHED).iterdir())
    return {file.name: _read(file) for file in found if file.suffix in _TYPES and file.stat().st_size <= MOST_BYTES}


@cache
def trust() -> TrustFile | None:
    """The trust file, as a verifier reads it; None where none is published."""
    file = files().get(TRUST)
    return None if file is None else trustfile.load(file.body)


def _read(file: Path) -> Published:
    body = file.read_bytes()
    return Published(file.name, body, _TYPES[file.suffix], sha256(body).hexdigest())
