"""What passes between device and agency so that a kept history can be read at a visit (docs/specs/device-protocol.md; R v Smith).

Rules
- The history itself never leaves the device, and is no document of the protocol. What passes is a key to it, and what a log may say.
- The device drew that key and has it only enclosed to the deployment's opening key. It sends it when the person asks, behind their PIN.
- The vault encloses it to the device's own key, for that one request: it opens nowhere else, and under no later request.
- Both pages show the number of the request, so that an officer opens the device that is before them and no other.
"""

from dataclasses import dataclass
from typing import ClassVar, Final

from offmon.core import clock
from offmon.core.errors import Malformed, NotAuthentic, Refused
from offmon.core.formats import dsse, httpsig
from offmon.core.formats.keys import PublicKey
from offmon.core.ids import Count, Digest, Id, Ms

ASK_LIFE_MS: Final = 10 * clock.MINUTE_MS
"""How long a request can be opened."""
READ_MS: Final = 30 * clock.MINUTE_MS
"""How long after its opening the key is given out, and the history stays on the screen."""
MOST_A_DAY: Final = 10
MOST_KEYS: Final = 64
_AHEAD_MS: Final = httpsig.MAX_SKEW_S * clock.SECOND_MS


@dataclass(frozen=True, slots=True)
class HistoryAsk(dsse.Document):
    """A person asks that their device's history is opened: how many entries, from which day to which (London), and the enclosed keys."""

    TYPE: ClassVar[str] = "offmon/history-ask@1"

    device: Id
    asked_at: Ms
    entries: Count
    first_on: Ms
    last_on: Ms
    keys: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class HistoryAnswer:
    """The agency's answer: each key, enclosed to the device for this request; None while no officer has opened it."""

    TYPE: ClassVar[str] = "offmon/history-answer@1"

    keys: tuple[bytes, ...] | None


def read(signed: bytes, device: Id, key: PublicKey, at: Ms) -> HistoryAsk:
    """What a device signed, if it is this device's and not older than its answer may be.

    Raises Malformed, NotAuthentic or Refused (`expired`).
    """
    asked = dsse.open_signed(HistoryAsk, signed, key)
    if asked.device != device:
        raise NotAuthentic("bad-signature", "This request is another device's than the one that signed it.")
    if not 0 < len(asked.keys) <= MOST_KEYS or asked.last_on < asked.first_on:
        raise Malformed("malformed", "The request is not one that a device makes. Ask again on the device.")
    if not -_AHEAD_MS <= at - asked.asked_at < ASK_LIFE_MS + READ_MS:
        raise Refused("expired", "That request is over. Ask again on the device.")
    return asked


def check_open(asked_at: Ms, at: Ms) -> None:
    """Raises Refused (`ask-over`) unless a request can still be opened."""
    if not -_AHEAD_MS <= at - asked_at < ASK_LIFE_MS:
        raise Refused("ask-over", "The request on the device is over. Have the person ask again on the device.")


def check_not_too_many(asked: int) -> None:
    """Raises Refused (`too-many`) where a device asked as often within a day as it may."""
    if asked >= MOST_A_DAY:
        raise Refused("too-many", f"A device asks {MOST_A_DAY} times a day at most. Ask again tomorrow.")


def number_of(digest: Digest) -> str:
    """The four digits by which people know a request again, from the digest of its signed document."""
    return f"{int(digest[:8], 16) % 10_000:04}"


def key_place(deployment: Id, device: Id) -> bytes:
    """HPKE `info` of a key of a kept history, as it lies on the device."""
    return f"{HistoryAsk.TYPE} {deployment} {device}".encode()


def answer_place(device: Id, asked: Digest, number: int) -> bytes:
    """HPKE `info` of the key of that number on its way to the device, for one request."""
    return f"{HistoryAnswer.TYPE} {device} {asked} {number}".encode()
