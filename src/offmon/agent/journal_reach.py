"""How far a journal reaches, and which of its leaves are being sent."""

from dataclasses import dataclass

from offmon.core.formats.event import Acknowledged, Sent
from offmon.core.ids import Digest, Id


@dataclass(frozen=True, slots=True)
class JournalReach:
    """How far a journal reaches, and how far the agency has it as its receipts say."""

    epoch: Id
    size: int
    received: int


@dataclass(frozen=True, slots=True)
class Lease:
    """Leaves on their way: `first` is the place of the first one, `root` the journal's root after the last.

    `acknowledged` where some of them are forgotten.
    """

    epoch: Id
    first: int
    leaves: tuple[Sent, ...]
    root: Digest
    acknowledged: Acknowledged | None = None

    @property
    def size(self) -> int:
        """The journal's size after the last of them."""
        return self.first + len(self.leaves)
