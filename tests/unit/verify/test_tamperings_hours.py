"""Hours of devices that do not add up, or that call covered what the device said was not (issue 20)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from offmon.core.bundle import uncovered
from offmon.core.clock import HOUR_MS, end_of_day, local_day, start_of_day
from offmon.core.ids import Id, Ms, Slug
from offmon.core.log.audit import Verb
from offmon.core.log.hours import DeviceHours, HoursRecord, KnownDevice, RegisterRecord, Spent, Stretch, Whereabouts
from offmon.verify.app import judge
from offmon.verify.text import as_json, as_text
from offmon.verify.verdict import Name
from tests.prove.markers import proves
from tests.support.forge import Forge, Forged
from tests.support.tamper import fails


def whole(day: date, spent: Spent = Spent.COVERED) -> tuple[Stretch, ...]:
    return (Stretch(start_of_day(day), end_of_day(day), spent),)


@dataclass(frozen=True, slots=True)
class Day:
    """A day on record. `bend`: what becomes of its parts."""

    ago: int = 30
    bend: Callable[[tuple[Stretch, ...]], tuple[Stretch, ...]] = lambda parts: parts
    written: str = ""


def recording(*days: Day, known: tuple[KnownDevice, ...] = ()) -> Forged:
    """A bundle whose run records these days, and a register, after all that the device sent."""

    class Recorded(Forge):
        def triage(self) -> None:
            super().triage()
            for one in days:
                day = local_day(Ms(self.now)) - timedelta(days=one.ago)
                hours = DeviceHours(self.device, one.bend(whole(day)))
                record = HoursRecord(self.id(), one.written or day.isoformat(), (hours,))
                self.act(Verb.HOURS_RECORDED, "service", self.row(record))
            if known:
                at = Ms(self.now + 60_000)
                self.act(Verb.DEVICE_RECORDED, "officer", self.row(RegisterRecord(self.id(), known, at)))

    return Recorded().build()


def shorter(parts: tuple[Stretch, ...]) -> tuple[Stretch, ...]:
    return (replace(parts[0], until=Ms(parts[0].until - HOUR_MS)),)


def twice(parts: tuple[Stretch, ...]) -> tuple[Stretch, ...]:
    return (*parts, *parts)


def split(parts: tuple[Stretch, ...]) -> tuple[Stretch, ...]:
    """Covered, but for two hours of which nothing is known and an hour of our own fault."""
    at = [parts[0].since, *(Ms(parts[0].since + hour * HOUR_MS) for hour in (9, 11, 12)), parts[0].until]
    how = (Spent.COVERED, Spent.UNKNOWN, Spent.SERVICE_FAULT, Spent.COVERED)
    return tuple(Stretch(a, b, spent) for a, b, spent in zip(at, at[1:], how, strict=False))


@pytest.mark.parametrize(
    ("days", "code", "said"),
    [
        ([Day(bend=shorter)], "day-hole", "leaves a hole"),
        ([Day(bend=twice)], "day-hole", "says two things"),
        ([Day(bend=lambda parts: ())], "day-hole", "leaves a hole"),
        ([Day(written="2026-02-30")], "day-hole", "leaves a hole"),
        ([Day(written="9999-12-31")], "day-hole", "leaves a hole"),
        ([Day(), Day()], "day-twice", "Two records"),
    ],
)
def test_hours_that_do_not_add_up(days: list[Day], code: str, said: str) -> None:
    fails(recording(*days), Name.CONTINUOUS, code, said)


@proves("S205", uncovered._hides, disabled=lambda one, declared, day, number: False)
def test_a_day_is_called_covered_of_which_the_device_said_that_it_was_not() -> None:
    """The device's gap lies two days before; the record of that day came after the batch that brought it."""
    fails(recording(Day(ago=2)), Name.CONTINUOUS, "gap-covered", "had said that it was not")
    honest = recording(Day(ago=2, bend=lambda parts: (replace(parts[0], spent=Spent.UNKNOWN),)))
    assert judge(honest.bundle(), honest.trust).exit == 0


def test_the_verdict_says_which_hours_nobody_can_speak_for() -> None:
    at_hand = KnownDevice(Slug("mobile_phone"), Whereabouts.AT_HAND, Slug("seen"), None, Slug("no_software"))
    lost = KnownDevice(Slug("computer"), Whereabouts.LOST, Slug("person"), None, None)
    gone = KnownDevice(Slug("tablet"), Whereabouts.SEIZED, Slug("other"), Id("9" * 32), None)
    forged = recording(Day(ago=33, bend=split), Day(ago=30), known=(at_hand, lost, gone))
    verdict = judge(forged.bundle(), forged.trust)
    assert verdict.exit == 0
    text = as_text(verdict)
    assert "Monitoring covers 1 of 3 known devices." in text
    assert "covered 45 h, our service was down 1 h, not known 2 h. 2 days between have no record." in text
    assert text.count("Nobody can speak for") == 2
    assert '"covered": {"known": 3, "monitored": 1}' in as_json(verdict)
