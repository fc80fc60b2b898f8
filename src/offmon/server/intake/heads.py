"""What is known of a device when something of it comes: the heads of its epochs, and when it was heard. Under its lock.

The lock is the device's, not a row's: a device's first batch has no row yet, and two copies of it may come at once. Scope, lock
and rows are one call of the database (`intake_heads`), which looks for the rows once it holds the lock.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from offmon.core.ids import Id, Ms
from offmon.core.log.tlog.merkle import Frontier, split
from offmon.core.person import coverage, heard
from offmon.core.person.heard import LastHeard
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.base.statements import ask
from offmon.server.intake.epochs import EpochHead

_HEADS: Final = "select epoch, number, size, peaks, id, salt, heard_at, boot, silent_since, silent_until from intake_heads(%s, %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Known:
    """Every head of the device's; the id and salt of each one's row, by its epoch; and when the device was last heard."""

    heads: tuple[EpochHead, ...]
    rows: Mapping[Id, tuple[Id, bytes]]
    last: LastHeard | None

    def silence(self, boot: Id, at: Ms) -> coverage.Silence | None:
        """The time between two runs of its agent that no batch has said yet, by our clock."""
        return None if self.last is None else heard.silence_at(self.last, boot, at)


@contextmanager
def held(device: Id, actor: Actor) -> Iterator[Known]:
    """A durable scope of the actor's in which no other transaction holds the device, and what is known of it."""
    found = list[tuple[Any, ...]]()
    with scope(actor, durable=True, tell=lambda settings: found.extend(ask(_HEADS, [*settings, device]))):
        yield _known(found)


def _known(found: Sequence[tuple[Any, ...]]) -> Known:
    heads, rows = list[EpochHead](), dict[Id, tuple[Id, bytes]]()
    for epoch, number, size, peaks, row, salt, *_ in found:
        if epoch is not None:  # there is one line without, where the device has no epoch yet
            heads.append(EpochHead(Id(epoch.hex), number, Frontier(size, split(peaks))))
            rows[Id(epoch.hex)] = Id(row.hex), salt
    *_, heard_at, boot, since, until = found[0]
    if heard_at is None:
        return Known(tuple(heads), rows, None)
    unsaid = None if since is None else coverage.Silence(since, until)
    return Known(tuple(heads), rows, LastHeard(heard_at, None if boot is None else Id(boot.hex), unsaid))
