"""The law of each basis as a lawyer reads it: one row a case, with the number of its rule (requirements §0.1 and §1, appendix G)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from offmon.core.authority.bases import BASES, Basis, Route
from offmon.core.authority.no_basis import NO_BASIS, NoBasis, check_is_basis
from offmon.core.authority.order import (
    Applicant,
    Instrument,
    TermKind,
    check_instrument,
    check_term,
    check_variation,
    cut_by_newer,
    ended_by,
    needs_consent,
    rests_on_conviction,
)
from offmon.core.clock import Period, days
from offmon.core.ids import Ms
from tests.unit.core.samples import AGREED, LICENCE, NOW, SHPO, SHPO_TERM, code_of, ident, on

_C, _F, _A = Route.CONVICTION, Route.FINDING, Route.APPLICATION


def order_of(basis: Basis, **changed: Any) -> Instrument:
    """A sound instrument of that basis, made and served on 10 January 2026, on the first route that it has."""
    rule = BASES[basis]
    base = LICENCE if basis is Basis.LICENCE else SHPO
    given: dict[str, Any] = {"basis": basis, "route": rule.routes[0] if len(rule.routes) > 1 else None}
    if rule.by_agreement:
        return replace(base, **given | {"convicted_on": None, "agreement": AGREED, "witness": "Jo Invented"} | changed)
    if basis is not Basis.LICENCE:
        given["convicted_on"] = "2019-05-01" if basis is Basis.SHPO_SOA else SHPO.convicted_on
    if rule.made_until is not None:
        given |= {"made_on": rule.made_until.isoformat(), "convicted_on": "2014-05-01"}
    return replace(base, **given | changed)


@pytest.mark.parametrize("basis", Basis)
def test_each_basis_has_a_sound_order(basis: Basis) -> None:
    assert code_of(check_instrument, order_of(basis)) is None


@pytest.mark.parametrize(
    ("rule", "basis", "changed", "refused"),
    [
        ("R-LEG-7", Basis.SHPO_SC, {"convicted_on": "2020-11-30"}, "wrong-code"),
        ("R-LEG-7", Basis.SHPO_SC, {"convicted_on": "2020-12-01"}, None),
        ("R-LEG-7", Basis.SHPO_SOA, {"convicted_on": "2020-11-30"}, None),
        ("R-LEG-7", Basis.SHPO_SOA, {"convicted_on": "2020-12-01"}, "wrong-code"),
        ("R-LEG-7", Basis.SHPO_SOA, {"route": _A, "convicted_on": "2024-05-01"}, None),  # a qualifying offender
        ("R-LEG-7", Basis.SHPO_SOA, {"route": _A, "convicted_on": None}, None),
        ("R-LEG-8", Basis.SHPO_SOA, {"route": None}, "no-route"),
        ("R-LEG-8", Basis.SHPO_SOA, {"convicted_on": None}, "no-conviction-date"),
        ("R-LEG-8", Basis.SHPO_SOA, {"route": _F, "convicted_on": None}, None),
        ("R-LEG-8", Basis.SHPO_SOA, {"route": _F}, "finding-no-conviction"),
        ("R-LEG-8", Basis.SHPO_SC, {"route": _A}, None),  # it has one route, whatever is said
        ("R-LEG-8", Basis.SRO, {"convicted_on": None}, None),
        ("R-LEG-8", Basis.SCPO, {"route": _F, "convicted_on": None}, "no-route"),
        ("§0.1", Basis.SHPO_SC, {"made_on": "2020-11-30", "convicted_on": "2020-11-30"}, "made-too-early"),
        ("§0.1", Basis.SRO, {"made_on": "2015-03-07", "convicted_on": None}, "made-too-early"),
        ("§0.1", Basis.SRO, {"made_on": "2015-03-08", "convicted_on": None}, None),
        ("§0.1", Basis.SOPO_LEGACY, {"made_on": "2015-03-07"}, None),
        ("§0.1", Basis.SOPO_LEGACY, {"made_on": "2015-03-08"}, "made-too-late"),
        ("§0.1", Basis.SOPO_LEGACY, {"made_on": "2004-04-30", "convicted_on": "2004-04-30"}, "made-too-early"),
        ("R-LEG-14", Basis.LICENCE, {"requested_at": None}, "no-request"),
        ("R-LEG-14", Basis.SCPO, {"requested_at": None}, None),
        ("R-LEG-1", Basis.INT_SRO, {"served_at": None}, "not-served"),
    ],
)
def test_when_an_order_grounds_nothing(rule: str, basis: Basis, changed: dict[str, Any], refused: str | None) -> None:
    assert code_of(check_instrument, order_of(basis, **changed)) == refused, rule


@pytest.mark.parametrize(
    ("basis", "changed", "rests"),
    [
        (Basis.SHPO_SC, {}, True),
        (Basis.SHPO_SOA, {"route": _F}, False),
        (Basis.SHPO_SOA, {"route": _A}, False),
        (Basis.SRO, {}, False),
        (Basis.LICENCE, {}, True),
        (Basis.VOLUNTARY, {}, False),
    ],
)
def test_whether_it_rests_on_a_conviction(basis: Basis, changed: dict[str, Any], *, rests: bool) -> None:
    assert rests_on_conviction(order_of(basis, **changed)) is rests  # R-LEG-8


JAN = date(2026, 1, 10)
FIVE, TWO = date(2031, 1, 9), date(2028, 1, 9)  # appendix G: "beginning with" the day on which it was made


@pytest.mark.parametrize(
    ("basis", "effect", "last", "refused"),
    [
        (Basis.SHPO_SOA, TermKind.PROHIBITION, date(2031, 1, 8), "term-too-short"),
        (Basis.SHPO_SOA, TermKind.PROHIBITION, FIVE, None),
        (Basis.SHPO_SOA, TermKind.TRAVEL, FIVE, None),
        (Basis.SHPO_SOA, TermKind.TRAVEL, date(2031, 1, 10), "travel-too-long"),
        (Basis.SOPO_LEGACY, TermKind.PROHIBITION, date(2031, 1, 8), "term-too-short"),
        (Basis.SRO, TermKind.PROHIBITION, date(2028, 1, 8), "term-too-short"),
        (Basis.SRO, TermKind.PROHIBITION, TWO, None),
        (Basis.SRO, TermKind.TRAVEL, date(2031, 1, 10), "travel-too-long"),
        (Basis.SCPO, TermKind.PROHIBITION, FIVE, None),
        (Basis.SCPO, TermKind.REQUIREMENT, date(2031, 1, 10), "term-too-long"),
        (Basis.SCPO, TermKind.PROHIBITION, None, "no-last-day"),
        (Basis.INT_SHPO, TermKind.PROHIBITION, date(2026, 2, 9), None),
        (Basis.INT_SHPO, TermKind.PROHIBITION, None, "no-last-day"),  # R-LEG-12
        (Basis.INT_SRO, TermKind.PROHIBITION, None, "no-last-day"),  # R-LEG-12
        (Basis.LICENCE, TermKind.REQUIREMENT, date(2026, 2, 9), None),
    ],
)
def test_how_long_a_condition_lasts(basis: Basis, effect: TermKind, last: date | None, refused: str | None) -> None:
    period = days(JAN, last)
    collects = () if effect is TermKind.TRAVEL else SHPO_TERM.capabilities
    order = order_of(basis)
    term = replace(SHPO_TERM, instrument=order.id, effect=effect, capabilities=collects)
    assert code_of(check_term, order, replace(term, since=period.since, until=period.until)) == refused  # R-LEG-4


JUNE = on(2026, 6, 1)


def newer_of(basis: Basis, **changed: Any) -> Instrument:
    given = {"id": ident("newer"), "made_on": "2026-06-01", "served_at": JUNE, "effective_from": JUNE}
    return order_of(basis, **given | changed)


def end_of(older: Instrument, newer: Instrument) -> Ms | None:
    """From when the newer ends the older; each has a confirmed condition in force."""
    terms = [replace(SHPO_TERM, instrument=older.id)]
    terms.append(replace(SHPO_TERM, id=ident("its term"), instrument=newer.id, since=newer.effective_from))
    found = ended_by(older, [older, newer], terms)
    return None if found is None else found[0]


@pytest.mark.parametrize(
    ("rule", "newer", "older", "ends"),
    [
        ("R-LEG-11", Basis.SHPO_SC, Basis.SHPO_SC, True),
        ("R-LEG-11", Basis.SHPO_SC, Basis.SHPO_SOA, True),
        ("R-LEG-11", Basis.SHPO_SC, Basis.SOPO_LEGACY, True),
        ("R-LEG-11", Basis.SHPO_SOA, Basis.SHPO_SC, True),
        ("R-LEG-12", Basis.SHPO_SOA, Basis.INT_SHPO, True),
        ("R-LEG-12", Basis.SRO, Basis.INT_SRO, True),
        ("R-LEG-12", Basis.SCPO, Basis.INT_SCPO, True),
        ("§0.1", Basis.SRO, Basis.SHPO_SC, False),
        ("§0.1", Basis.SHPO_SC, Basis.SRO, False),
        ("§0.1", Basis.SHPO_SC, Basis.LICENCE, False),
        ("§0.1", Basis.LICENCE, Basis.SHPO_SC, False),
        ("§0.1", Basis.INT_SHPO, Basis.SHPO_SC, False),
    ],
)
def test_which_newer_order_ends_which(rule: str, newer: Basis, older: Basis, *, ends: bool) -> None:
    assert (end_of(order_of(older), newer_of(newer)) == JUNE) is ends, rule


def test_where_the_court_ordered_otherwise_the_earlier_stays_but_no_interim_does() -> None:
    kept = newer_of(Basis.SHPO_SOA, keeps_earlier=True)
    assert end_of(order_of(Basis.SHPO_SC), kept) is None  # R-LEG-11
    assert end_of(order_of(Basis.INT_SHPO), kept) == JUNE  # R-LEG-12


VARIATION = newer_of(Basis.SCPO, varies=SHPO.id, varied_for=Applicant.PERSON)
VARIED = order_of(Basis.SCPO)


@pytest.mark.parametrize(
    ("variation", "others", "refused"),
    [
        (VARIATION, [VARIED], None),
        (VARIED, [], None),
        (VARIATION, [], "varies-no-such"),
        (VARIATION, [order_of(Basis.SHPO_SC)], "varies-no-such"),
        (VARIATION, [replace(VARIED, made_on="2026-06-02")], "varies-no-such"),
        (replace(VARIATION, varied_for=None), [VARIED], "half-varied"),
        (replace(VARIATION, varies=None), [VARIED], "half-varied"),
        (replace(VARIATION, varies=VARIATION.id), [VARIED], "varies-no-such"),
        (VARIATION, [VARIED, replace(VARIATION, id=ident("first"))], "varied-already"),
        (VARIATION, [VARIED, replace(VARIATION, id=ident("first"), ended_at=JUNE, end_known_at=JUNE)], None),
    ],
)
def test_what_a_document_may_vary(variation: Instrument, others: list[Instrument], refused: str | None) -> None:
    assert code_of(check_variation, variation, others) == refused  # R-LEG-9


def test_a_variation_takes_the_place_of_what_it_varies_and_its_years_count_from_there() -> None:
    assert end_of(VARIED, VARIATION) == JUNE
    assert end_of(VARIED, replace(VARIATION, made_on=VARIED.made_on, keeps_earlier=True)) == JUNE
    assert end_of(VARIED, replace(VARIATION, varies=None, varied_for=None)) is None  # no newer one ends an SCPO
    shpo, varied = order_of(Basis.SHPO_SC), newer_of(Basis.SHPO_SC, varies=SHPO.id, varied_for=Applicant.OTHER)
    kept = days(JAN, FIVE)
    term = replace(SHPO_TERM, instrument=varied.id, since=kept.since, until=kept.until)
    assert code_of(check_term, varied, term) is None  # five years from the first order, though it was varied since
    assert needs_consent(varied, Ms(on(2031, 1, 10) - 1), [shpo])
    assert not needs_consent(varied, on(2031, 1, 10), [shpo])  # R-LEG-10, appendix G
    assert needs_consent(varied, on(2031, 1, 10))  # of an order of June
    assert needs_consent(varied, on(2031, 1, 9), [shpo, varied])


def test_a_variation_is_in_force_from_its_own_day_with_a_condition_that_is_older() -> None:
    shpo, varied = order_of(Basis.SHPO_SC), newer_of(Basis.SHPO_SC, varies=SHPO.id, varied_for=Applicant.OTHER)
    old, kept = SHPO_TERM, replace(SHPO_TERM, id=ident("kept"), instrument=varied.id)
    cut = cut_by_newer([shpo, varied], [old, kept])
    assert [Period(one.effective_from, one.ended_at) for one in cut] == [
        Period(SHPO.effective_from, JUNE),
        Period(JUNE, None),
    ]


@pytest.mark.parametrize("chosen", [*NoBasis, *Basis, ""])
def test_what_is_no_basis_is_refused_with_its_reason(chosen: str) -> None:
    assert code_of(check_is_basis, chosen) == ("no-basis" if chosen in set(NoBasis) else None)  # R-LEG-2, R-LEG-17
    assert set(NO_BASIS) == set(NoBasis)
    assert on(2026, 5, 11) < NOW
