"""The messages between device and ingest (docs/specs/device-protocol.md; formats §6).

Rules
- `POST /v1/enrol`, `POST /v1/batches`, `POST /v1/beats`, `POST /v1/way-in`, `POST /v1/history`, `GET /v1/profile`, nothing else.
- Every request is signed (RFC 9421, `httpsig`), a short heartbeat in its own way (`beat`). The new device key itself signs the enrolment,
  as proof that the device holds it.
- At the same address lies one page for a browser, the marker page. That it was open, and when, shows that monitoring works.
- An enrolment code is 20 bytes in base32 (32 characters): 10 secret, 10 of the root key's fingerprint. So the device knows the agency's
  root before the first answer, and a stranger's server cannot answer.
- The server keeps a keyed hash of the secret. A code is for one deployment, works once, lasts 15 minutes and allows five tries.
"""

import base64
import binascii
from dataclasses import dataclass
from typing import ClassVar, Final

from offmon.core import clock
from offmon.core.authority.profile import HpkeKey
from offmon.core.errors import Malformed
from offmon.core.formats import dsse
from offmon.core.formats.keys import PublicKey
from offmon.core.ids import Count, Digest, Id, Ms, Origin, VKey

ENROL_PATH: Final = "/v1/enrol"
BATCHES_PATH: Final = "/v1/batches"
BEATS_PATH: Final = "/v1/beats"
PROFILE_PATH: Final = "/v1/profile"
WAY_IN_PATH: Final = "/v1/way-in"
HISTORY_PATH: Final = "/v1/history"
MARKER_PATH: Final = "/marker"
SECRET_BYTES: Final = 10
CODE_LIFE_MS: Final = 15 * clock.MINUTE_MS
CODE_TRIES: Final = 5
MAX_ENROL: Final = 8 << 10
MAX_WAY_IN: Final = 4 << 10
MAX_HISTORY: Final = 32 << 10
MAX_ANSWER: Final = 16 << 20


@dataclass(frozen=True, slots=True)
class Code:
    """An enrolment code, taken apart."""

    secret: bytes
    root_half: bytes

    @property
    def text(self) -> str:
        """As it is typed: eight groups of four."""
        letters = base64.b32encode(self.secret + self.root_half).decode()
        return "-".join(letters[i : i + 4] for i in range(0, 32, 4))

    @classmethod
    def parse(cls, text: str) -> "Code":
        """Read a typed or pasted code; case, spaces and dashes do not matter. Raises Malformed."""
        letters = "".join(c for c in text.upper() if not c.isspace() and c != "-")
        try:
            raw = base64.b32decode(letters)
        except (binascii.Error, ValueError):
            raw = b""
        if len(raw) != 2 * SECRET_BYTES:
            raise Malformed("bad-code", "An enrolment code has 32 letters and digits; check it against the paper.")
        return cls(raw[:SECRET_BYTES], raw[SECRET_BYTES:])

    def names(self, root: PublicKey) -> bool:
        """Whether this is the root key whose fingerprint the code carries half of."""
        return bytes.fromhex(root.fingerprint)[:SECRET_BYTES] == self.root_half


def code_for(secret: bytes, root: PublicKey) -> Code:
    """The code that carries a secret and names a root."""
    return Code(secret, bytes.fromhex(root.fingerprint)[:SECRET_BYTES])


@dataclass(frozen=True, slots=True)
class Enrol:
    """A device asks to be enrolled. `account` is a digest that tells OS accounts of one machine apart and names nobody."""

    TYPE: ClassVar[str] = "offmon/enrol@1"

    secret: bytes
    device_key: VKey
    list_key: HpkeKey
    schema: Count
    release: Digest
    account: Digest


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The agency's answer: who the device is, and the keys by which it will know the agency. Nothing is collected yet."""

    TYPE: ClassVar[str] = "offmon/enrolled@1"

    agency: Id
    deployment: Id
    device: Id
    root: VKey
    keys: tuple[bytes, ...]
    log_origin: Origin


@dataclass(frozen=True, slots=True)
class ProfileUpdate:
    """Answer to `GET /v1/profile`: the newest signed profile (None: there is none), and the signed documents that it names.

    `lists` are signed declarations; `entries` their contents, each enclosed to the device's list key, in the same order. `contacts`: the
    person's own protected contacts, signed, then enclosed to that key.
    """

    TYPE: ClassVar[str] = "offmon/update@2"

    keys: tuple[bytes, ...]
    profile: bytes | None
    exclusions: bytes | None
    lists: tuple[bytes, ...]
    entries: tuple[bytes, ...]
    contacts: bytes | None = None


@dataclass(frozen=True, slots=True)
class SignedTime(dsse.Document):
    """The agency's time, signed by the receipt key: what a device with a wrong clock is told."""

    TYPE: ClassVar[str] = "offmon/time@1"

    at: Ms
    nonce: str


def list_place(device: Id, list_digest: Digest) -> bytes:
    """HPKE `info` of a list's entries on their way to one device."""
    return f"offmon/list-entries@1 {device} {list_digest}".encode()


def contacts_place(device: Id, contacts_digest: Digest) -> bytes:
    """HPKE `info` of a person's protected contacts on their way to one device."""
    return f"offmon/protected-contacts@1 {device} {contacts_digest}".encode()
