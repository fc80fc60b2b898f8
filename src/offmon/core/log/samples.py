"""Which looks chance draws for a dip-check, so that nobody chooses them (R-SEC-19; DPA 2018 s.62(4)(a), (b)).

Rules
- Drawn from are the looks of staff at one person in a time, of all teams or of one. The log of a witnessed checkpoint holds each. Looks
  of whoever draws are not among them.
- The seed is that checkpoint's root. It hangs on every entry before it, so that nobody chooses it.
- A look's lot is the hash of seed and entry. The lowest lots are drawn. Another who has the log draws the same again.
- So a draw of more looks, or of a longer time, holds the same looks as long as the checkpoint stays. Each draw is recorded.
- A look is marked once: explained, or to ask about. The second is a task for professional standards (`look_ups.py`).
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from offmon.core.access.roles import Role
from offmon.core.errors import Refused
from offmon.core.formats.canon import Tag, digest
from offmon.core.ids import Digest, Id, Ms
from offmon.core.log.verbs import Verb

FEWEST: Final = 5
MOST: Final = 50
MOST_DRAWN_FROM: Final = 100_000

DRAWN_FROM: Final = frozenset(verb for verb in Verb if verb.is_look) - {Verb.ACCESS_DENIED, Verb.LOG_READ}
NOT_OF: Final = (Role.SERVICE, Role.SUPERVISED_PERSON)


class Mark(StrEnum):
    """What came of a look that was drawn."""

    EXPLAINED = "explained"
    ASK = "ask"


def lot(seed: Digest, entry: Id) -> bytes:
    """The place of a look in the draw (32 bytes): the lowest are drawn."""
    return digest(Tag.LOT, bytes.fromhex(seed), bytes.fromhex(entry))


def drawn(seed: Digest, looks: Iterable[Id], size: int) -> list[Id]:
    """As many of these as the sample has, in the order of their lots; all of them where they are fewer."""
    return sorted(looks, key=lambda entry: lot(seed, entry))[:size]


def check_draw(since: Ms, until: Ms, size: int, looks: int) -> None:
    """Raises Refused (`bad-sample`, `too-many-looks`, `no-looks`) unless so many looks of that time give a sample of that size."""
    if not (since < until and FEWEST <= size <= MOST):
        raise Refused("bad-sample", f"Choose a first and a last day, and between {FEWEST} and {MOST} looks.")
    if looks > MOST_DRAWN_FROM:
        raise Refused(
            "too-many-looks", f"More than {MOST_DRAWN_FROM:,} looks were made then. Choose a shorter time or one team."
        )
    if not looks:
        raise Refused("no-looks", "The log holds no look of that time and team. Choose a longer time.")


def check_marks(by: Id, of: Id, note: str) -> None:
    """Raises Refused (`own-look`, `no-reason`): nobody marks their own look, and each mark has its reason."""
    if by == of:
        raise Refused("own-look", "You cannot check your own look. A colleague does.")
    if not note.strip():
        raise Refused("no-reason", "Enter how you know, or what to ask. It is recorded in the log.")
