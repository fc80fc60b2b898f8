"""What makes a voluntary agreement free, how long it lasts, and how it ends: one row a case, with the rule's number."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from offmon.core.authority.agreement import Door, Supervision, Withdrawal
from offmon.core.authority.order import (
    Applicant,
    Instrument,
    Term,
    as_known_at,
    check_instrument,
    check_term,
    cut_by_newer,
    cut_withdrawn,
    live_period,
)
from offmon.core.authority.profile import Choice, agreed_of, compile_grants
from offmon.core.authority.profile_ending import has_ended
from offmon.core.authority.withdrawing import check_serves, check_withdraw
from offmon.core.clock import DAY_MS, Period, start_of_day
from offmon.core.ids import Ms
from tests.unit.core.samples import (
    AGREED,
    LICENCE,
    LICENCE_TERM,
    SHPO,
    SHPO_TERM,
    SITES,
    VOLUNTARY,
    code_of,
    ident,
    on,
)

ITEM = replace(
    SHPO_TERM, id=ident("item"), instrument=VOLUNTARY.id, since=on(2026, 1, 10), until=start_of_day(date(2026, 4, 4))
)
LIST = replace(SITES, bases=(*SITES.bases, VOLUNTARY.basis))
CHOICE = Choice(ITEM.capabilities[0], (ITEM.id,), (LIST.ref.id,), None)
FEBRUARY = on(2026, 2, 1)
WITHDRAWN = Withdrawal(ident("withdrawal"), ITEM.id, FEBRUARY, Ms(FEBRUARY + DAY_MS), Door.DEVICE)


@pytest.mark.parametrize(
    ("rule", "agreed", "changed", "refused"),
    [
        ("R-LEG-19", {}, {}, None),
        ("R-LEG-19", {}, {"agreement": None}, "no-agreement"),
        ("R-LEG-19", {"no_penalty": False}, {}, "not-free"),
        ("R-LEG-19", {"unconditional": False}, {}, "not-free"),
        ("R-LEG-19", {"separate": False}, {}, "not-free"),
        ("R-LEG-19", {"not_declined": False}, {}, "not-free"),
        ("R-LEG-19", {"told_at": Ms(AGREED.agreed_at + 1)}, {}, "told-after"),
        ("R-LEG-19", {"told": " "}, {}, "told-after"),
        ("R-LEG-19", {}, {"witness": None}, "no-witness"),
        ("R-LEG-21", {"needs_adult": True}, {}, "no-adult"),
        ("R-LEG-21", {"needs_adult": True}, {"adult": "An advocate"}, None),
        ("R-LEG-19", {"supervision": Supervision.ORDER}, {}, "serves-nothing"),
        ("R-LEG-19", {"serves": SHPO.id}, {}, "serves-nothing"),
        ("R-LEG-19", {"supervision": Supervision.ORDER, "serves": SHPO.id}, {}, None),
    ],
)
def test_when_an_agreement_grounds_nothing(
    rule: str, agreed: dict[str, Any], changed: dict[str, Any], refused: str | None
) -> None:
    it = replace(VOLUNTARY, **{"agreement": replace(AGREED, **agreed)} | changed)
    assert code_of(check_instrument, it) == refused, rule


def test_nobody_agreed_to_what_a_court_made() -> None:
    assert code_of(check_instrument, replace(SHPO, agreement=AGREED)) == "no-agreement-here"


@pytest.mark.parametrize(
    ("until", "registered_until", "refused"),
    [
        (date(2026, 4, 4), None, None),  # 12 weeks, to the end of the last day
        (date(2026, 4, 5), None, "agreed-too-long"),
        (None, None, "no-last-day"),
        (date(2026, 3, 1), "2026-02-28", None),
        (date(2026, 3, 2), "2026-02-28", "agreed-too-long"),
    ],
)
def test_how_long_it_lasts(until: date | None, registered_until: str | None, refused: str | None) -> None:
    it = replace(VOLUNTARY, agreement=replace(AGREED, registered_until=registered_until))
    item = replace(ITEM, until=None if until is None else start_of_day(until))
    assert code_of(check_term, it, item) == refused  # R-LEG-21


SERVING = replace(VOLUNTARY, agreement=replace(AGREED, supervision=Supervision.ORDER, serves=LICENCE.id))


@pytest.mark.parametrize(
    ("licence", "terms", "ends"),
    [
        (LICENCE, [LICENCE_TERM], LICENCE_TERM.until),
        (LICENCE, [LICENCE_TERM, replace(LICENCE_TERM, id=ident("other"), until=None)], None),
        (replace(LICENCE, ended_at=on(2026, 3, 9), end_known_at=on(2026, 3, 9)), [LICENCE_TERM], on(2026, 3, 9)),
        (LICENCE, [], SERVING.effective_from),  # nothing of it was confirmed: no supervision is known
        (None, [], SERVING.effective_from),
    ],
)
def test_it_ends_with_what_it_serves(licence: Instrument | None, terms: list[Term], ends: Ms | None) -> None:
    orders = [SERVING] if licence is None else [SERVING, licence]
    [found] = [one for one in cut_by_newer(orders, terms) if one.id == SERVING.id]
    assert found.ended_at == ends


def test_it_goes_on_under_what_took_the_place_of_what_it_serves() -> None:
    """R-LEG-9: an order that is varied, or replaced, is no end of supervision."""
    at = on(2026, 6, 1)
    serving = replace(SERVING, agreement=replace(AGREED, supervision=Supervision.ORDER, serves=SHPO.id))
    newer = replace(SHPO, id=ident("newer"), made_on="2026-06-01", served_at=at, effective_from=at)
    its = replace(SHPO_TERM, id=ident("its term"), instrument=newer.id, since=at)
    for one in (newer, replace(newer, varies=SHPO.id, varied_for=Applicant.PERSON)):
        cut = {order.id: order.ended_at for order in cut_by_newer([serving, SHPO, one], [SHPO_TERM, its])}
        assert cut == {serving.id: None, SHPO.id: at, newer.id: None}
    ended = replace(newer, ended_at=on(2026, 8, 1), end_known_at=on(2026, 8, 1))
    cut = {order.id: order.ended_at for order in cut_by_newer([serving, SHPO, ended], [SHPO_TERM, its])}
    assert cut[serving.id] == on(2026, 8, 1)


def test_one_that_is_renewed_runs_to_its_own_last_day() -> None:
    """Else nothing could be collected between the new paper and what is authorised by it, and what was, would be locked."""
    again = replace(
        VOLUNTARY, id=ident("again"), made_on="2026-03-20", varies=VOLUNTARY.id, varied_for=Applicant.PERSON
    )
    its = replace(ITEM, id=ident("its item"), instrument=again.id, since=on(2026, 3, 20), until=on(2026, 6, 1))
    assert [one.ended_at for one in cut_by_newer([VOLUNTARY, again], [ITEM, its])] == [None, None]


def test_an_end_of_its_own_that_is_earlier_stays() -> None:
    ended = replace(SERVING, ended_at=FEBRUARY, end_known_at=FEBRUARY)
    assert cut_by_newer([ended, LICENCE], [LICENCE_TERM])[0] == ended


@pytest.mark.parametrize(
    ("others", "refused"),
    [
        ([LICENCE], None),
        ([], "serves-nothing"),
        ([replace(LICENCE, ended_at=FEBRUARY, end_known_at=FEBRUARY)], "serves-nothing"),
        ([replace(VOLUNTARY, id=LICENCE.id)], "serves-nothing"),
    ],
)
def test_what_it_may_serve(others: list[Instrument], refused: str | None) -> None:
    assert code_of(check_serves, SERVING, others) == refused
    assert code_of(check_serves, VOLUNTARY, others) is None


@pytest.mark.parametrize(
    ("order", "before", "changed", "refused"),
    [
        (VOLUNTARY, [], {}, None),
        (SHPO, [], {}, "not-agreed"),
        (VOLUNTARY, [WITHDRAWN], {}, "withdrawn-already"),
        (VOLUNTARY, [replace(WITHDRAWN, term=ident("another"))], {}, None),
        (VOLUNTARY, [], {"withdrawn_at": Ms(AGREED.agreed_at - 1)}, "withdrawn-when"),
        (VOLUNTARY, [], {"withdrawn_at": Ms(WITHDRAWN.known_at + 1)}, "withdrawn-when"),
    ],
)
def test_what_may_be_withdrawn(
    order: Instrument, before: list[Withdrawal], changed: dict[str, Any], refused: str | None
) -> None:
    assert code_of(check_withdraw, order, before, replace(WITHDRAWN, **changed)) == refused  # R-LEG-20


def test_a_withdrawn_item_ends_when_it_was_withdrawn_once_that_is_known_and_no_other_does() -> None:
    other = replace(ITEM, id=ident("another"))
    known = cut_withdrawn([ITEM, other], [WITHDRAWN], WITHDRAWN.known_at)
    assert [one.until for one in known] == [FEBRUARY, ITEM.until]
    assert live_period(VOLUNTARY, known[0]) == Period(ITEM.since, FEBRUARY)
    assert cut_withdrawn([ITEM], [WITHDRAWN], Ms(WITHDRAWN.known_at - 1)) == (ITEM,)
    late = replace(WITHDRAWN, withdrawn_at=on(2026, 5, 1), known_at=on(2026, 5, 1))
    assert cut_withdrawn([ITEM], [late], late.known_at) == (ITEM,)  # it had run out


def test_a_grant_rests_on_one_agreed_item_and_ends_with_its_withdrawal() -> None:
    at, orders = Ms(FEBRUARY - DAY_MS), [SHPO, VOLUNTARY]
    [grant] = compile_grants(orders, [SHPO_TERM, ITEM], [CHOICE], [LIST], at)
    assert agreed_of([grant], orders, [SHPO_TERM, ITEM]) == (ITEM.id,)
    for mixed in ((ITEM.id, SHPO_TERM.id), (ITEM.id, ident("another"))):
        terms = [SHPO_TERM, ITEM, replace(ITEM, id=ident("another"))]
        assert code_of(compile_grants, orders, terms, [replace(CHOICE, terms=mixed)], [LIST], at) == "agreed-alone"
    then = cut_withdrawn([SHPO_TERM, ITEM], [WITHDRAWN], WITHDRAWN.known_at)
    assert has_ended(grant, orders, then, FEBRUARY, WITHDRAWN.known_at)
    assert compile_grants(orders, then, [CHOICE], [LIST], FEBRUARY) == ()
    assert as_known_at(VOLUNTARY, at) == VOLUNTARY
