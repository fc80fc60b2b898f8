"""One request to the agency, and what its answer means (docs/specs/device-protocol.md).

Rules
- Every request is signed (RFC 9421) with a fresh nonce. `http` goes to this machine only, so no setting can send a body, though enclosed,
  over an open line. No redirect is followed. An answer is read up to its limit and no further.
- One table gives an answer's meaning by problem type. A status alone decides nothing, and drops nothing. An unknown answer is tried again
  later.
- A receipt counts if a receipt key that is good now signed it, and it carries this request's nonce.
- Waits double, from a second to fifteen minutes. They are drawn from the upper half, so that devices do not return all at once after an
  outage. `Retry-After` is a floor, up to an hour.
"""

import base64
import binascii
import ipaddress
import json
import secrets
import select
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from offmon.agent import http
from offmon.core import clock
from offmon.core.errors import NotAuthentic, OffmonError, Refused
from offmon.core.formats import beat, dsse, httpsig
from offmon.core.formats.beat import Beat
from offmon.core.formats.event import Receipt
from offmon.core.formats.keys import SigningKey
from offmon.core.formats.problem import Problem, by_uri
from offmon.core.formats.protocol import BEATS_PATH, MAX_ANSWER, SignedTime
from offmon.core.formats.trust import KeyRing, KeyRole
from offmon.core.ids import CHECKS, Count, Digest, Id, Ms

if TYPE_CHECKING:
    import ssl

TIMEOUT_S: Final = 20.0
DEAD_AFTER_MS: Final = 5 * clock.SECOND_MS
FIRST_WAIT_MS: Final = clock.SECOND_MS
LONGEST_WAIT_MS: Final = 15 * clock.MINUTE_MS
LONGEST_RETRY_AFTER_S: Final = 3600
_MAX_SKEW_OF_ANSWER_MS: Final = 5 * clock.MINUTE_MS


class Do(StrEnum):
    """What to do with what was sent."""

    ACK = "ack"
    """The agency took it."""
    RETRY = "retry"
    """Send the same again, later, with a new signature."""
    QUARANTINE = "quarantine"
    """The agency will never take it as it is: send less, down to one leaf; a leaf that stays refused is set aside and declared."""
    RESEND_FROM = "resend-from"
    """The agency's journal is behind; what it misses is to be sent again, as far as it is still here."""
    RESYNC_CLOCK = "resync-clock"
    """Take the signed time, then send the same again."""
    NEW_EPOCH = "new-epoch"
    """Two journals claim one place: this one is closed."""


