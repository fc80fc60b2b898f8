"""From what a source saw to a disclosure on the disk, or to nothing (design §1): the same for every source.

Rules
1. A source asks `open` first. Without the profile that this returns it reads nothing and can examine nothing.
2. What it saw goes to the detectors, then to `decide`, then to the outbox. A finding that may not leave dies.
3. An address that cannot be examined is declared lost, unless it is excluded. So is what the disk does not take.
4. That the marker page of the profile's own server was open is noted, at most once a minute: it shows that all of this works.
5. No two page loads are examined at one time: what has the time of the last has a millisecond more. So times tell page loads apart.
6. Where a grant of what follows findings covers a finding that leaves, one more is made five minutes later (`nearby`): one a page load.
7. Nothing here raises for what is in an observation.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Final

from offmon.agent.collection_gate import CollectionGate
from offmon.agent.gap_counters import Losses, SourceGaps
from offmon.agent.kept_history import KeptHistory
from offmon.agent.nearby import Nearby
from offmon.agent.outbox import Outbox, QueueFull
from offmon.agent.profiles import AcceptedProfile
from offmon.agent.store import StoreDamaged, StoreUnavailable
from offmon.core.authority.capability import Capability
from offmon.core.authority.leaving import decide
from offmon.core.authority.may_leave import RefusalReason
from offmon.core.clock import MINUTE_MS, SECOND_MS
from offmon.core.errors import Malformed
from offmon.core.formats.event import Disclosure, GapReason, NoteKind, Observation
from offmon.core.formats.protocol import MARKER_PATH
from offmon.core.ids import Ms
from offmon.match.unsafe_text import MAX_URL, is_poison

_STORE_LOSS: Final = {
    Malformed: GapReason.QUARANTINED,
    QueueFull: GapReason.QUEUE_FULL,
    StoreUnavailable: GapReason.QUEUE_FULL,
    StoreDamaged: GapReason.STORE_DAMAGED,
}


class Collector:
    """What one source works with. `serves`: the capabilities that it looks for. `gaps`: where it says what it missed."""

    def __init__(
        self,
        gate: CollectionGate,
        outbox: Outbox,
        losses: Losses,
        put: Callable[[], None],
        serves: frozenset[Capability],
        *,
        history: KeptHistory | None = None,
    ) -> None:
        self.gate = gate
        self.gaps = SourceGaps(losses)
        self._outbox = outbox
        self._put = put
        self._serves = serves
        self._history = history
        self._nearby = Nearby()
        self._examined: Ms | None = None
        self._marked: Ms | None = None

    def collecting(self, raw: Ms) -> AcceptedProfile | None:
        """The profile that this source may collect under; None: it reads and keeps nothing."""
        held = self.gate.collecting(raw, self._serves)
        self.gaps.collects(raw, held is not None)
        self._nearby.stands_under(None if held is None else held.profile, self.gate.correct(raw))
        return held

    def open(self, raw: Ms) -> AcceptedProfile | None:
        """As `collecting`, asked between two ticks. The measure may have grown old since the last: then the time from now on is a gap."""
        held = self.collecting(raw)
        if held is None and self.gate.held is not None and self.gate.collecting(raw) is None:
            self.gaps.losses.stand_idle(self.gate.why_idle(raw), raw)
        return held

    def begins(self, held: AcceptedProfile) -> Ms:
        """When this profile begins, in raw device time."""
        return Ms(held.profile.lease.since - self.gate.offset_ms)

    def visited(self, held: AcceptedProfile, seen: Observation) -> None:
        """A page was opened, which is no frame and not excluded: keep it in the device's own history, and for five minutes in memory.

        Each where a grant says so.
        """
        if is_poison(seen.url, MAX_URL):
            return
        if self._history is not None:
            self._history.keep(held.profile, seen, self.gate.correct(seen.at))
        self._nearby.opened(held.profile, seen, self.gate.offset_ms)

    def tend(self, raw: Ms) -> None:
        """Send what stood beside findings whose five minutes are over. Once a second."""
        held = self.collecting(raw)
        if held is None:
            return
        for finding in self._nearby.due(raw):
            verdict = decide(held.profile, finding, self.gate.correct(raw))
            if isinstance(verdict, Disclosure):
                self._keep(verdict, held, raw)

    def examine(self, held: AcceptedProfile, seen: Observation, raw: Ms) -> None:
        """Keep what may leave of an observation."""
        if is_poison(seen.url, MAX_URL):
            if not held.pipeline.excludes(seen.url):
                self.gaps.losses.count(GapReason.QUARANTINED, seen.at)
            return
        if seen.url == held.profile.ingest + MARKER_PATH:
            self._mark(raw)
        at = self._time_of_its_own(raw)
        for finding in held.pipeline.examine(seen, at, self.gate.offset_ms):
            verdict = decide(held.profile, finding, self.gate.correct(raw))
            if isinstance(verdict, Disclosure):
                if self._keep(verdict, held, raw):
                    self._nearby.found(held.profile, finding, seen)
            elif verdict.reason is RefusalReason.SILENCED:
                self._nearby.leave_out(seen)

    def _time_of_its_own(self, raw: Ms) -> Ms:
        """This time, or one just after that of the page examined last, if that is not over. A clock that was set back is followed."""
        last = self._examined
        self._examined = Ms(last + 1) if last is not None and 0 <= last - raw < SECOND_MS else raw
        return self._examined

    def _mark(self, raw: Ms) -> None:
        """Note that the marker page was open. Without it nothing is missing: the page can be opened again."""
        if self._marked is not None and 0 <= raw - self._marked < MINUTE_MS:
            return
        with suppress(StoreUnavailable, StoreDamaged):
            self._outbox.note(NoteKind.MARKER, raw)
            self._marked = raw
            self._put()

    def _keep(self, disclosure: Disclosure, held: AcceptedProfile, raw: Ms) -> bool:
        try:
            self._outbox.put(disclosure, held)
        except (Malformed, QueueFull, StoreUnavailable, StoreDamaged) as error:
            self.gaps.losses.count(_STORE_LOSS[type(error)], raw)
            return False
        self._put()
        return True
