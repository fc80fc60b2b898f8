"""Which devices need someone to look after them, and by when: rules as data (issue 20).

Rules
- A task says that a device does not do what is expected of it. It says nothing of why, and accuses nobody.
- It belongs to the case's officer. It comes `after_ms` past its cause, and is due `within_ms` from then.
- It stays until its cause is gone, or until somebody recorded what they found since the cause began. A new cause makes a new task.
- A device that said that it stopped may stay silent for a week. Another may for a day. Time in which our service was down does not count.
- A time at which it was heard is kept to the hour after 48 hours, and then its hour's end counts (`core/person/heard.py`).
- A device that was removed, or enrolled anew, has that task alone: it is silent for that reason.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from offmon.core.clock import DAY_MS, HOUR_MS, MINUTE_MS
from offmon.core.errors import Refused
from offmon.core.formats.event import HEARTBEAT_MS
from offmon.core.ids import Digest, Ms
from offmon.core.person.gap_class import Down
from offmon.core.person.heard import since_then

EXPECTED_MS: Final = HEARTBEAT_MS
"""How often a device that is on and connected is heard."""
OFF_FOR_MS: Final = 7 * DAY_MS
CLOCK_OFF_MS: Final = 5 * MINUTE_MS
HIDDEN_MS: Final = 4 * HOUR_MS
HIDDEN_WITHIN_MS: Final = 7 * DAY_MS
PROFILE_AHEAD_MS: Final = 5 * DAY_MS


class TaskKind(StrEnum):
    """What is to be looked after, the most pressing first."""

    REMOVED = "removed"
    SILENT = "silent"
    PROFILE_ENDS = "profile_ends"
    NO_BROWSER = "no_browser"
    HIDDEN = "hidden"
    CLOCK_WRONG = "clock_wrong"
    RE_ENROLLED = "re_enrolled"
    OLD_RELEASE = "old_release"


class Found(StrEnum):
    """What somebody found who looked after a device."""

    IN_ORDER = "in_order"
    OFF = "off"
    NO_CONNECTION = "no_connection"
    BROKEN = "broken"
    REPLACED = "replaced"
    GONE = "gone"
    SEEN_TO = "seen_to"
    OURS = "ours"
    NOT_REACHED = "not_reached"


@dataclass(frozen=True, slots=True)
class Timing:
    """How long after its cause a task comes, and how long it then may take. In milliseconds."""

    after_ms: int
    within_ms: int


TIMINGS: Final[Mapping[TaskKind, Timing]] = {
    TaskKind.REMOVED: Timing(0, DAY_MS),
    TaskKind.SILENT: Timing(DAY_MS, 2 * DAY_MS),
    TaskKind.PROFILE_ENDS: Timing(0, PROFILE_AHEAD_MS),
    TaskKind.NO_BROWSER: Timing(2 * DAY_MS, 5 * DAY_MS),
    TaskKind.HIDDEN: Timing(0, 3 * DAY_MS),
    TaskKind.CLOCK_WRONG: Timing(HOUR_MS, 7 * DAY_MS),
    TaskKind.RE_ENROLLED: Timing(0, 3 * DAY_MS),
    TaskKind.OLD_RELEASE: Timing(28 * DAY_MS, 28 * DAY_MS),
}


@dataclass(frozen=True, slots=True)
class DeviceKnown:
    """What is known of a device whose monitoring is active. Times by our clock.

    `stopped_at`: it said last that it stopped. `removed_at`: that it was removed. `again_at`: when its account was enrolled again, on this
    device; `succeeded`: on a later one. `clock_off_since`: since when its clock differs by more than `CLOCK_OFF_MS`. `release_since`: when
    it was first heard with its release. `hidden`: when its indicator was not to be seen.
    """

    enrolled_at: Ms
    heard_at: Ms | None = None
    stopped_at: Ms | None = None
    removed_at: Ms | None = None
    again_at: Ms | None = None
    succeeded: bool = False
    clock_off_since: Ms | None = None
    browser_seen: bool = True
    hidden: tuple[tuple[Ms, Ms], ...] = ()
    release: Digest | None = None
    release_since: Ms | None = None
    lease_until: Ms | None = None
    found: Mapping[TaskKind, Ms] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeviceTask:
    """A task about a device. `since`: when its cause began; `due_at`: when it is to be done."""

    kind: TaskKind
    since: Ms
    due_at: Ms


def tasks_of(
    known: DeviceKnown, at: Ms, *, down: Iterable[Down] = (), newest: Digest | None = None
) -> tuple[DeviceTask, ...]:
    """The tasks about a device that are due to be shown at `at`, the most pressing first. `newest`: the release that devices should run."""
    if known.succeeded:
        return ()
    causes = _causes(known, at, tuple(down), newest)
    if TaskKind.REMOVED in causes:
        causes = {TaskKind.REMOVED: causes[TaskKind.REMOVED]}
    tasks = (_task(kind, causes[kind], known, at) for kind in TaskKind if kind in causes)
    return tuple(one for one in tasks if one is not None)


def check_found(kind: TaskKind, tasks: Iterable[DeviceTask]) -> None:
    """Raises Refused unless a task of that kind waits."""
    if all(one.kind is not kind for one in tasks):
        raise Refused("task-over", "This task is over: its cause is gone, or a colleague recorded what they found.")


def silent_since(known: DeviceKnown, at: Ms, down: Iterable[Down] = ()) -> Ms | None:
    """Since when a device has been silent for longer than it may; None: it was heard, or may be silent."""
    since = known.enrolled_at if known.heard_at is None else since_then(known.heard_at, at)
    ours = sum(max(0, min(one.until, at) - max(one.since, since)) for one in down)
    allowed = OFF_FOR_MS if known.stopped_at is not None else TIMINGS[TaskKind.SILENT].after_ms
    return since if at - since - ours > allowed else None


def _causes(known: DeviceKnown, at: Ms, down: tuple[Down, ...], newest: Digest | None) -> dict[TaskKind, Ms]:
    """Since when each cause is there, of those that are."""
    lease = None if known.lease_until is None else Ms(known.lease_until - PROFILE_AHEAD_MS)
    is_old = newest is not None and known.release is not None and known.release != newest
    causes: dict[TaskKind, Ms | None] = {
        TaskKind.REMOVED: known.removed_at,
        TaskKind.SILENT: silent_since(known, at, down),
        TaskKind.PROFILE_ENDS: lease,
        TaskKind.NO_BROWSER: None if known.browser_seen else known.enrolled_at,
        TaskKind.HIDDEN: _hidden_since(known, at),
        TaskKind.CLOCK_WRONG: _since(known.clock_off_since, at),
        TaskKind.RE_ENROLLED: known.again_at,
        TaskKind.OLD_RELEASE: _since(known.release_since, at) if is_old else None,
    }
    return {kind: since for kind, since in causes.items() if since is not None}


def _since(heard_at: Ms | None, at: Ms) -> Ms | None:
    return None if heard_at is None else since_then(heard_at, at)


def _task(kind: TaskKind, since: Ms, known: DeviceKnown, at: Ms) -> DeviceTask | None:
    timing = TIMINGS[kind]
    comes_at = since + timing.after_ms
    if at < comes_at or known.found.get(kind, Ms(0)) >= since:
        return None
    return DeviceTask(kind, since, Ms(comes_at + timing.within_ms))


def _hidden_since(known: DeviceKnown, at: Ms) -> Ms | None:
    """The beginning of the first hidden time that counts: in the last week, and since somebody recorded what they found."""
    floor = max(at - HIDDEN_WITHIN_MS, known.found.get(TaskKind.HIDDEN, Ms(0)))
    spans = [(since, until) for since, until in sorted(known.hidden) if since > floor]
    total = sum(until - since for since, until in spans)
    return spans[0][0] if total >= HIDDEN_MS else None
