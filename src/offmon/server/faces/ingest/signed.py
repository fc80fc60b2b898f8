"""From bytes on the wire to a request that a known key just signed, for the first time (RFC 9421, RFC 9530; `formats.httpsig`).

Rules, in this order
- Size: the stated length is compared with the limit before a byte of the body is read.
- Target: the configured public address and the path. The host that the request names does not count.
- Key: an enrolled device's. For enrolment, the key that the request brings, as proof that the device holds it.
- Signature, over method, target and the body's digest. Nothing is answered or stored for the device before this holds.
- Time: more than two minutes apart gives `clock-skew`, with the time, signed for this request. Otherwise past its end: `expired`.
- Nonce: used from here on, whatever becomes of the request. A short heartbeat's is used as the device is heard (`intake.short_beats`).
"""

from dataclasses import dataclass, replace
from typing import Final

from django.conf import settings
from django.http import HttpRequest

from offmon.core import clock
from offmon.core.errors import Malformed
from offmon.core.formats import beat, httpsig
from offmon.core.formats.beat import Beat
from offmon.core.formats.httpsig import Message, SignatureInput
from offmon.core.formats.keys import PublicKey
from offmon.core.formats.problem import Problem
from offmon.core.ids import Id, Ms
from offmon.server.base import clock as wall
from offmon.server.base.actor import Actor, Service, service
from offmon.server.deployments.queries import KnownDevice, device_by_key
from offmon.server.faces.ingest import receipts
from offmon.server.faces.ingest.answers import Turned, turning
from offmon.server.intake.actions import do_use_nonce
from offmon.server.intake.short_beats import KnownState, known_by

MAX_SKEW_MS: Final = httpsig.MAX_SKEW_S * clock.SECOND_MS


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request of a known device, whose signature, time and nonce are good."""

    device: KnownDevice
    key: PublicKey
    actor: Actor
    nonce: str
    body: bytes

    @property
    def sender(self) -> tuple[KnownDevice, Actor]:
        """In whose name it is turned down, if it is."""
        return self.device, self.actor


def from_device(request: HttpRequest, method: str, limit: int) -> SignedRequest:
    """The request, if an enrolled device signed it. Raises Turned."""
    with turning():
        message = read(request, method, limit)
        given = httpsig.parse(request.headers.get("Signature-Input", ""))
        device, key = _enrolled(given.keyid)
        check_signed(request, message, given, key)
    actor = acting(request, device.agency)
    check_fresh(given, (device, actor))
    return SignedRequest(device, key, actor, given.nonce, message.body)


@dataclass(frozen=True, slots=True)
class SignedBeat:
    """A short heartbeat of a known device, whose signature and time are good, and what is known of it. Its nonce is not used yet."""

    said: Beat
    known: KnownState
    actor: Actor
    nonce: str
    expires_at: Ms

    @property
    def sender(self) -> tuple[KnownDevice, Actor]:
        """In whose name it is turned down, if it is."""
        return self.known.device, self.actor


def from_beat(request: HttpRequest) -> SignedBeat:
    """A short heartbeat that an enrolled device signed. The same rules in the same order, by its own signature. Raises Turned."""
    with turning():
        message = read(request, "POST", beat.MAX_BEAT)
        sent = beat.load(message.body)
        said = sent.beat
        known = known_by(said.keyid)
        if known is None:
            raise Turned(Problem.UNKNOWN_DEVICE)
        sent.check(message.uri, PublicKey.parse(known.device.vkey))
    actor, created = acting(request, known.device.agency), said.corrected // clock.SECOND_MS
    given = SignatureInput(created, created + httpsig.MAX_LIFE_S, said.nonce(message.uri), said.keyid)
    return SignedBeat(said, known, actor, given.nonce, check_time(given, (known.device, actor)))


def _enrolled(keyid: str) -> tuple[KnownDevice, PublicKey]:
    device = device_by_key(keyid)
    if device is None:
        raise Turned(Problem.UNKNOWN_DEVICE)
    return device, PublicKey.parse(device.vkey)


def read(request: HttpRequest, method: str, limit: int) -> Message:
    """Method, target and body. Raises Turned or Malformed."""
    if request.method != method or request.META.get("QUERY_STRING"):
        raise Turned(Problem.NOT_FOUND)
    stated = request.META.get("CONTENT_LENGTH") or ("0" if method == "GET" else "")
    if not (stated.isascii() and stated.isdigit()) or "HTTP_TRANSFER_ENCODING" in request.META:
        raise Malformed("malformed", "State the length of the body.")
    if len(stated) > 9 or int(stated) > limit:
        raise Malformed("too-large", f"At most {limit} bytes are read here.")
    body = request.read(int(stated))
    if len(body) != int(stated):
        raise Malformed("malformed", "The body is shorter than it was said to be.")
    return Message(method, settings.OFFMON_INGEST_URL + request.path_info, body)


def check_signed(request: HttpRequest, message: Message, given: SignatureInput, key: PublicKey) -> None:
    """Raises NotAuthentic unless `key` signed this request and no other."""
    digest, signature = request.headers.get("Content-Digest", ""), request.headers.get("Signature", "")
    httpsig.check(message, digest, given, signature, key)


def check_fresh(given: SignatureInput, sender: tuple[KnownDevice, Actor] | None) -> None:
    """Raises Turned unless the signature is of now, and its nonce is used for the first time."""
    if not do_use_nonce(given.keyid, given.nonce, check_time(given, sender)):
        raise Turned(Problem.REPLAYED, sender)


def check_time(given: SignatureInput, sender: tuple[KnownDevice, Actor] | None) -> Ms:
    """Until when the signature is good. Raises Turned unless it is of now."""
    now = wall.now()
    if abs(now - given.created * clock.SECOND_MS) > MAX_SKEW_MS:
        raise Turned(Problem.CLOCK_SKEW, sender, {"time": receipts.signed_time(given.nonce)})
    expires = Ms(given.expires * clock.SECOND_MS)
    if now >= expires:
        raise Turned(Problem.EXPIRED, sender)
    return expires


def acting(request: HttpRequest, agency: Id) -> Actor:
    """This process, acting for an agency in one request."""
    return replace(service(Service.INGEST, agency), request=Id(request.id))  # type: ignore[attr-defined]  # of the RequestId middleware
