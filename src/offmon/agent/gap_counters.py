"""Counts what was not covered until it is declared as gaps (formats §6; after sentry's client reports).

Rules
- Two kinds: lost things (a count and its span), and time without collection, with its one reason. Excluded pages are neither: nobody calls
  this for them.
- Time is kept when it ends. Unbroken time is one gap, however long. Only the hourly report to the agency (`app`) cuts it, if it has lasted
  five minutes by then. Counts are kept every few seconds, all of one reason in one gap.
- `undeclared_since` is the limit of the last-alive mark. An agent killed before it declared declares from there at its next start.
- A loss that the person is told later (`core/person/delay`) is `later`, and kept apart: they are told at once what a start declares.
- Pure: the caller gives the time.
"""

from dataclasses import dataclass
from typing import Final

from offmon.core import clock
from offmon.core.formats.event import GapReason
from offmon.core.ids import Ms
from offmon.core.person import delay

DECLARE_COUNTS_MS: Final = 3 * clock.SECOND_MS
LASTS_MS: Final = 5 * clock.MINUTE_MS


@dataclass(frozen=True, slots=True)
class Loss:
    """A hole to declare, in raw device time. `lost`: how many things, where that is known."""

    reason: GapReason
    since: Ms
    until: Ms
    lost: int | None


class Losses:
    """What is still to be declared."""

    def __init__(self) -> None:
        self._counts: dict[GapReason, Loss] = {}
        self._idle: tuple[GapReason, Ms] | None = None
        self._ended: list[Loss] = []

    @property
    def idle(self) -> tuple[GapReason, Ms] | None:
        """Why nothing is being collected, and since when that is undeclared."""
        return self._idle

    @property
    def undeclared_since(self) -> Ms | None:
        """When the earliest undeclared count, or ended idle time, began, of those that may come about without a finding."""
        return min((loss.since for loss in self._undeclared if not delay.waits(loss.reason)), default=None)

    @property
    def later(self) -> Loss | None:
        """The earliest of the other ones."""
        rest = (loss for loss in self._undeclared if delay.waits(loss.reason))
        return min(rest, key=lambda loss: loss.since, default=None)

    @property
    def _undeclared(self) -> tuple[Loss, ...]:
        return (*self._counts.values(), *self._ended)

    def count(self, reason: GapReason, at: Ms) -> None:
        """One more thing is lost."""
        known = self._counts.get(reason, Loss(reason, at, at, 0))
        self._counts[reason] = Loss(reason, min(known.since, at), max(known.until, at), (known.lost or 0) + 1)

    def stand_idle(self, reason: GapReason | None, at: Ms) -> None:
        """Nothing is collected from now on, for this reason; None: it is collected, or nothing is due."""
        if self._idle is not None and self._idle[0] is reason:
            return
        if self._idle is not None:
            self.missed(*self._idle, at)
        self._idle = None if reason is None else (reason, at)

    def missed(self, reason: GapReason, since: Ms, until: Ms) -> None:
        """Time that is over, of which it is known only now that something may be missing. What it touches is one gap with it."""
        span = _span(reason, since, until)
        for n, one in enumerate(self._ended):
            if one.reason is reason and one.lost is None and one.since <= span.until and span.since <= one.until:
                self._ended[n] = _span(reason, min(one.since, span.since), max(one.until, span.until))
                return
        self._ended.append(span)

    def again(self, loss: Loss) -> None:
        """A loss that could not be declared; it is due at once."""
        self._ended.append(loss)

    def due(self, at: Ms, *, tells: bool = False, all_of_it: bool = False) -> tuple[Loss, ...]:
        """What is to be kept now; it is then no longer held here. `tells`: time that has lasted and lasts on too, as far as it has come."""
        due = self._ended
        self._ended = []
        for loss in tuple(self._counts.values()):
            if all_of_it or abs(at - loss.since) >= DECLARE_COUNTS_MS:
                due.append(self._counts.pop(loss.reason))
        if self._idle is not None and (all_of_it or (tells and abs(at - self._idle[1]) >= LASTS_MS)):
            due.append(_span(*self._idle, at))
            self._idle = (self._idle[0], at)
        return tuple(due)


class SourceGaps:
    """The gaps of one source: of what it missed, that which lies in time in which it could collect."""

    def __init__(self, losses: Losses) -> None:
        self.losses = losses
        self.since: Ms | None = None  # since when it can collect
        self._before: tuple[Ms, Ms] | None = None  # since and until when it could, the last time before

    def collects(self, raw: Ms, collecting: bool) -> None:
        """Whether it can collect now."""
        if collecting:
            if self.since is None or raw < self.since:  # or the clock was set back a little
                self.since = raw
        elif self.since is not None:
            self._before, self.since = (self.since, raw), None

    def missed(self, since: Ms, until: Ms) -> None:
        """It was not told of something of this time."""
        now = () if self.since is None else ((self.since, until),)
        for began, ended in (*((self._before,) if self._before else ()), *now):
            if max(since, began) < min(until, ended):
                self.losses.missed(GapReason.SOURCE_DOWN, max(since, began), min(until, ended))


def _span(reason: GapReason, since: Ms, until: Ms) -> Loss:
    """A clock that was set back makes an end lie before its beginning; the gap is what lies between."""
    return Loss(reason, min(since, until), max(since, until), None)
