"""May a source collect, now? Every source asks here, and nothing is read or kept without a profile that this gives out.

Rules
1. The clock is believed, the profile's lease holds, and a term of some grant that the source serves is in force.
2. The indicator was measured as visible in the last five seconds.
3. In a time that is excluded everywhere nothing is read. As where no term is in force, nothing is missing then (R-LEG-27).
4. Time in which a profile was issued and something of this fails is a gap (`why_idle`). Where no term is in force nothing is missing.
5. No text is read while the device is spared (`budget`).
"""

from collections.abc import Collection, Iterator
from typing import Final

from offmon.agent import clock
from offmon.agent.presence.visibility import Visibility, may_collect
from offmon.agent.profiles import AcceptedProfile, check_in_force
from offmon.agent.trust_state import Belief
from offmon.core.authority.capability import Capability
from offmon.core.authority.silence import is_silenced
from offmon.core.clock import MINUTE_MS
from offmon.core.errors import passes
from offmon.core.formats.event import GapReason
from offmon.core.ids import Ms

ANYTHING: Final = frozenset(Capability)


class CollectionGate:
    """Asked by the thread that measures. The agent sets `visibility` and `sparing_since` at each tick."""

    def __init__(self, belief: Belief) -> None:
        self._belief = belief
        self.visibility: Visibility | None = None
        self.sparing_since: Ms | None = None

    def look(self) -> Ms:
        """The time on the device's own clock, noted as seen."""
        raw = clock.now()
        self._belief.see(raw)
        return raw

    def correct(self, raw: Ms) -> Ms:
        """The corrected time of a raw one."""
        return self._belief.time.correct(raw)

    @property
    def offset_ms(self) -> int:
        """What a signed time last said to add to the device's clock."""
        return self._belief.time.offset_ms

    @property
    def held(self) -> AcceptedProfile | None:
        """The profile that the agent holds, in force or not."""
        return self._belief.held

    def why_idle(self, raw: Ms) -> GapReason | None:
        """Why nothing is collected though a profile was issued; None also where no term is live."""
        held, at = self._belief.held, self.correct(raw)
        if self._belief.time.set_back:
            return GapReason.CLOCK
        if held is None or not passes(check_in_force, held.profile, at):
            return GapReason.NO_PROFILE
        if not _is_due(held, ANYTHING, at):
            return None
        return None if may_collect(self.visibility, raw) else GapReason.NOT_VISIBLE

    def collecting(self, raw: Ms, serves: Collection[Capability] = ANYTHING) -> AcceptedProfile | None:
        """The profile to collect under at this instant; None: nothing is read or kept."""
        held = self._belief.held
        if held is None or self.why_idle(raw) is not None or not _is_due(held, serves, self.correct(raw)):
            return None
        return held

    def changes_in_ms(self, raw: Ms) -> int | None:
        """How long until the profile may let something else be collected than now; None: it says of no such time."""
        held, at = self._belief.held, self.correct(raw)
        return None if held is None else min((edge - at for edge in _edges(held, at) if edge > at), default=None)

    def is_due(self, raw: Ms) -> bool:
        """Whether some term of the profile is in force."""
        held = self._belief.held
        return held is not None and _is_due(held, ANYTHING, self.correct(raw))


def _edges(held: AcceptedProfile, at: Ms) -> Iterator[int]:
    """Where a lease, a term or a silence begins or ends. A weekly one may at each minute."""
    profile = held.profile
    terms = (term.period for grant in profile.grants for term in grant.terms)
    for period in (profile.lease, *terms, *(one.period for one in profile.silences)):
        yield period.since
        if period.until is not None:
            yield period.until
    if any(one.week is not None for one in profile.silences):
        yield at - at % MINUTE_MS + MINUTE_MS


def _is_due(held: AcceptedProfile, serves: Collection[Capability], at: Ms) -> bool:
    """Whether a term of a grant for one of these capabilities is in force at the corrected time, which no exclusion covers."""
    if is_silenced(held.profile.silences, (), at):
        return False
    return any(grant.kind in serves and grant.terms_at(at) for grant in held.profile.grants)
