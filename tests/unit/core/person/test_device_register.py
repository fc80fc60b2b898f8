"""The device register: what holds together, what may follow, and what of it monitoring covers."""

from dataclasses import replace
from datetime import date

import pytest

from offmon.core.authority.order import DeviceKind
from offmon.core.ids import Id
from offmon.core.log.hours import Covered, Whereabouts, covered
from offmon.core.person.device_register import (
    DeviceEntry,
    Known,
    Owner,
    WhyNot,
    check_device_entry,
    newest,
    register,
)
from tests.support.refused import code_of

TODAY = date(2026, 7, 29)
ONE, TWO, OTHER = Id("1" * 32), Id("2" * 32), Id("3" * 32)
LAPTOP = DeviceEntry(
    DeviceKind.COMPUTER, "grey laptop", Owner.PERSON, "at home", Whereabouts.AT_HAND, Known.SEEN, enrolled=ONE
)
PHONE = replace(LAPTOP, kind=DeviceKind.PHONE, called="old phone", enrolled="", why_not=WhyNot.NO_CONDITION)


def gone(entry: DeviceEntry, to: Whereabouts) -> DeviceEntry:
    return replace(entry, whereabouts=to)


@pytest.mark.parametrize(
    ("entry", "before", "code"),
    [
        (LAPTOP, None, None),
        (PHONE, None, None),
        (gone(PHONE, Whereabouts.SEIZED), PHONE, None),
        (PHONE, gone(PHONE, Whereabouts.SEIZED), None),  # returned
        (gone(replace(PHONE, why_not=""), Whereabouts.LOST), PHONE, None),
        (PHONE, PHONE, "nothing-changed"),
        (PHONE, gone(PHONE, Whereabouts.RETIRED), "device-ended"),
        (gone(PHONE, Whereabouts.RETIRED), gone(PHONE, Whereabouts.REPLACED), "device-ended"),
        (replace(PHONE, why_not=""), None, "why-not"),
        (replace(PHONE, enrolled=ONE), None, "why-not"),
        (replace(LAPTOP, enrolled=OTHER), None, "not-enrolled"),
        (replace(LAPTOP, enrolled=TWO), None, "device-linked"),
        (replace(PHONE, seen_on="2026-07-30"), None, "day-ahead"),
        (replace(PHONE, seen_on="2026-07-29"), None, None),
        (replace(PHONE, called=" "), None, "device-called"),
        (replace(PHONE, called="x" * 61), None, "device-called"),
        (replace(PHONE, kind="toaster"), None, "device-unknown"),
        (replace(PHONE, owner="nobody"), None, "device-unknown"),
        (replace(PHONE, whereabouts="moon"), None, "device-unknown"),
        (replace(PHONE, known="guessed"), None, "device-unknown"),
        (replace(PHONE, why_not="because"), None, "device-unknown"),
    ],
)
def test_an_entry_holds_together_and_follows_from_the_one_before(
    entry: DeviceEntry, before: DeviceEntry | None, code: str | None
) -> None:
    others = [replace(LAPTOP, enrolled=TWO)]

    def check() -> None:
        check_device_entry(entry, before, others, {ONE, TWO}, TODAY)

    if code is None:
        check()
    else:
        assert code_of(check) == code


@pytest.mark.parametrize(
    ("devices", "enrolled", "said"),
    [
        ([], set(), Covered(0, 0)),
        ([], {ONE}, Covered(1, 1)),  # enrolled, and nobody recorded it
        ([LAPTOP], {ONE}, Covered(1, 1)),
        ([LAPTOP, PHONE], {ONE}, Covered(1, 2)),
        ([LAPTOP, PHONE], {ONE, TWO}, Covered(2, 3)),
        ([LAPTOP], set(), Covered(0, 1)),  # its monitoring is over
        ([gone(LAPTOP, Whereabouts.LOST)], {ONE}, Covered(0, 1)),
        ([gone(LAPTOP, Whereabouts.SEIZED), PHONE], {ONE}, Covered(0, 1)),
        ([gone(PHONE, Whereabouts.REPLACED), gone(PHONE, Whereabouts.RETIRED), LAPTOP], {ONE}, Covered(1, 1)),
    ],
)
def test_what_is_covered_is_counted_of_what_the_person_may_have_at_hand(
    devices: list[DeviceEntry], enrolled: set[Id], said: Covered
) -> None:
    assert covered(register(devices), enrolled) == said
    assert said.is_whole == (said.monitored == said.known)


def test_the_newest_entry_of_each_device_counts() -> None:
    moved = replace(PHONE, place="at work", device=TWO)
    assert newest({OTHER: moved, ONE: LAPTOP, TWO: PHONE}) == {TWO: moved, ONE: LAPTOP}