TABLE: Final[Mapping[Problem, Do]] = {
    Problem.UNSIGNED: Do.RETRY,
    Problem.BAD_SIGNATURE: Do.RETRY,
    Problem.UNKNOWN_DEVICE: Do.RETRY,
    Problem.REPLAYED: Do.RETRY,
    Problem.EXPIRED: Do.RETRY,
    Problem.CLOCK_SKEW: Do.RESYNC_CLOCK,
    Problem.TOO_LARGE: Do.QUARANTINE,
    Problem.MALFORMED: Do.QUARANTINE,
    Problem.UNKNOWN_GRANT: Do.QUARANTINE,
    Problem.OUT_OF_PERIOD: Do.QUARANTINE,
    Problem.MISSING_FROM: Do.RESEND_FROM,
    Problem.FORKED: Do.NEW_EPOCH,
    Problem.BAD_CODE: Do.RETRY,
    Problem.TOO_MANY: Do.RETRY,
    Problem.NOT_FOUND: Do.RETRY,
    Problem.UNAVAILABLE: Do.RETRY,
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. `nonce` is that of the request."""

    status: int
    body: bytes
    retry_after_s: int
    nonce: str

    @property
    def ok(self) -> bool:
        """Whether the agency says that it did what was asked. The body has still to prove it."""
        return self.status in {200, 201}

    @property
    def is_other_state(self) -> bool:
        """Whether the agency knows another state of this device than its short heartbeat named."""
        return self.status == 204

    @property
    def is_nothing_new(self) -> bool:
        """Whether what is held already is the newest, as the agency says."""
        return self.status == 304


@dataclass(frozen=True, slots=True)
class ProblemReply:
    """A problem that came back: what to do, and the members that say with what. `problem` None: none of ours.

    `time` is the signed time of clock-skew; `head` the last head that the agency has of this device (epoch, size), where forked says it;
    `missing` the first leaf that the agency misses.
    """

    do: Do
    problem: Problem | None
    time: bytes | None
    head: tuple[Id, int] | None
    missing: int | None = None


class Unreachable(OffmonError):
    """No answer came. It says nothing of what was sent."""

    def __init__(self) -> None:
        super().__init__("unreachable", "The agency's server did not answer; what is queued is kept and sent later.")


class Client:
    """Speaks to one server with one device key. Raises Refused for an address that may not be used."""

    def __init__(self, server: str, key: SigningKey) -> None:
        self._secure, self._authority = check_address(server)
        self._base = server.rstrip("/")
        self._key = key
        self._kept = KeptLine()
        self._tls: ssl.SSLContext | None = None

    def send(self, method: str, path: str, body: bytes, at: Ms, *, known: str | None = None) -> Reply:
        """One signed request; `at` is the corrected time, `known` the entity tag of what is held already. Raises Unreachable."""
        nonce = secrets.token_hex(16)
        fields = httpsig.sign(httpsig.Message(method, f"{self._base}{path}", body), self._key, at, nonce)
        fields |= {"Content-Type": "application/json"} if body else {}
        fields |= {} if known is None else {"If-None-Match": known}
        return self._ask(method, path, body, fields, nonce)

    def beat(self, at: Ms, clock_offset_ms: int, state: Digest) -> Reply:
        """A short heartbeat. `at`: raw. Raises Unreachable."""
        said, target = Beat(at, clock_offset_ms, state, self._key.public.keyid), f"{self._base}{BEATS_PATH}"
        return self._ask("POST", BEATS_PATH, beat.sign(said, target, self._key), {}, said.nonce(target))

    def _ask(self, method: str, path: str, body: bytes, fields: Mapping[str, str], nonce: str) -> Reply:
        try:
            answer = self._kept.ask(
                self._connect,
                lambda line: http.ask(line, method, self._authority, path, fields, body=body, most=MAX_ANSWER + 1),
            )
        except (OSError, ValueError, http.NoAnswer):
            raise Unreachable from None
        if len(answer.body) > MAX_ANSWER:
            raise Unreachable
        reply = Reply(answer.status, answer.body, _seconds(answer.fields.get("retry-after")), nonce)
        if not reply.ok and refusal(reply).problem is Problem.REPLAYED:
            raise Unreachable  # it came before, on a connection that broke: that answer is lost
        return reply

    def _connect(self) -> socket.socket:
        host, port = _place(self._authority)
        line = socket.create_connection((host, port or (443 if self._secure else 80)), timeout=TIMEOUT_S)
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # a connection that is dead is soon known to be
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, DEAD_AFTER_MS)
        if not self._secure:
            return line
        try:
            return self._context().wrap_socket(line, server_hostname=host)
        except BaseException:
            line.close()
            raise

    def _context(self) -> "ssl.SSLContext":
        """Made once: the certificates that it is checked against are read from many files."""
        if self._tls is None:
            import ssl  # noqa: PLC0415 - `http` to this machine does without

            self._tls = ssl.create_default_context()
            self._tls.set_alpn_protocols(["http/1.1"])
        return self._tls


class KeptLine:
    """A connection that stays open from one request to the next: a new one costs thousands of bytes of TLS.

    Two threads may ask at once: then the second opens another.
    """

    def __init__(self) -> None:
        self._idle: socket.socket | None = None
        self._lock = threading.Lock()

    def __del__(self) -> None:
        if self._idle is not None:
            self._idle.close()

    def ask(self, connect: Callable[[], socket.socket], asks: Callable[[socket.socket], http.Answer]) -> http.Answer:
        """One request and its answer. Raises what `connect` and `asks` raise, where a new connection fails too."""
        kept = self._take()
        if kept is not None:
            try:
                return self._on(kept, asks)
            except (OSError, http.NoAnswer):
                pass  # it was closed meanwhile: the same again, on a new one; what came twice counts once
        return self._on(connect(), asks)

    def _on(self, line: socket.socket, asks: Callable[[socket.socket], http.Answer]) -> http.Answer:
        try:
            answer = asks(line)
        except BaseException:
            line.close()
            raise
        if not answer.goes_on or not self._keep(line):
            line.close()
        return answer

    def _take(self) -> socket.socket | None:
        """The connection that is open, if the other side has not closed it."""
        with self._lock:
            line, self._idle = self._idle, None
        if line is not None and select.select([line], (), (), 0)[0]:
            line.close()
            return None
        return line

    def _keep(self, line: socket.socket) -> bool:
        with self._lock:
            if self._idle is not None:
                return False
            self._idle = line
            return True


def check_address(server: str) -> tuple[bool, str]:
    """Whether a server's address is `https`, and its host with port. Raises Refused for `http` to another machine."""
    scheme, _, authority = server.rstrip("/").partition("://")
    host, port = _place(authority)
    if (
        scheme not in {"http", "https"}
        or not host
        or any(c in authority for c in "/?#@\\ ")
        or not authority.isascii()
        or port is None
    ):
        raise Refused("bad-address", "The server is given as https://host or https://host:port, and nothing after it.")
    if scheme == "http" and not _is_this_machine(host):
        raise Refused("open-line", "The agent speaks http with this machine only; give the server's https address.")
    return scheme == "https", authority


def refusal(answer: Reply) -> ProblemReply:
    """What an answer that is not `ok` asks for, by the table; what is none of ours is tried again."""
    try:
        doc = json.loads(answer.body)
    except (ValueError, RecursionError):
        doc = None
    uri = doc.get("type") if isinstance(doc, dict) else None
    problem = by_uri(uri) if isinstance(uri, str) else None
    if problem is None or problem.status != answer.status:
        return ProblemReply(Do.RETRY, None, None, None)
    head = _head(doc.get("epoch"), doc.get("size"))
    return ProblemReply(TABLE[problem], problem, _bytes(doc.get("time")), head, _number(doc.get("n")))


def named(said: ProblemReply, answer: Reply) -> str:
    """What a log says of it."""
    return said.problem.code if said.problem else f"status {answer.status}"


def open_receipt(ring: KeyRing, answer: Reply, at: Ms) -> Receipt:
    """The receipt in an answer. Raises Malformed or NotAuthentic unless a receipt key that is good at `at` signed it for this request."""
    receipt = dsse.open_signed(Receipt, answer.body, ring.key(KeyRole.RECEIPT, dsse.signer_of(answer.body), at))
    if receipt.nonce != answer.nonce or abs(receipt.at - at) > _MAX_SKEW_OF_ANSWER_MS:
        raise NotAuthentic("other-receipt", "A receipt answers another request than the one it came for.")
    return receipt


def open_time(ring: KeyRing, signed: bytes, nonce: str) -> SignedTime:
    """The agency's time, as it was told for the request with this nonce. Raises Malformed or NotAuthentic.

    The device's own clock is in doubt here, so the key is judged at the time told, which must lie inside the newest statement.
    """
    told = dsse.peek(SignedTime, signed)
    if told.nonce != nonce or told.at not in ring.period:
        raise NotAuthentic("other-time", "A signed time answers another request than the one it came for.")
    return dsse.open_signed(SignedTime, signed, ring.key(KeyRole.RECEIPT, dsse.signer_of(signed), told.at))


class Backoff:
    """How long to wait after failures in a row."""

    def __init__(self) -> None:
        self._failures = 0

    def succeeded(self) -> None:
        """The next failure is the first again."""
        self._failures = 0

    def failed(self, retry_after_s: int = 0) -> int:
        """Milliseconds to wait after one more failure."""
        longest = min(FIRST_WAIT_MS << min(self._failures, 20), LONGEST_WAIT_MS)
        self._failures += 1
        jittered = longest // 2 + secrets.randbelow(longest // 2)
        return max(jittered, retry_after_s * clock.SECOND_MS + secrets.randbelow(FIRST_WAIT_MS))


def _place(authority: str) -> tuple[str, int | None]:
    """Host and port of an address: 0 where it names none, None for what is no port."""
    if authority.startswith("["):
        host, _, rest = authority[1:].partition("]")
    else:
        host, colon, rest = authority.partition(":")
        rest = colon + rest
    if not rest:
        return host, 0
    port = rest[1:]
    known = rest[0] == ":" and port.isascii() and port.isdecimal() and len(port) <= len("65535") and int(port) < 1 << 16
    return host, int(port) if known else None


def _is_this_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _bytes(member: object) -> bytes | None:
    try:
        return base64.b64decode(member, validate=True) if isinstance(member, str) else None
    except (binascii.Error, ValueError):
        return None


def _head(epoch: object, size: object) -> tuple[Id, int] | None:
    if CHECKS[Id](epoch) and CHECKS[Count](size):
        return Id(str(epoch)), int(str(size))
    return None


def _number(member: object) -> int | None:
    return int(str(member)) if CHECKS[Count](member) else None


def _seconds(field: str | None) -> int:
    if field is None or not (field.isascii() and field.isdecimal()):
        return 0
    return min(int(field[:9]), LONGEST_RETRY_AFTER_S)
