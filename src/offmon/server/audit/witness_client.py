"""Asks the witness over HTTP to cosign (C2SP tlog-witness `add-checkpoint`), and what it cosigned last.

Rules
- `https`, or plain `http` to this machine. No redirect is followed, so nobody can send the log's checkpoints elsewhere.
- An answer is read up to a limit of size and time. Only signatures by the witness's known key are kept.
- Raises: `WitnessUnavailable` (no contact, or it refuses: try again later), `WitnessElsewhere` (it knows another size: prove from there).
"""

import ssl
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import ip_address
from urllib.parse import urlsplit

from offmon.core.errors import Malformed, NotAuthentic, OffmonError, Refused
from offmon.core.formats.keys import PublicKey
from offmon.core.ids import Origin
from offmon.core.log.tlog.lines import decode_number
from offmon.core.log.tlog.note import MAX_NOTE, SignedNote, parse_signatures
from offmon.core.log.tlog.submission import SIZE_TYPE, Submission

TIMEOUT_S = 10


class WitnessUnavailable(OffmonError):
    """No cosignature now. Nothing is lost: the checkpoint stays as it is and is sent again."""


class WitnessElsewhere(OffmonError):
    """The witness last saw the log at `size`."""

    def __init__(self, size: int) -> None:
        super().__init__("witness-elsewhere", f"The witness knows this log at {size} entries; prove from there.")
        self.size = size


@dataclass(frozen=True, slots=True)
class WitnessClient:
    """Where a witness answers (`url`, the prefix of `/add-checkpoint`), the key that it cosigns with, and how long it may take."""

    url: str
    key: PublicKey
    timeout_s: float = TIMEOUT_S

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        secure = parts.scheme == "https" or (parts.scheme == "http" and is_this_machine(parts.hostname))
        if not secure or not parts.hostname or parts.query or parts.fragment or "@" in parts.netloc:
            raise Refused("witness-address", "A witness is asked over https, or over http on this machine.")

    def cosign(self, submission: Submission) -> SignedNote:
        """The submitted checkpoint with the witness's signatures, unchecked.

        Raises WitnessUnavailable; WitnessElsewhere; NotAuthentic `log-forked` where the witness saw another log under this name.
        """
        status, kind, body = self._ask("POST", "add-checkpoint", submission.data)
        if status == HTTPStatus.UNPROCESSABLE_ENTITY:
            raise NotAuthentic(
                "log-forked", "The witness saw this log with other entries. Stop the worker, and keep all data."
            )
        try:
            if status == HTTPStatus.CONFLICT and kind == SIZE_TYPE:
                raise WitnessElsewhere(decode_number(_text(body).removesuffix("\n")))
            if status != HTTPStatus.OK:
                raise WitnessUnavailable("witness-refused", f"The witness answered {status} and did not sign.")
            signatures = parse_signatures(_text(body))
        except Malformed:
            raise WitnessUnavailable(
                "witness-unreadable", "The witness's answer is not what a witness answers."
            ) from None
        own = [s for s in signatures if (s.name, s.key_id) == (self.key.name, self.key.id)]
        if not own:
            raise WitnessUnavailable("witness-other-key", "The witness did not sign with the key that we know it by.")
        return submission.note.adding(own)

    def last(self, origin: Origin) -> SignedNote | None:
        """The checkpoint of the log that it cosigned last, unchecked; None where it never cosigned one. Raises WitnessUnavailable."""
        status, _, body = self._ask("GET", f"{sha256(origin.encode()).hexdigest()}/checkpoint")
        if status == HTTPStatus.NOT_FOUND:
            return None
        if status != HTTPStatus.OK:
            raise WitnessUnavailable(
                "witness-refused", f"The witness answered {status} and did not say what it signed."
            )
        try:
            return SignedNote.parse(body)
        except Malformed:
            raise WitnessUnavailable("witness-unreadable", "The witness's answer is no checkpoint.") from None

    def _ask(self, method: str, path: str, data: bytes | None = None) -> tuple[int, str, bytes]:
        parts = urlsplit(self.url)
        host = str(parts.hostname)
        connection: HTTPConnection
        if parts.scheme == "https":
            connection = HTTPSConnection(host, parts.port, timeout=self.timeout_s, context=ssl.create_default_context())
        else:
            connection = HTTPConnection(host, parts.port, timeout=self.timeout_s)
        try:
            connection.request(method, f"{parts.path.rstrip('/')}/{path}", data, {"Content-Type": "text/plain"})
            answer = connection.getresponse()
            return answer.status, answer.getheader("Content-Type", ""), answer.read(MAX_NOTE)
        except (OSError, HTTPException):
            message = "The witness cannot be reached. What is signed waits, and is sent again."
            raise WitnessUnavailable("witness-unreachable", message) from None
        finally:
            connection.close()


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise Malformed("bad-note", "The witness's answer is not text.") from None


def is_this_machine(host: str | None) -> bool:
    """Whether a host is a loopback address, to which plain http is safe."""
    if host == "localhost":
        return True
    try:
        return host is not None and ip_address(host).is_loopback
    except ValueError:
        return False
