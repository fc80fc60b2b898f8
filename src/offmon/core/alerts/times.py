"""How long an alert of each gravity may wait, and the office hours: an agency's own values, inside bounds of design (issue 20).

Rules
- An agency may ask for less time than the design gives, and never for more. Nor for so little that nobody could keep it.
- A graver class never has more time than one below it. Nobody decides in less time than they have to say that they have it.
- Two people change the values: an administrator proposes a version, and another agrees or says no. A version counts from then on.
- An alert is judged by the version that was in force when it was raised. Office hours are those in force at the instant asked about.
- Which gravities there are, and that an urgent or high alert calls its owner at once, is the design's. No agency changes it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import time
from itertools import pairwise
from typing import Final

from offmon.core.alerts.escalation import RESPONSE_MS
from offmon.core.alerts.rota import OFFICE, Office
from offmon.core.clock import DAY_MS, HOUR_MS, MINUTE_MS
from offmon.core.errors import Malformed, Refused
from offmon.core.formats.event import GRAVEST, Gravity
from offmon.core.ids import Ms

_DAY: Final = DAY_MS // MINUTE_MS
_HOUR: Final = HOUR_MS // MINUTE_MS
_DECIDE: Final = {gravity: ms // MINUTE_MS for gravity, ms in RESPONSE_MS.items()}


def _of_day(at: time) -> int:
    return at.hour * 60 + at.minute


@dataclass(frozen=True, slots=True)
class AlertTimes:
    """The values, in minutes; of the office hours, the minute of the day. The defaults are the design's, and the most that there may be."""

    urgent_acknowledge: int = 15
    urgent_decide: int = _DECIDE[Gravity.URGENT]
    high_acknowledge: int = 4 * _HOUR
    high_decide: int = _DECIDE[Gravity.HIGH]
    standard_acknowledge: int = 3 * _DAY
    standard_decide: int = _DECIDE[Gravity.STANDARD]
    opens: int = _of_day(OFFICE.opens)
    closes: int = _of_day(OFFICE.closes)

    def acknowledge_ms(self, gravity: Gravity) -> int:
        """How soon whoever an alert of that gravity came to must say that they have it."""
        return int(getattr(self, f"{gravity.value}_acknowledge")) * MINUTE_MS

    def decide_ms(self, gravity: Gravity) -> int:
        """How soon they must have decided it."""
        return int(getattr(self, f"{gravity.value}_decide")) * MINUTE_MS

    @property
    def response_ms(self) -> Mapping[Gravity, int]:
        """The same by gravity: by when an alert is due."""
        return {gravity: self.decide_ms(gravity) for gravity in GRAVEST}

    @property
    def office(self) -> Office:
        """The office hours."""
        return Office(time(*divmod(self.opens, 60)), time(*divmod(self.closes, 60)))


DESIGN: Final = AlertTimes()
"""What counts where an agency has changed nothing."""


@dataclass(frozen=True, slots=True)
class Bound:
    """The least and the most that a value may be, in minutes, and why."""

    least: int
    most: int
    why: str


_TIME: Final = "No agency is slower than the design, and nobody keeps less at night."
_HOURS: Final = "At other hours an urgent alert goes to whoever is on call at once."
BOUNDS: Final[Mapping[str, Bound]] = {
    "urgent_acknowledge": Bound(5, DESIGN.urgent_acknowledge, _TIME),
    "urgent_decide": Bound(15, DESIGN.urgent_decide, _TIME),
    "high_acknowledge": Bound(10, DESIGN.high_acknowledge, _TIME),
    "high_decide": Bound(30, DESIGN.high_decide, _TIME),
    "standard_acknowledge": Bound(30, DESIGN.standard_acknowledge, _TIME),
    "standard_decide": Bound(2 * _HOUR, DESIGN.standard_decide, _TIME),
    "opens": Bound(6 * _HOUR, 14 * _HOUR, _HOURS),
    "closes": Bound(10 * _HOUR, 20 * _HOUR, _HOURS),
}
"""By the name of the value."""
NAMES: Final[Mapping[str, str]] = {
    **{f"{one.value}_acknowledge": f"Time to acknowledge {one.value} alerts" for one in GRAVEST},
    **{f"{one.value}_decide": f"Time to decide {one.value} alerts" for one in GRAVEST},
    "opens": "When the office opens",
    "closes": "When the office closes",
}
OFFICE_HOURS: Final = frozenset({"opens", "closes"})
_UNITS: Final = {"day": _DAY, "hour": _HOUR, "minute": 1}
_TYPED: Final = re.compile(r"([0-9]{1,5}) ?(minute|hour|day)s?")


