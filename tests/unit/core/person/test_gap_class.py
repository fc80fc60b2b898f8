"""Whose doing a gap was: the table, and what a device's notes show of it (R-RGT-17)."""

import itertools

import pytest

from offmon.core.clock import HOUR_MS, MINUTE_MS
from offmon.core.formats.event import DeviceNote, Gap, GapReason, NoteKind
from offmon.core.ids import Id, Ms
from offmon.core.person.coverage import NotCovered, Undeclared
from offmon.core.person.gap_class import Down as Downtime
from offmon.core.person.gap_class import GapClass, Sign, class_of, classed, may_be_a_sign, slept
from tests.prove.markers import proves

DEVICE, OTHER, EPOCH = (Id(letter * 32) for letter in "abc")
AT, HOUR = Ms(1_800_000_000_000), HOUR_MS
GAP = Gap(DEVICE, EPOCH, 0, GapReason.AGENT_DOWN, AT, Ms(AT + 8 * HOUR), None, None, None)
STOP, START, GONE = NoteKind.STOPPED, NoteKind.STARTED, NoteKind.WITHDRAWN


def note(kind: NoteKind, after_ms: int, count: int | None = None, device: Id = DEVICE) -> DeviceNote:
    return DeviceNote(device, EPOCH, 0, kind, Ms(AT + after_ms), count)


BOOT = note(START, 8 * HOUR, 300)  # the machine had been on for five minutes
LONG_ON = note(START, 8 * HOUR, 9 * 3600)


@pytest.mark.parametrize(
    ("notes", "found"),
    [
        ([note(STOP, 0), BOOT], (GapClass.OFF, "switched_off")),
        ([BOOT], (GapClass.DEVICE_FAULT, "power_lost")),  # a flat battery
        ([note(STOP, 0), LONG_ON], (GapClass.USER_ACTION, "ended")),
        ([note(STOP, -HOUR), LONG_ON], (GapClass.UNKNOWN, "unknown")),  # it stopped, but not then
        ([LONG_ON], (GapClass.UNKNOWN, "unknown")),  # a crash, or somebody
        ([note(GONE, 0)], (GapClass.USER_ACTION, "removed")),
        ([note(STOP, 0), note(GONE, 7 * HOUR)], (GapClass.USER_ACTION, "removed")),
        ([note(STOP, 0, device=OTHER), BOOT], (GapClass.DEVICE_FAULT, "power_lost")),
        ([note(STOP, 0), note(START, 8 * HOUR)], (GapClass.USER_ACTION, "ended")),  # a start that says no more
        ([], (GapClass.UNKNOWN, "unknown")),
    ],
)
def test_what_the_notes_show(notes: list[DeviceNote], found: tuple[GapClass, str]) -> None:
    by_device, undeclared = classed(GAP, notes), classed(Undeclared(DEVICE, GAP.since, GAP.until), notes)
    assert (by_device.gap_class, by_device.why) == found
    assert undeclared == by_device


def test_our_own_downtime_is_our_fault_by_our_own_clock() -> None:
    lease = Gap(DEVICE, EPOCH, 0, GapReason.NO_PROFILE, AT, Ms(AT + HOUR), None, None, None)
    down = [Downtime(Ms(AT + MINUTE_MS), Ms(AT + HOUR))]
    assert classed(lease, [], down).gap_class is GapClass.SERVICE_FAULT
    assert classed(lease, [], down, offset_ms=2 * HOUR).gap_class is GapClass.UNKNOWN
    assert classed(lease, []).gap_class is GapClass.UNKNOWN


def test_every_reason_has_a_class_whatever_is_shown_and_off_takes_an_orderly_stop() -> None:
    every = [set(signs) for n in range(len(Sign) + 1) for signs in itertools.combinations(Sign, n)]
    for reason, signs in itertools.product([*GapReason, *NotCovered], every):
        found = class_of(reason, signs)
        if found.gap_class is GapClass.OFF:
            assert {Sign.STOPPED, Sign.BOOTED} <= signs
        if found.gap_class is GapClass.SERVICE_FAULT:
            assert Sign.SERVICE_DOWN in signs
        if not signs:
            assert (found.gap_class is GapClass.USER_ACTION) is (reason is GapReason.NOT_VISIBLE)


@proves("S191", may_be_a_sign, disabled=lambda of, others: True)
def test_only_what_was_done_on_the_device_is_a_sign_and_never_alone() -> None:
    assert {one for one in GapClass if may_be_a_sign(one, others=1)} == {GapClass.USER_ACTION}
    assert not any(may_be_a_sign(one, others=0) for one in GapClass)


def test_a_sleep_ends_when_the_note_says() -> None:
    assert slept(note(NoteKind.SLEPT, 0, 3600)) == (AT - HOUR, AT)
    assert slept(note(START, 0, 3600)) is None
