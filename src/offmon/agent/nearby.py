"""Which sites were opened within five minutes of a finding, in memory alone (the collection setting `context`; S182).

Rules
- Nothing is remembered without a grant in force. Excluded places, pages of messages, frames and the agency's own server leave no trace.
- Of a page only the site and the time are remembered, for five minutes. What lies in a silence of the profile is left out.
- A finding that left the device under a list that the grant names is remembered for five minutes more. Then a finding of the context is
  made: of its list, rule and times, with at most ten sites, the nearest first to be kept. One a page load, and none where there is no site.
- The finding's own page is not among them.
- All of it is forgotten when the agent ends, when nothing may be collected, and when no grant allows it any more. Then nothing is sent.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from offmon.core import clock
from offmon.core.authority.capability import FOLLOWING, Capability, rule_of
from offmon.core.authority.leaving import MOST_NEAR, followed_by
from offmon.core.authority.profile import Grant, Profile
from offmon.core.authority.silence import is_silenced
from offmon.core.formats.event import Body, Finding, Observation, PageClass
from offmon.core.ids import Ms, Versioned
from offmon.core.text.addresses import place_of

NEAR_MS: Final = 5 * clock.MINUTE_MS
DETECTOR: Final = Versioned("context@1")
_MOST_OPENED: Final = 500
_MOST_WAITING: Final = 100


@dataclass(frozen=True, slots=True, repr=False)
class _Opened:
    """That a site was opened: when, by the device's own clock, and its host."""

    at: Ms
    host: str


@dataclass(slots=True, repr=False)
class _Waiting:
    """A finding that left, of which kind its context is, and the sites near it so far, without its own page."""

    finding: Finding
    kind: Capability
    own: _Opened | None
    near: list[_Opened]

    def is_near(self, one: _Opened) -> bool:
        """Whether it is within five minutes, and not the finding's own page."""
        return abs(one.at - self.finding.event_at) <= NEAR_MS and one != self.own


class Nearby:
    """Used by the thread that measures. Nothing of it is on a disk."""

    def __init__(self) -> None:
        self._opened: deque[_Opened] = deque(maxlen=_MOST_OPENED)
        self._waiting: list[_Waiting] = []

    def stands_under(self, profile: Profile | None, at: Ms) -> None:
        """What may be collected at the corrected time; None: nothing. Forgets all that no grant allows to be remembered."""
        if profile is None or not _live(profile, at):
            self._opened.clear()
            self._waiting.clear()

    def opened(self, profile: Profile, seen: Observation, offset_ms: int) -> None:
        """A page was opened, which is no frame and not excluded."""
        at, one = Ms(max(0, seen.at + offset_ms)), _site_of(seen)
        live = _live(profile, at)
        server = place_of(profile.ingest)
        if one is None or seen.page_class is PageClass.MESSAGE or (server is not None and one.host == server.host):
            return
        if all(is_silenced(profile.silences, grant.terms_at(at), at) for grant in live):
            return
        self._opened.append(one)
        for each in self._waiting:
            each.near = _nearest(each, [*each.near, one])

    def leave_out(self, seen: Observation) -> None:
        """Forget that this page was opened: it is permitted or excluded, as the profile's silences say."""
        own = _site_of(seen)
        self._opened = deque((one for one in self._opened if one != own), maxlen=_MOST_OPENED)
        for each in self._waiting:
            each.near = [one for one in each.near if one != own]

    def found(self, profile: Profile, finding: Finding, seen: Observation) -> None:
        """A finding of that page left the device: remember it, where a grant covers its list."""
        at = Ms(max(0, finding.event_at + finding.clock_offset_ms))
        covers = followed_by(profile, finding.list, at)
        known = any(
            (one.finding.event_at, one.finding.captured_at) == (finding.event_at, finding.captured_at)
            for one in self._waiting
        )
        if covers is None or known or len(self._waiting) >= _MOST_WAITING or rule_of(finding.kind).follows:
            return
        waiting = _Waiting(finding, covers.kind, _site_of(seen), [])
        waiting.near = _nearest(waiting, self._opened)
        self._waiting.append(waiting)

    def due(self, raw: Ms) -> list[Finding]:
        """The contexts of the findings whose five minutes are over, each once. A clock that was set back far ends what waits."""
        over = [one for one in self._waiting if not 0 <= raw - one.finding.event_at < NEAR_MS]
        self._waiting = [one for one in self._waiting if one not in over]
        while self._opened and not 0 <= raw - self._opened[0].at <= NEAR_MS:
            self._opened.popleft()
        return [context_of(one) for one in over if one.near and raw > one.finding.event_at]


def context_of(waiting: _Waiting) -> Finding:
    """The finding that tells of the sites near another one, in the order of time: at which time (UTC, as the agency's) which site."""
    finding, near = waiting.finding, sorted(waiting.near, key=lambda one: one.at)
    return replace(
        finding,
        kind=waiting.kind,
        detector=DETECTOR,
        body=Body(
            url=None,
            title=None,
            matched_entry=None,
            context_before=_lines([one for one in near if one.at <= finding.event_at], finding.clock_offset_ms),
            context_after=_lines([one for one in near if one.at > finding.event_at], finding.clock_offset_ms),
        ),
    )


def _lines(near: Sequence[_Opened], offset_ms: int) -> str | None:
    return "\n".join(f"{_time(one.at + offset_ms)} {one.host}" for one in near) or None


def _time(at: int) -> str:
    """The time of day in UTC, to the second."""
    seconds = max(0, at) // clock.SECOND_MS % (24 * 60 * 60)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _nearest(waiting: _Waiting, opened: Sequence[_Opened] | deque[_Opened]) -> list[_Opened]:
    near = (one for one in opened if waiting.is_near(one))
    return sorted(near, key=lambda one: (abs(one.at - waiting.finding.event_at), one.at))[:MOST_NEAR]


def _site_of(seen: Observation) -> _Opened | None:
    place = place_of(seen.url)
    return None if place is None else _Opened(seen.at, place.host)


def _live(profile: Profile, at: Ms) -> list[Grant]:
    """The grants in force at the corrected time that let what is near a finding be remembered."""
    return [one for one in profile.grants if one.kind in FOLLOWING and one.terms_at(at)]
