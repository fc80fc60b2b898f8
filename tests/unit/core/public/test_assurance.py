"""A promise's status: that of its worst control, and never good by silence (issue 3; R-SEC-4)."""

import pytest

from offmon.core.ids import Count, Ms, Slug
from offmon.core.public.assurance import (
    CLOCKS_APART_MS,
    FRESH_MS,
    PROMISES,
    SMALL,
    Control,
    ControlStanding,
    Observation,
    Promise,
    judge,
    published,
    published_standing,
    standing,
    worst,
)
from tests.prove.markers import proves

NOW = Ms(1_800_000_000_000)
TWO = Promise(Slug("two"), (Control.LEASES, Control.DOORS), ())


def look(control: Control, found: ControlStanding, at: int = NOW) -> Observation:
    return Observation(control, found, None, Ms(at))


@pytest.mark.parametrize(
    ("leases", "doors", "stands"),
    [
        (ControlStanding.HOLDS, ControlStanding.HOLDS, ControlStanding.HOLDS),
        (ControlStanding.HOLDS, ControlStanding.NOT_HELD, ControlStanding.NOT_HELD),
        (ControlStanding.NOT_HELD, ControlStanding.FAILS, ControlStanding.FAILS),
        (ControlStanding.HOLDS, ControlStanding.FAILS, ControlStanding.FAILS),
    ],
)
def test_a_promise_stands_as_its_worst_control(
    leases: ControlStanding, doors: ControlStanding, stands: ControlStanding
) -> None:
    looks = {Control.LEASES: look(Control.LEASES, leases), Control.DOORS: look(Control.DOORS, doors)}
    assert judge(TWO, looks, NOW).standing is stands


def test_what_was_never_looked_at_is_stale_and_has_no_time() -> None:
    seen = judge(TWO, {Control.LEASES: look(Control.LEASES, ControlStanding.HOLDS)}, NOW)
    assert (seen.standing, seen.at) == (ControlStanding.STALE, None)
    assert worst([]) is ControlStanding.STALE


@pytest.mark.parametrize(
    ("age", "stands"),
    [
        (0, ControlStanding.HOLDS),
        (FRESH_MS, ControlStanding.HOLDS),
        (FRESH_MS + 1, ControlStanding.STALE),
        (-200, ControlStanding.HOLDS),
        (-CLOCKS_APART_MS, ControlStanding.HOLDS),
        (-CLOCKS_APART_MS - 1, ControlStanding.STALE),
    ],
)
@proves("S42", standing, disabled=lambda look, at: ControlStanding.HOLDS if look is None else look.standing)
def test_a_look_counts_for_two_minutes_and_ahead_for_what_clocks_differ(age: int, stands: ControlStanding) -> None:
    assert standing(look(Control.LEASES, ControlStanding.HOLDS, NOW - age), NOW) is stands


@pytest.mark.parametrize(
    ("found", "figure", "stands"),
    [
        (ControlStanding.HOLDS, 0, ControlStanding.NOTHING_YET),
        (ControlStanding.HOLDS, 1, ControlStanding.HOLDS),
        (ControlStanding.HOLDS, None, ControlStanding.HOLDS),
        (ControlStanding.FAILS, 0, ControlStanding.FAILS),
        (ControlStanding.NOT_HELD, 0, ControlStanding.NOT_HELD),
        (ControlStanding.NOTHING_YET, 0, ControlStanding.NOTHING_YET),
    ],
)
def test_what_holds_of_nothing_that_the_page_counts_is_nothing_to_check_yet(
    found: ControlStanding, figure: int | None, stands: ControlStanding
) -> None:
    seen = Observation(Control.LEASES, found, None if figure is None else Count(figure), NOW)
    assert standing(seen, NOW) is published_standing(seen) is stands
    assert judge(Promise(Slug("one"), (Control.LEASES,), ()), {Control.LEASES: seen}, NOW).standing is stands


def test_the_time_of_a_promise_is_that_of_its_oldest_look() -> None:
    looks = {
        Control.LEASES: look(Control.LEASES, ControlStanding.HOLDS, NOW - 5),
        Control.DOORS: look(Control.DOORS, ControlStanding.HOLDS),
    }
    assert judge(TWO, looks, NOW).at == NOW - 5


def test_every_promise_has_a_control_every_control_a_promise_and_no_slug_twice() -> None:
    assert all(promise.controls for promise in PROMISES)
    assert {control for promise in PROMISES for control in promise.controls} == set(Control)
    assert len({promise.slug for promise in PROMISES}) == len(PROMISES)


WHAT_THE_DATABASE_DOES = (
    "purpose who-uses-it lawful-basis told assessed data-protection-law evidence-secure access accounted-for"
    " proportionate every-stage ask-us analytics-why analytics-off"
)


@pytest.mark.parametrize(
    ("control", "resting"),
    [
        (Control.BACKSTOP, "data-protection-law accounted-for"),
        (Control.ROW_SECURITY, "evidence-secure access"),
        (Control.ROLES, WHAT_THE_DATABASE_DOES),
        (Control.DECIDED_BY_PEOPLE, "purpose"),
        (Control.TWO_PEOPLE, "assessed relevant proportionate"),
        (Control.INSERT_ONLY, "accounted-for every-stage"),
        (Control.WITNESSED, "accounted-for every-stage"),
        (Control.NO_HOLES, "every-stage"),
        (Control.ASSESSED, "assessed"),
        (Control.PAPER_IWF, "watch-foundation"),
        (Control.AUTHORITY, "purpose existing-powers lawful-basis as-ordered purpose-bound targeted"),
    ],
)
def test_a_control_that_fails_turns_exactly_the_promises_that_rest_on_it(control: Control, resting: str) -> None:
    looks = {one: look(one, ControlStanding.HOLDS) for one in Control} | {control: look(control, ControlStanding.FAILS)}
    seen = [judge(promise, looks, NOW) for promise in PROMISES]
    assert [one.promise.slug for one in seen if one.standing is ControlStanding.FAILS] == resting.split()
    assert {one.standing for one in seen} == {ControlStanding.FAILS, ControlStanding.HOLDS}


@pytest.mark.parametrize(
    ("control", "figure", "shown"),
    [
        (Control.AUTHORITY, 0, "0"),
        (Control.AUTHORITY, 1, "<10"),
        (Control.AUTHORITY, SMALL - 1, "<10"),
        (Control.AUTHORITY, SMALL, "10+"),
        (Control.AUTHORITY, 412, "410+"),
        (Control.ASSESSED, 2, "<10"),
        (Control.LISTS, 2, "<10"),
        (Control.LISTS, 25, "20+"),
        (Control.WITNESSED, 41, None),
        (Control.DECIDED_BY_PEOPLE, 0, None),
        (Control.TWO_PEOPLE, 6, "6"),
        (Control.PAPER_IWF, None, None),
    ],
)
@proves("S80", published, disabled=lambda look: None if look.figure is None else str(look.figure))
def test_small_numbers_of_people_are_not_told_apart(control: Control, figure: int | None, shown: str | None) -> None:
    assert published(Observation(control, ControlStanding.HOLDS, figure, NOW)) == shown
