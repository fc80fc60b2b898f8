"""What lies between two runs of a device's agent and no gap covers (issue 16, number 2)."""

import pytest

from offmon.core.clock import HOUR_MS, MINUTE_MS
from offmon.core.formats.event import DeviceNote, Gap, GapReason, NoteKind
from offmon.core.ids import Id, Ms
from offmon.core.person import coverage, heard, spans
from offmon.core.person.coverage import NOTICED_MS, NotCovered, Silence, Undeclared
from offmon.core.person.heard import LastHeard
from offmon.core.person.spans import Span

DEVICE, EPOCH, ONE, OTHER = (Id(letter * 32) for letter in "abcd")
AT = Ms(1_800_000_000_000)
NIGHT = Silence(AT, Ms(AT + 8 * HOUR_MS))


def after(minutes: float) -> Ms:
    return Ms(AT + int(minutes * MINUTE_MS))


def note(kind: NoteKind, minutes: float) -> DeviceNote:
    return DeviceNote(DEVICE, EPOCH, 0, kind, after(minutes), None)


def gap(since: float, until: float, reason: GapReason = GapReason.AGENT_DOWN) -> Gap:
    return Gap(DEVICE, EPOCH, 0, reason, after(since), after(until), None, None, None)


def came[T](at: Ms, leaves: list[T]) -> list[tuple[Ms, T]]:
    return [(at, leaf) for leaf in leaves]


STARTED, STOPPED = NoteKind.STARTED, NoteKind.STOPPED


@pytest.mark.parametrize(
    ("notes", "gaps", "found"),
    [
        ([note(STARTED, 479)], [], [(0, 479)]),
        ([note(STARTED, 479)], [gap(-1, 479)], []),
        ([note(STARTED, 479)], [gap(1, 479)], []),  # it was killed a minute after it was last heard
        ([note(STARTED, 479)], [gap(478, 479)], [(0, 478)]),
        ([note(STARTED, 479)], [gap(60, 120), gap(90, 300), gap(470, 479)], [(0, 60), (300, 470)]),
        ([note(STARTED, 479)], [gap(60, 479, GapReason.STORE_DAMAGED), gap(0, 60, GapReason.NEW_EPOCH)], []),
        ([note(STOPPED, 60), note(STARTED, 479)], [gap(60, 479)], []),  # it ran for an hour without a connection
        ([note(STOPPED, 60), note(STARTED, 479)], [], [(60, 479)]),
        ([note(STARTED, 100), note(STOPPED, 200), note(STARTED, 300)], [gap(0, 100)], [(200, 300)]),
        ([note(STARTED, -5)], [gap(0, 100)], [(100, 480)]),  # no start is said in that time: a clock was set
        ([note(STARTED, 480.5)], [gap(0, 480)], []),  # a checkpoint came before the note was written
        ([], [], [(0, 480)]),
    ],
)
def test_what_no_gap_covers_up_to_the_start_is_not_covered(
    notes: list[DeviceNote], gaps: list[Gap], found: list[tuple[float, float]]
) -> None:
    wanted = tuple(Undeclared(DEVICE, after(since), after(until)) for since, until in found)
    assert coverage.not_covered(DEVICE, [NIGHT], came(AT, notes), came(AT, gaps)) == wanted


def test_what_came_before_the_silence_was_said_covers_nothing_of_it() -> None:
    """A device whose clock was set back says the same times twice."""
    silence = Silence(NIGHT.since, NIGHT.until, after(481))
    late, early = came(after(481), [note(STARTED, 479)]), came(AT, [note(STOPPED, 60)])
    whole = (Undeclared(DEVICE, NIGHT.since, after(479)),)
    assert coverage.not_covered(DEVICE, [silence], early + late, came(AT, [gap(0, 479)])) == whole
    assert coverage.not_covered(DEVICE, [silence], early + late, came(after(500), [gap(0, 479)])) == ()


@pytest.mark.parametrize(
    ("last", "silence"),
    [
        (LastHeard(AT, ONE, None), None),  # the same run: it was on without a connection, or slept
        (LastHeard(AT, None, None), None),
        (LastHeard(AT, OTHER, None), Silence(AT, after(60))),
        (LastHeard(Ms(after(60) - NOTICED_MS + 1), OTHER, None), None),
        (LastHeard(after(59), ONE, NIGHT), NIGHT),  # until a batch says it
    ],
)
def test_a_silence_lies_between_two_runs(last: LastHeard, silence: Silence | None) -> None:
    assert heard.silence_at(last, ONE, after(60)) == silence


def test_a_device_whose_clock_was_set_does_not_move_it() -> None:
    two_hours = 2 * HOUR_MS
    said = heard.in_device_time(NIGHT, after(481), Ms(after(481) - two_hours))
    assert said == Silence(Ms(NIGHT.since - two_hours), Ms(NIGHT.until - two_hours))


def test_it_reads_like_a_gap_of_its_own_kind() -> None:
    one = Undeclared(DEVICE, after(1), after(9))
    shown = spans.spans_of([gap(1, 9), one])
    assert {span.why for span in shown} == {GapReason.AGENT_DOWN, NotCovered.UNDECLARED}
    assert Span(after(0), after(10), NotCovered.UNDECLARED) in shown
