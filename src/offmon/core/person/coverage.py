"""What lies between two runs of a device's agent, and no gap that it declares covers (R-RGT-3; design §1.6; issue 16).

Rules
- It is covered only as far as the device declares it, or an orderly stop vouches for the run before. The rest is *not covered*
  (`not_covered`), whoever wrote the agent's own files. Agency, person and court are told the same.
- Silence alone is none of it. A device that was on without a connection, or slept, goes on in the same run.
- `core/person/spans.py` says how a reader sees such a time. `core/person/heard.py` says when a silence is noted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from offmon.core import clock
from offmon.core.formats.event import HEARTBEAT_MS, DeviceNote, Gap, NoteKind
from offmon.core.ids import Id, Ms

NOTICED_MS: Final = HEARTBEAT_MS + clock.MINUTE_MS  # most of the time between two heartbeats may go before a kill
_EVER: Final = Ms(0)


class NotCovered(StrEnum):
    """What no device said of itself."""

    UNDECLARED = "undeclared"


@dataclass(frozen=True, slots=True)
class Silence:
    """From an earlier run's last checkpoint to another run's first. `said_at`: when the batch came that says it.

    Nothing that came before covers any of it.
    """

    since: Ms
    until: Ms
    said_at: Ms = _EVER


@dataclass(frozen=True, slots=True)
class Undeclared:
    """A time between two runs of a device's agent that no gap covers, in raw device time."""

    device: Id
    since: Ms
    until: Ms


def not_covered(
    device: Id, silences: Iterable[Silence], notes: Iterable[tuple[Ms, DeviceNote]], gaps: Iterable[tuple[Ms, Gap]]
) -> tuple[Undeclared, ...]:
    """What of a device's silences no gap of it covers, in their order; all in raw device time.

    `notes` and `gaps`: all of this device's, each with when it came.
    """
    came, told = sorted(notes, key=lambda one: one[1].at), sorted(gaps, key=lambda one: one[1].since)
    found = list[Undeclared]()
    for silence in sorted(silences, key=lambda one: one.since):
        said = [note for at, note in came if at >= silence.said_at]
        declared = [(gap.since, gap.until) for at, gap in told if at >= silence.said_at]
        for since, until in _between_runs(silence, said):
            rest = _without(since, until, declared)
            found += [Undeclared(device, Ms(begin), Ms(end)) for begin, end in rest if end - begin >= NOTICED_MS]
    return tuple(found)


def _between_runs(silence: Silence, said: Iterable[DeviceNote]) -> list[tuple[Ms, Ms]]:
    """From the last that is known of a run to the start of the next. All of it, where no start is said: a clock may have been set."""
    inside = [
        note for note in said if silence.since <= note.at <= silence.until + NOTICED_MS
    ]  # a checkpoint may come just before
    between, last = list[tuple[Ms, Ms]](), silence.since
    for note in inside:
        if note.note is NoteKind.STARTED:
            between.append((last, note.at))
        last = note.at
    return between or [(silence.since, silence.until)]


def _without(since: Ms, until: Ms, declared: Iterable[tuple[Ms, Ms]]) -> list[tuple[int, int]]:
    """The parts of a time that none of these, sorted, covers."""
    rest, at = list[tuple[int, int]](), int(since)
    for begin, end in declared:
        if begin > at:
            rest.append((at, min(begin, until)))
        at = max(at, end)
        if at >= until:
            return [part for part in rest if part[0] < part[1]]
    return [part for part in (*rest, (at, int(until))) if part[0] < part[1]]
