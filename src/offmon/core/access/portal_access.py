"""Portal access: the name and sign-in code that open a person's own page, and how a code drawn on a device is checked.

Rules (docs/adr/0009)
- The name has eight letters (36 bits) and says nothing of anyone. The code has ten signs (50 bits). Neither uses signs that look alike.
  Capitals, spaces and dashes do not matter.
- A device sends one digest over name and code *together*, in a document that it signs. Nobody can find 86 bits from that digest.
- A code drawn on a device is valid for 15 minutes and works once. A device draws at most five a day.
- An officer's code is valid for a day, because the person takes it home on paper.
- `check` requires the device's own signature over this name and code, by the key that the profile names.
- Core draws no randomness: `draw` takes the choosing function as an argument.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Final

from offmon.core import clock
from offmon.core.errors import NotAuthentic, Refused
from offmon.core.formats import canon, dsse, httpsig
from offmon.core.formats.canon import Tag
from offmon.core.formats.keys import PublicKey
from offmon.core.ids import Digest, Id, Ms

LIFE_MS: Final = 15 * clock.MINUTE_MS
MOST_A_DAY: Final = 5
_AHEAD_MS: Final = httpsig.MAX_SKEW_S * clock.SECOND_MS  # as far as two clocks may be apart when a request is signed
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz"
_SIGNS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True, slots=True)
class WayIn:
    """What the person is given, once."""

    name: str
    code: str


@dataclass(frozen=True, slots=True)
class DrawnWayIn(dsse.Document):
    """What a device says of the one that it drew: which device, when (corrected time), and the digest that tells it again."""

    TYPE: ClassVar[str] = "offmon/way-in@1"

    device: Id
    drawn_at: Ms
    proof: Digest


def draw(choose: Callable[[str], str]) -> WayIn:
    """A new name and a new code. `choose` takes one character of those that it is given, each as likely as the others."""
    code = "".join(choose(_SIGNS) for _ in range(10))
    return WayIn("".join(choose(_LETTERS) for _ in range(8)), f"{code[:5]}-{code[5:]}")


def plain_name(typed: str) -> str:
    """A name as it was typed, without what does not matter."""
    return "".join(typed.split()).lower()


def plain_code(typed: str) -> str:
    """A code as it was typed, without what does not matter."""
    return "".join(typed.split()).replace("-", "").upper()


def proof_of(way_in: WayIn) -> Digest:
    """The digest by which a device's way in is known again. Raises Malformed for what is no text."""
    both = canon.encode([plain_name(way_in.name), plain_code(way_in.code)])
    return Digest(canon.digest(Tag.WAY_IN, both).hex())


def read(signed: bytes, device: Id, key: PublicKey, at: Ms) -> DrawnWayIn:
    """What a device signed, if it is this device's and of the last fifteen minutes.

    Raises Malformed, NotAuthentic or Refused (`expired`).
    """
    drawn = dsse.open_signed(DrawnWayIn, signed, key)
    if drawn.device != device:
        raise NotAuthentic("bad-signature", "This way in is another device's than the one that signed it.")
    if not -_AHEAD_MS <= at - drawn.drawn_at < LIFE_MS:
        raise Refused("expired", "That code counts for fifteen minutes; get another one on the device.")
    return drawn


def check(given: WayIn, signed: bytes, device: Id, key: PublicKey, at: Ms) -> None:
    """Raises Malformed, NotAuthentic or Refused unless the device itself drew this name with this code, just now."""
    if not hmac.compare_digest(read(signed, device, key, at).proof, proof_of(given)):
        raise NotAuthentic("other-code", "The device drew another name and code than these.")


def check_not_too_many(drawn: int) -> None:
    """Raises Refused (`too-many`) where a device drew as many within a day as it may."""
    if drawn >= MOST_A_DAY:
        raise Refused("too-many", f"A device gets {MOST_A_DAY} codes a day; wait until tomorrow, or ask the officer.")
