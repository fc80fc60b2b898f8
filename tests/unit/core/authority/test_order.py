"""What the law lets an order do, as tables (R-LEG-1, -3, -4, -7, -9, -14, -24; SA20 ss.2, 343-350; CJA 2003 s.250)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from offmon.core.authority.order import TermKind, as_known_at, check_instrument, check_past, check_term, live_period
from offmon.core.clock import DAY_MS, Period, days
from offmon.core.ids import Ms
from tests.unit.core.samples import LICENCE, LICENCE_TERM, NOW, SHPO, SHPO_TERM, code_of, ident, on


@pytest.mark.parametrize(
    ("instrument", "changed", "refused"),
    [
        (SHPO, {}, None),
        (LICENCE, {}, None),
        (SHPO, {"served_at": None}, "not-served"),
        (SHPO, {"convicted_on": None}, "no-conviction-date"),
        (SHPO, {"convicted_on": "2020-11-30"}, "wrong-code"),
        (SHPO, {"convicted_on": "2020-12-01"}, None),
        (SHPO, {"convicted_on": "30/11/2020"}, "bad-date"),
        (SHPO, {"convicted_on": "20201201"}, "bad-date"),
        (SHPO, {"convicted_on": "2021-02-29"}, "bad-date"),
        (SHPO, {"made_on": "10/01/2026"}, "bad-date"),
        (SHPO, {"requested_at": None}, None),
        (LICENCE, {"requested_at": None}, "no-request"),
        (LICENCE, {"convicted_on": "2019-05-01"}, None),
        (SHPO, {"offence_types": ()}, "no-offence-type"),
        (SHPO, {"ended_at": NOW}, "half-ended"),
        (SHPO, {"end_known_at": NOW}, "half-ended"),
        (SHPO, {"ended_at": NOW, "end_known_at": NOW}, None),
    ],
)
def test_when_an_instrument_grounds_nothing(instrument: Any, changed: dict[str, Any], refused: str | None) -> None:
    assert code_of(check_instrument, replace(instrument, **changed)) == refused


# In the summer a day of London begins the evening before in UTC
JULY = {name: on(2026, 7, 1) for name in ("served_at", "effective_from")}
THE_DAY_BEFORE = Ms(on(2026, 7, 1) - 1)


@pytest.mark.parametrize("instrument", [SHPO, LICENCE], ids=["order", "licence"])
@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({"convicted_on": "2026-01-10"}, None),  # made at the hearing that convicts
        ({"convicted_on": "2026-01-11"}, "made-before-conviction"),
        ({"convicted_on": "2026-09-01"}, "made-before-conviction"),
        ({"convicted_on": "9999-12-31", "made_on": "9999-12-31"}, "served-before-made"),
        ({"made_on": "2027-01-10"}, "served-before-made"),  # a mistyped year
        ({"made_on": "2026-07-01", **JULY}, None),
        ({"made_on": "2026-07-02", **JULY}, "served-before-made"),
        ({"made_on": "2026-07-01", **JULY, "served_at": THE_DAY_BEFORE}, "served-before-made"),
        ({"made_on": "2026-07-01", **JULY, "effective_from": THE_DAY_BEFORE}, "in-force-before-made"),
        ({"made_on": "2026-07-01", **JULY, "served_at": on(2026, 9, 1)}, None),
        ({"made_on": "2026-07-01", **JULY, "effective_from": on(2026, 9, 1)}, None),  # a licence is made before release
    ],
)
def test_the_dates_of_an_instrument_agree(instrument: Any, changed: dict[str, Any], refused: str | None) -> None:
    assert code_of(check_instrument, replace(instrument, **changed)) == refused


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({}, None),
        ({"made_on": "2026-11-25", "convicted_on": "2026-11-25"}, None),  # today
        ({"made_on": "2026-11-26"}, "not-made-yet"),
        ({"convicted_on": "2026-11-26"}, "not-made-yet"),
        ({"convicted_on": None}, None),
        ({"served_at": NOW, "requested_at": NOW}, None),
        ({"served_at": Ms(NOW + 1)}, "not-done-yet"),
        ({"requested_at": Ms(NOW + 1)}, "not-done-yet"),
        ({"served_at": None, "requested_at": None}, None),  # that is `check_instrument`'s to say
        ({"effective_from": Ms(NOW + DAY_MS)}, None),  # a licence is recorded before the release
    ],
)
def test_what_is_recorded_as_done_was_done(changed: dict[str, Any], refused: str | None) -> None:
    assert code_of(check_past, replace(LICENCE, **changed), NOW) == refused


def lasting(first: date, last: date) -> Any:
    """A term from the first moment of one day to the end of another."""
    period = days(first, last)
    return {"since": period.since, "until": period.until}


FIVE_YEARS = [
    # "5 years beginning with" a day end at the end of the day before its fifth anniversary (appendix G)
    (date(2026, 1, 10), date(2031, 1, 9)),
    (date(2026, 7, 1), date(2031, 6, 30)),  # summer time
    (date(2026, 3, 29), date(2031, 3, 28)),  # from the day summer time begins; five years later it has not begun
    (date(2026, 10, 25), date(2031, 10, 24)),  # from the day summer time ends
    (date(2028, 2, 29), date(2033, 2, 28)),  # from a leap day: to the end of February
    (date(2027, 3, 1), date(2032, 2, 29)),  # to a leap day
]


def travel(**changed: Any) -> Any:
    return replace(SHPO_TERM, effect=TermKind.TRAVEL, capabilities=(), **changed)


@pytest.mark.parametrize(("first", "last"), FIVE_YEARS)
@pytest.mark.parametrize(
    ("more", "fixed", "travels"), [(-1, "term-too-short", None), (0, None, None), (1, None, "travel-too-long")]
)
def test_a_fixed_shpo_term_lasts_five_years_at_least_and_a_travel_term_at_most(
    first: date, last: date, more: int, fixed: str | None, travels: str | None
) -> None:
    dates = lasting(first, last + timedelta(days=more))
    assert code_of(check_term, SHPO, replace(SHPO_TERM, **dates)) == fixed
    assert code_of(check_term, SHPO, travel(**dates)) == travels


@pytest.mark.parametrize(
    ("instrument", "term", "refused"),
    [
        (SHPO, SHPO_TERM, None),
        (LICENCE, LICENCE_TERM, None),  # a licence has no least length
        (LICENCE, SHPO_TERM, "other-instrument"),
        (SHPO, replace(SHPO_TERM, person_text=" "), "no-text"),
        (SHPO, replace(SHPO_TERM, verbatim_text=""), "no-text"),
        (SHPO, replace(SHPO_TERM, verbatim_text=None), None),  # withheld from this reader
        (SHPO, travel(), "travel-too-long"),  # until further order
        (SHPO, replace(SHPO_TERM, effect=TermKind.TRAVEL), "travel-collects-nothing"),
        (LICENCE, replace(LICENCE_TERM, effect=TermKind.TRAVEL), "travel-collects-nothing"),
        (LICENCE, replace(LICENCE_TERM, effect=TermKind.TRAVEL, capabilities=()), None),
        (LICENCE, replace(LICENCE_TERM, until=None), "no-last-day"),
    ],
)
def test_when_a_term_breaks_the_rule_of_its_order(instrument: Any, term: Any, refused: str | None) -> None:
    assert code_of(check_term, instrument, term) == refused


END = on(2026, 9, 1)
LATE = on(2026, 9, 20)


@pytest.mark.parametrize(
    ("what", "instrument", "term", "period"),
    [
        ("until further order", {}, {}, Period(on(2026, 1, 10), None)),
        ("the term's own dates", {}, {"since": on(2026, 2, 1), "until": END}, Period(on(2026, 2, 1), END)),
        ("in force later than the term", {"effective_from": on(2026, 4, 1)}, {}, Period(on(2026, 4, 1), None)),
        ("served later than in force", {"served_at": on(2026, 5, 1)}, {}, Period(on(2026, 5, 1), None)),
        ("a request is nothing to an order", {"requested_at": on(2026, 5, 1)}, {}, Period(on(2026, 1, 10), None)),
        ("ended", {"ended_at": END, "end_known_at": LATE}, {}, Period(on(2026, 1, 10), END)),
        ("ended before it began", {"ended_at": on(2026, 1, 9), "end_known_at": LATE}, {}, None),
        ("ended before it was served", {"served_at": LATE, "ended_at": END, "end_known_at": LATE}, {}, None),
        ("ended before the term", {"ended_at": END, "end_known_at": LATE}, {"since": LATE}, None),
        ("a term that ends before it begins", {}, {"until": on(2026, 1, 9)}, None),
        ("unconfirmed", {}, {"confirmed_by": None, "confirmed_at": None}, None),
        ("confirmed by nobody", {}, {"confirmed_by": None}, None),
        ("confirmed at no time", {}, {"confirmed_at": None}, None),
        ("confirmed by who recorded it", {}, {"confirmed_by": ident("officer")}, None),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_when_a_term_is_in_force(
    what: str, instrument: dict[str, Any], term: dict[str, Any], period: Period | None
) -> None:
    assert live_period(replace(SHPO, **instrument), replace(SHPO_TERM, **term)) == period


def test_a_licence_term_is_in_force_from_the_request_to_install_only() -> None:
    period = live_period(LICENCE, LICENCE_TERM)
    assert period is not None
    assert period.since == LICENCE.requested_at


def test_an_end_is_true_from_one_time_and_known_from_another() -> None:
    ended = replace(SHPO, ended_at=END, end_known_at=LATE)
    before, after = as_known_at(ended, Ms(LATE - 1)), as_known_at(ended, LATE)
    assert (before.ended_at, before.end_known_at) == (None, None)
    assert after == ended
    on_the_day = END + DAY_MS
    assert on_the_day in (live_period(before, SHPO_TERM) or ())
    assert on_the_day not in (live_period(after, SHPO_TERM) or ())
