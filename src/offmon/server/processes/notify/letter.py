"""What leaves for one channel: the fixed words, and an id by which whoever receives it twice knows it again."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256

from offmon.core.alerts.reaching import SUBJECT, TEMPLATES, Purpose, TryOutcome, values, written
from offmon.core.formats.event import Gravity
from offmon.core.ids import Id
from offmon.server.reaching.queries import Destination, OpenMessage


@dataclass(frozen=True, slots=True)
class Letter:
    """A message for one channel. `n`: which try it is, from 1. `id`: the same at each try, and of no other message or channel."""

    to: Destination
    id: str
    n: int
    purpose: Purpose
    gravity: Gravity | None
    reference: str

    @property
    def values(self) -> dict[str, str]:
        """What stands in the fields of a template."""
        return values(self.purpose, self.gravity, self.reference)

    @property
    def subject(self) -> str:
        """The subject of an e-mail."""
        return written(SUBJECT, self.values)

    @property
    def text(self) -> str:
        """What it says."""
        return written(TEMPLATES[self.purpose], self.values)


class Receipt(Enum):
    """What is known of a letter that was taken."""

    UNKNOWN = "unknown"
    ARRIVED = "arrived"
    BOUNCED = "bounced"


type Ask = Callable[[Letter], Receipt]
"""Asks what became of a letter that was taken. It raises nothing."""
type Send = Callable[[Letter], TryOutcome]
"""Sends one letter and says how that went. It raises nothing."""


def letter_of(message: OpenMessage, to: Destination, n: int) -> Letter:
    """A message for one of the channels that it goes to."""
    return Letter(to, _id_of(message.id, to.channel), n, message.purpose, message.gravity, message.reference)


def _id_of(message: Id, channel: Id) -> str:
    return sha256(f"{message}:{channel}".encode()).hexdigest()[:32]
