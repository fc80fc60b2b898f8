"""The table of powers for each basis, row by row (requirements §0.1)."""

from dataclasses import replace
from typing import Any

import pytest

from offmon.core.authority import order
from offmon.core.authority.capability import Capability
from offmon.core.authority.order import Instrument, Term, TermKind, check_term, cut_by_newer, ended_by
from offmon.core.authority.profile import Choice, Grant, compile_grants
from offmon.core.clock import DAY_MS
from offmon.core.errors import Refused
from offmon.core.ids import Ms
from tests.unit.core.samples import LICENCE, LICENCE_TERM, NOW, SHPO, SHPO_TERM, SITES, code_of, ident, on

FOREVER = Ms(NOW + 40 * 366 * DAY_MS)


@pytest.mark.parametrize("effect", TermKind)
def test_a_licence_runs_to_its_expiry_and_no_term_of_it_without_an_end(effect: TermKind) -> None:
    capabilities = () if effect is TermKind.TRAVEL else LICENCE_TERM.capabilities
    term = replace(LICENCE_TERM, effect=effect, capabilities=capabilities, until=None)
    assert code_of(check_term, LICENCE, term) == "no-last-day"


def test_so_it_grants_nothing_forty_years_on() -> None:
    term = replace(LICENCE_TERM, until=None)
    choice = Choice(Capability.SITE, (term.id,), (SITES.ref.id,), None)
    lists = [replace(SITES, valid=replace(SITES.valid, until=None))]
    with pytest.raises(Refused, match="until a day that the document gives"):
        compile_grants([LICENCE], [term], [choice], lists, FOREVER)


MAY = on(2026, 5, 1)
NEWER = replace(SHPO, id=ident("newer"), made_on="2026-05-01", served_at=MAY, effective_from=MAY)
NEWER_TERM = replace(SHPO_TERM, id=ident("newer term"), instrument=NEWER.id, since=MAY)
ON_EACH = Choice(Capability.SITE, (SHPO_TERM.id, NEWER_TERM.id), (SITES.ref.id,), None)


def resting(newer: Instrument = NEWER, term: Term = NEWER_TERM, at: Ms = NOW) -> set[str]:
    """Which terms ground a grant, of an order and a newer one, whichever was recorded first."""
    compiled: list[tuple[Grant, ...]] = [
        compile_grants(orders, [SHPO_TERM, term], [ON_EACH], [SITES], at) for orders in ([SHPO, newer], [newer, SHPO])
    ]
    assert compiled[0] == compiled[1]
    return {one.term for grant in compiled[0] for one in grant.terms}


def test_a_newer_order_ends_the_older() -> None:
    assert resting() == {NEWER_TERM.id}
    only_older = replace(ON_EACH, terms=(SHPO_TERM.id,))
    assert compile_grants([SHPO, NEWER], [SHPO_TERM, NEWER_TERM], [only_older], [SITES], NOW) == ()
    assert ended_by(SHPO, [SHPO, NEWER], [SHPO_TERM, NEWER_TERM]) == (MAY, NEWER)
    assert ended_by(NEWER, [SHPO, NEWER], [SHPO_TERM, NEWER_TERM]) is None


@pytest.mark.parametrize(
    ("newer", "term"),
    [
        ({}, {"confirmed_by": None, "confirmed_at": None}),  # nobody has compared it yet
        ({}, {"confirmed_by": NEWER_TERM.recorded_by}),
        ({"made_on": SHPO.made_on}, {}),  # the same order, recorded anew
        ({"made_on": "2025-05-01"}, {}),
        ({"served_at": None}, {}),
        ({"ended_at": MAY, "end_known_at": NOW}, {"confirmed_at": Ms(NOW + 1)}),  # it never was in force, as was known
    ],
)
def test_but_takes_nothing_away_before_it_counts_itself(newer: dict[str, Any], term: dict[str, Any]) -> None:
    cut = cut_by_newer([SHPO, replace(NEWER, **newer)], [SHPO_TERM, replace(NEWER_TERM, **term)])
    assert cut[0] == SHPO


