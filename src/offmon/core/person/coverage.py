"""Coverage gaps as the person reads them, alike on their device and on their own page (R-RGT-3; design §1.6).

Rules
- Times are rounded outwards to five minutes. Otherwise a gap that began while a finding was written would be longer and reveal it.
- Gaps of one reason that touch are joined. A device declares a gap every hour while it lasts, and a reader should see one.
- What lies between two runs of an agent is covered only as far as the device declares it, or an orderly stop vouches for the run before.
  The rest is *not covered* (`not_covered`), whoever wrote the agent's own files. Agency, person and court are told the same (issue 16).
- Silence alone is none of it. A device that was on without a connection, or slept, goes on in the same run.
- `core/person/delay.py` decides which are shown, and when. Nothing is said of how much was lost.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from offmon.core import clock
from offmon.core.formats.event import DeviceNote, Gap, GapReason, NoteKind
from offmon.core.ids import Id, Ms

NOTICED_MS: Final = 2 * clock.MINUTE_MS  # a device is heard each minute, and some of a minute goes before a kill
_EVER: Final = Ms(0)
_STEP_MS: Final = 5 * clock.MINUTE_MS


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
class LastHeard:
    """When a device was last heard, in which run of its agent, and the silence that no batch has said yet."""

    at: Ms
    boot: Id | None
    unsaid: Silence | None


@dataclass(frozen=True, slots=True)
class Undeclared:
    """A time between two runs of a device's agent that no gap covers, in raw device time."""

    device: Id
    since: Ms
    until: Ms


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A time that was not covered, rounded outwards. `kind`: by which row of `gap_class.ROWS` it is classed, where somebody asked."""

    since: Ms
    until: Ms
    why: GapReason | NotCovered
    kind: str = ""


def spans_of(
    gaps: Iterable[Gap | Undeclared], offset_ms: int = 0, kind: Callable[[Gap | Undeclared], str] = lambda _: ""
) -> tuple[Span, ...]:
    """These gaps as times, newest first. `offset_ms`: what corrects the device's clock. `kind`: how each is classed."""
    spans = list[Span]()
    every = ((_why(one), kind(one), one) for one in gaps)
    for why, of, gap in sorted(every, key=lambda one: (one[0], one[1], one[2].since)):
        since, until = _rounded(gap, offset_ms)
        if spans and (spans[-1].why, spans[-1].kind) == (why, of) and since <= spans[-1].until:
            spans[-1] = Span(spans[-1].since, max(spans[-1].until, until), why, of)
        else:
            spans.append(Span(since, until, why, of))
    return tuple(sorted(spans, reverse=True))


def silence_at(last: LastHeard, boot: Id, at: Ms) -> Silence | None:
    """The silence that is to be said once a checkpoint of this run came at that instant; all by the agency's clock."""
    if last.unsaid is not None:
        return last.unsaid
    is_another = last.boot is not None and last.boot != boot
    return Silence(last.at, at) if is_another and at - last.at >= NOTICED_MS else None


def in_device_time(silence: Silence, at: Ms, said_at: Ms) -> Silence:
    """As long before the checkpoint of a batch (`said_at`) as it was before that came (`at`). A clock that was set moves nothing."""
    behind = at - said_at
    return Silence(Ms(max(0, silence.since - behind)), Ms(max(0, silence.until - behind)))


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


def _why(one: Gap | Undeclared) -> GapReason | NotCovered:
    return one.reason if isinstance(one, Gap) else NotCovered.UNDECLARED


def _rounded(gap: Gap | Undeclared, offset_ms: int) -> tuple[Ms, Ms]:
    since, until = gap.since + offset_ms, gap.until + offset_ms
    return Ms(since // _STEP_MS * _STEP_MS), Ms(-(-until // _STEP_MS) * _STEP_MS)
