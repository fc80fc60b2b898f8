"""What a restriction holds back beyond the delay, and for how long (R-DPA-26; DPA 2018 ss.44, 45)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from offmon.core import clock
from offmon.core.clock import Period
from offmon.core.errors import Refused
from offmon.core.ids import Ms
from offmon.core.log.audit import Verb
from offmon.core.person import delay, restrictions
from offmon.core.person.restrictions import AgreedRestriction, Decided, Line, RestrictionStanding, Telling, shown_from
from tests.unit.core.samples import code_of

HOUR = clock.HOUR_MS


def day(of: int, month: int = 6) -> Ms:
    return clock.start_of_day(date(2026, month, of))


ASKED = restrictions.RestrictionRequest(
    restrictions.RestrictionGround.INQUIRY,
    frozenset({Line.SENT}),
    day(1),
    day(3),
    "An inquiry into others is under way.",
    Telling.NOTHING,
    routes_given=False,
    ends_at=day(1, 7),
)
HELD = AgreedRestriction(
    frozenset({Line.SENT}), Period(day(1), day(3)), decided_at=Ms(day(5) + HOUR), ends_at=day(1, 7)
)
SENT = Period(day(2), Ms(day(2) + 1))
DUE = day(16)
LATEST = Ms(day(5) + restrictions.MOST_DAYS * clock.DAY_MS)


def test_the_grounds_are_those_of_the_act() -> None:
    assert sorted(restrictions.LETTER[ground] for ground in restrictions.RestrictionGround) == ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({}, None),
        ({"told": Telling.LETTER, "routes_given": True}, None),
        ({"ends_at": LATEST}, None),
        ({"reasons": " \n"}, "no-reasons"),
        ({"lines": frozenset()}, "no-lines"),
        ({"until": day(1)}, "no-days"),
        ({"ends_at": day(5)}, "restriction-too-long"),
        ({"ends_at": Ms(LATEST + 1)}, "restriction-too-long"),
        ({"told": Telling.LETTER}, "no-routes"),
        ({"routes_given": True}, "no-routes"),
    ],
)
def test_what_may_be_asked_for(changed: dict[str, Any], code: str | None) -> None:
    assert code_of(restrictions.check_asked, replace(ASKED, **changed), day(5)) == code


@pytest.mark.parametrize(
    ("line", "happened", "held", "from_when"),
    [
        (Line.SENT, SENT, [HELD], day(1, 7)),
        (Line.LOOKED, SENT, [HELD], DUE),  # of another kind
        (Line.SENT, Period(day(3), Ms(day(3) + 1)), [HELD], DUE),  # of another day
        (Line.SENT, Period(Ms(day(1) - HOUR), day(4)), [HELD], day(1, 7)),  # a gap that begins before and ends after
        (Line.SENT, SENT, [], DUE),
        (Line.SENT, SENT, [replace(HELD, decided_at=Ms(DUE - 1))], day(1, 7)),  # just before it would have been shown
        (Line.SENT, SENT, [replace(HELD, decided_at=Ms(DUE + 1))], DUE),  # it was shown already: nothing is taken back
        (Line.SENT, SENT, [replace(HELD, ends_at=day(10))], DUE),  # over before the delay is
        (Line.SENT, SENT, [HELD, replace(HELD, decided_at=day(28), ends_at=day(20, 8))], day(20, 8)),  # held on, anew
        (Line.SENT, SENT, [HELD, replace(HELD, decided_at=day(2, 7), ends_at=day(20, 8))], day(1, 7)),  # a day too late
        (Line.SENT, SENT, [replace(HELD, lifted_at=Ms(day(20) + HOUR))], day(21)),  # at the next midnight
        (Line.SENT, SENT, [replace(HELD, lifted_at=Ms(day(6) + HOUR))], DUE),
        (Line.SENT, SENT, [replace(HELD, lifted_at=Ms(day(9, 7)))], day(1, 7)),  # it had ended by itself
    ],
)
def test_a_line_is_shown_when_it_is_due_or_once_nothing_holds_it(
    line: Line, happened: Period, held: list[AgreedRestriction], from_when: Ms
) -> None:
    assert shown_from(line, happened, DUE, held) == from_when
    assert shown_from(line, happened, DUE, reversed(held)) == from_when
    assert restrictions.is_withheld(line, happened, DUE, held, Ms(from_when - 1)) is (from_when > DUE)
    assert not restrictions.is_withheld(line, happened, DUE, held, from_when)


def test_every_look_that_is_told_presupposes_something_sent_or_can_be_without() -> None:
    without = {Verb.CASE_CONSULTED, Verb.DOCUMENT_OPENED, Verb.CASE_SHARED, Verb.REQUEST_CONSULTED}
    without |= {Verb.TRANSFER_ACCEPTED, Verb.HISTORY_OPENED}  # with the person, or told to them at once
    without |= {Verb.START_PAGE_CONSULTED}  # which is of what waits beside alerts and tasks
    assert set(delay.LOOKS) - set(delay.OF_WHAT_WAS_SENT) == without


@pytest.mark.parametrize("what", delay.LOOKS)
@pytest.mark.parametrize("on", [day(1, 5), day(2), day(10)])  # before, on and after the days of the restriction
def test_what_was_sent_holds_every_look_at_it_of_whatever_day(what: Verb, on: Ms) -> None:
    moment = Period(on, Ms(on + 1))
    from_when = day(1, 7) if what in delay.OF_WHAT_WAS_SENT else DUE
    assert shown_from(Line.LOOKED, moment, DUE, restrictions.on_look(what, [HELD])) == from_when
    looked = replace(HELD, lines=frozenset({Line.LOOKED}))
    assert restrictions.on_look(what, [looked]) == (looked,)  # its own days are as they were asked for


def test_what_is_due_by_the_delay_is_due_at_the_midnight_at_which_it_is_shown() -> None:
    reached = Ms(day(2) + 5 * HOUR)
    due = delay.due_at(reached, 14)
    assert due == day(17)
    assert delay.shown_before(Ms(due - 1), 14) <= reached < delay.shown_before(due, 14)


@pytest.mark.parametrize(
    ("decided", "lifted_at", "at", "stands"),
    [
        (None, None, day(5), RestrictionStanding.WAITING),
        (None, None, day(1, 7), RestrictionStanding.LAPSED),
        (Decided.REFUSED, None, day(5), RestrictionStanding.REFUSED),
        (Decided.AGREED, None, day(5), RestrictionStanding.IN_FORCE),
        (Decided.AGREED, None, day(1, 7), RestrictionStanding.ENDED),
        (Decided.AGREED, day(20), day(20), RestrictionStanding.LIFTED),
        (Decided.AGREED, day(20), day(9, 7), RestrictionStanding.LIFTED),
    ],
)
def test_how_it_stands(decided: Decided | None, lifted_at: Ms | None, at: Ms, stands: RestrictionStanding) -> None:
    assert restrictions.standing(day(1, 7), decided, lifted_at, at) is stands


def test_nothing_is_decided_that_would_be_over_already() -> None:
    restrictions.check_decidable(day(1, 7), Ms(day(1, 7) - 1))
    with pytest.raises(Refused, match="ended already"):
        restrictions.check_decidable(day(1, 7), day(1, 7))