@pytest.mark.parametrize(("at", "counts"), [(NOW, True), (Ms(NOW + 1), True), (Ms(NOW - 1), False)])
def test_nor_before_its_term_was_confirmed(at: Ms, *, counts: bool) -> None:
    term = order.as_confirmed_at(replace(NEWER_TERM, confirmed_at=NOW), at)
    assert (ended_by(SHPO, [SHPO, NEWER], [SHPO_TERM, term]) is not None) is counts
    assert (term.confirmed_by, term.confirmed_at) == ((NEWER_TERM.confirmed_by, NOW) if counts else (None, None))
    never = replace(NEWER_TERM, confirmed_by=None, confirmed_at=None)
    assert order.as_confirmed_at(never, at) == never


def test_the_older_does_not_come_back_when_the_newer_ends() -> None:
    june = on(2026, 6, 1)
    assert resting(replace(NEWER, ended_at=june, end_known_at=june)) == set()


JUNE = on(2026, 6, 1)
MISTAKE = replace(NEWER, ended_at=MAY, end_known_at=JUNE)  # it never was in force, as one officer recorded in June
ITS_TERM = replace(NEWER_TERM, confirmed_at=MAY)


def test_nor_when_one_officer_records_that_the_newer_never_was_in_force() -> None:
    assert resting(MISTAKE, ITS_TERM) == set()


@pytest.mark.parametrize(("confirmed_at", "counts"), [(JUNE, False), (Ms(JUNE + 1), True)])
def test_the_older_recorded_anew_counts_once_a_second_officer_confirmed_it(confirmed_at: Ms, *, counts: bool) -> None:
    anew = replace(SHPO, id=ident("anew"))
    term = replace(SHPO_TERM, id=ident("term anew"), instrument=anew.id, confirmed_at=confirmed_at)
    orders, terms = [SHPO, MISTAKE, anew], [SHPO_TERM, ITS_TERM, term]
    choice = Choice(Capability.SITE, (SHPO_TERM.id, term.id), (SITES.ref.id,), None)
    grants = compile_grants(orders, terms, [choice], [SITES], NOW)
    assert [one.term for grant in grants for one in grant.terms] == ([term.id] if counts else [])


def test_nor_does_a_newer_that_was_to_begin_after_its_end_was_known() -> None:
    july = on(2026, 7, 1)
    newer, term = replace(MISTAKE, effective_from=july, ended_at=july), replace(ITS_TERM, since=july)
    assert cut_by_newer([SHPO, newer], [SHPO_TERM, term])[0] == SHPO


def test_nor_without_a_term_of_the_newer_that_collects() -> None:
    travel = replace(NEWER_TERM, effect=TermKind.TRAVEL, capabilities=(), until=on(2030, 1, 1))
    only_older = replace(ON_EACH, terms=(SHPO_TERM.id,))
    assert compile_grants([SHPO, NEWER], [SHPO_TERM, travel], [only_older], [SITES], NOW) == ()


def test_until_the_newer_begins_the_older_grants_and_no_further() -> None:
    later = on(2026, 12, 1)
    newer, term = replace(NEWER, effective_from=later), replace(NEWER_TERM, since=later)
    [grant] = compile_grants([SHPO, newer], [SHPO_TERM, term], [ON_EACH], [SITES], NOW)
    [one] = grant.terms
    assert (one.term, one.period.until) == (SHPO_TERM.id, later)
    assert resting(newer, term, later) == {term.id}


def test_an_end_that_came_before_stays_where_it_was() -> None:
    over = replace(SHPO, ended_at=on(2026, 4, 1), end_known_at=on(2026, 4, 2))
    assert cut_by_newer([over, NEWER], [SHPO_TERM, NEWER_TERM]) == (over, NEWER)


def test_a_licence_beside_another_runs_on() -> None:
    other = replace(LICENCE, id=ident("other"), made_on="2026-05-01")
    term = replace(LICENCE_TERM, id=ident("other term"), instrument=other.id)
    assert cut_by_newer([LICENCE, other, SHPO], [LICENCE_TERM, term, SHPO_TERM]) == (LICENCE, other, SHPO)


@pytest.mark.parametrize(
    ("one", "at", "needs"),
    [
        (SHPO, NOW, True),
        (SHPO, Ms(on(2031, 1, 10) - 1), True),
        (SHPO, on(2031, 1, 10), False),  # five years beginning with the day on which it was made
        (LICENCE, NOW, False),
    ],
)
def test_an_order_is_discharged_within_five_years_by_consent_alone(one: Instrument, at: Ms, *, needs: bool) -> None:
    assert order.needs_consent(one, at) is needs