def said(name: str, minutes: int) -> str:
    """A value as people read it: `15 minutes`, `4 hours`, `9:00am`."""
    if name in OFFICE_HOURS:
        hour, minute = divmod(minutes, 60)
        return f"{(hour + 11) % 12 + 1}:{minute:02}{'am' if hour < 12 else 'pm'}"
    unit, size = next((unit, size) for unit, size in _UNITS.items() if not minutes % size)
    return f"{minutes // size} {unit}{'' if minutes == size else 's'}"


def read(text: str) -> int:
    """The minutes that somebody typed: `15 minutes`, `4 hours`, `3 days`. Raises Malformed `no-duration`."""
    found = _TYPED.fullmatch(text.strip().casefold())
    if found is None:
        raise Malformed("no-duration", "Enter a number and a unit, like 15 minutes, 4 hours or 3 days.")
    return int(found[1]) * _UNITS[found[2]]


def check_times(new: AlertTimes) -> None:
    """Raises Refused unless these may be an agency's: `time-out-of-bounds`, `graver-is-slower`, `decides-first`, `office-ends-first`."""
    values = asdict(new)
    for name, bound in BOUNDS.items():
        if not bound.least <= values[name] <= bound.most:
            raise Refused(
                "time-out-of-bounds",
                f"{NAMES[name]} must be between {said(name, bound.least)} and {said(name, bound.most)}. {bound.why}",
            )
    for graver, other in pairwise(GRAVEST):
        for step in ("acknowledge", "decide"):
            if values[f"{graver.value}_{step}"] > values[f"{other.value}_{step}"]:
                raise Refused(
                    "graver-is-slower",
                    f"{NAMES[f'{graver.value}_{step}']} is longer than for {other.value} ones. Give the graver ones less.",
                )
    for gravity in GRAVEST:
        if new.acknowledge_ms(gravity) > new.decide_ms(gravity):
            raise Refused(
                "decides-first",
                f"{NAMES[f'{gravity.value}_decide']} is shorter than the time to acknowledge them. Give it at least as long.",
            )
    if new.closes <= new.opens:
        raise Refused("office-ends-first", "The office closes before it opens. Check both times.")


def changed(old: AlertTimes, new: AlertTimes) -> tuple[str, ...]:
    """The names of the values that differ."""
    before = asdict(old)
    return tuple(name for name, value in asdict(new).items() if before[name] != value)


@dataclass(frozen=True, slots=True)
class Version:
    """The values that count from an instant on."""

    times: AlertTimes
    since: Ms


def in_force(versions: Iterable[Version], at: Ms) -> AlertTimes:
    """The values in force at an instant: the newest version of then, or the design's where there was none."""
    begun = [one for one in versions if one.since <= at]
    return max(begun, key=lambda one: one.since).times if begun else DESIGN


def least_acknowledge_ms(versions: Iterable[Version]) -> Mapping[Gravity, int]:
    """By gravity the least time to acknowledge in any version or the design: whoever answers within it is in time by each of them."""
    every = [DESIGN, *(one.times for one in versions)]
    return {gravity: min(one.acknowledge_ms(gravity) for one in every) for gravity in GRAVEST}
