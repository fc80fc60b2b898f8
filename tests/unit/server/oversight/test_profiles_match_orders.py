"""Whether a device's collection still rests on an order, by what is known of its case's orders (S82; SA20 s.349; issue 3)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from offmon.core import clock
from offmon.core.authority.bases import Basis
from offmon.core.authority.capability import Capability
from offmon.core.authority.order import Instrument, Term
from offmon.core.authority.profile import Choice, Grant, compile_grants
from offmon.core.clock import DAY_MS, HOUR_MS, Period, local_day
from offmon.core.formats import codec, dsse
from offmon.core.ids import Id, Ms
from offmon.server.oversight import profiles_match_orders
from tests.unit.core import samples

AT = samples.NOW
BEGAN = Ms(AT - 20 * DAY_MS)
MADE = Ms(AT - 15 * DAY_MS)
NEWER = replace(
    samples.SHPO, id=samples.ident("newer"), made_on=local_day(MADE).isoformat(), served_at=MADE, effective_from=MADE
)
ITS_TERM = replace(
    samples.SHPO_TERM,
    id=samples.ident("newer term"),
    instrument=NEWER.id,
    since=MADE,
    confirmed_at=Ms(MADE + HOUR_MS),
    capabilities=(),
)
CHOICES = (Choice(Capability.SITE, (samples.SHPO_TERM.id,), (samples.SITES.ref.id,), None), samples.ON_SHPO)


def an_order(one: Instrument) -> dict[str, Any]:
    """As `questions/authority.sql` answers."""
    dates = ("made_on", "convicted_on", "served_at", "effective_from", "requested_at", "ended_at", "end_known_at")
    read = (*dates, "route", "varies", "keeps_earlier")
    said: dict[str, Any] = {name: getattr(one, name) for name in read}
    said["agreement"] = None if one.agreement is None else codec.to_doc(one.agreement)
    return said | {"id": dashed(one.id), "basis": one.basis.value, "offence_types": list(one.offence_types)}


def a_term(one: Term) -> dict[str, Any]:
    said: dict[str, Any] = {name: getattr(one, name) for name in ("since", "until", "confirmed_at")}
    people = (("recorded_by", one.recorded_by), ("confirmed_by", one.confirmed_by))
    said |= {name: by and dashed(by) for name, by in people}
    said |= {"of_staff": True, "id": dashed(one.id), "instrument": dashed(one.instrument)}
    return said | {"effect": one.effect.value, "capabilities": [kind.value for kind in one.capabilities]}


def dashed(one: Id) -> str:
    return str(UUID(one))


GRANTS = compile_grants([samples.SHPO], [samples.SHPO_TERM], CHOICES, [samples.SITES, samples.PHRASES], BEGAN)


def found_of(
    orders: list[Instrument], terms: list[Term], *, newest: bool = True, grants: tuple[Grant, ...] = GRANTS
) -> dict[str, Any]:
    """A profile of two grants, whose lease began when only the first order was known, and what it rests on."""
    profile = samples.profile(lease=Period(BEGAN, Ms(BEGAN + 30 * DAY_MS)), grants=grants)
    return {
        "document": dsse.sign(profile, samples.key("profile")).decode(),
        "case": dashed(samples.SHPO.case),
        "newest": newest,
        "fits": True,
        "instruments": [an_order(one) for one in orders],
        "terms": [a_term(one) for one in terms],
        "withdrawals": [],
    }


def wanting(orders: list[Instrument], terms: list[Term], *, newest: bool = True) -> int:
    """How many of the two grants want what they rest on."""
    looked, found_wanting = profiles_match_orders.judge([found_of(orders, terms, newest=newest)], AT)
    assert looked == len(GRANTS) == 2
    return found_wanting


def given(newer: dict[str, Any], term: dict[str, Any]) -> tuple[list[Instrument], list[Term]]:
    return [samples.SHPO, replace(NEWER, **newer)], [samples.SHPO_TERM, replace(ITS_TERM, **term)]


TWO_HOURS, HALF_AN_HOUR = Ms(AT - 2 * HOUR_MS), Ms(AT - HOUR_MS // 2)
ENDED, KNOWN = {"ended_at": MADE}, {"end_known_at": TWO_HOURS}
TABLE: dict[str, tuple[dict[str, Any], dict[str, Any], int]] = {
    "it was confirmed days ago": ({}, {}, 2),
    "two hours ago": ({}, {"confirmed_at": TWO_HOURS}, 2),
    "half an hour ago: the narrower profile may be on its way": ({}, {"confirmed_at": HALF_AN_HOUR}, 0),
    "by nobody": ({}, {"confirmed_by": None, "confirmed_at": None}, 0),
    "by who recorded it": ({}, {"confirmed_by": ITS_TERM.recorded_by}, 0),
    "it was never served": ({"served_at": None}, {}, 0),
    "it was made on the same day": ({"made_on": samples.SHPO.made_on}, {}, 0),
    "it is in force from tomorrow": ({"effective_from": Ms(AT + DAY_MS)}, {}, 0),
    "it is in force since a moment ago, as was known": ({"effective_from": Ms(AT - 1)}, {}, 2),
    "it was a mistake, as is known for two hours: the older is recorded anew": (ENDED | KNOWN, {}, 2),
    "it was a mistake, as was known before it was confirmed": (ENDED | KNOWN, {"confirmed_at": HALF_AN_HOUR}, 0),
    "it was to count since a moment ago, and its end was known before": (
        {"effective_from": Ms(AT - 1), "ended_at": Ms(AT - 1), "end_known_at": HALF_AN_HOUR},
        {},
        0,
    ),
    "it ended since, and the older does not come back": ({"ended_at": TWO_HOURS, "end_known_at": TWO_HOURS}, {}, 2),
}


@pytest.mark.parametrize("row", TABLE)
def test_a_newer_order_ends_the_older_from_an_hour_after_it_was_confirmed(row: str) -> None:
    newer, term, due = TABLE[row]
    orders, terms = given(newer, term)
    assert wanting(orders, terms) == due
    assert wanting(orders, terms, newest=False) == 0  # what a device that was away has still; gate 2 refuses


@pytest.mark.parametrize(("known", "due"), [(TWO_HOURS, 2), (HALF_AN_HOUR, 0)])
def test_so_does_an_end_that_was_recorded(known: Ms, due: int) -> None:
    assert wanting([replace(samples.SHPO, ended_at=MADE, end_known_at=known)], [samples.SHPO_TERM]) == due


@pytest.mark.parametrize(("known", "due"), [(TWO_HOURS, 1), (HALF_AN_HOUR, 0)])
def test_so_does_an_item_that_the_person_withdrew(known: Ms, due: int) -> None:
    """R-LEG-20. What a court ordered goes on."""
    item = replace(samples.SHPO_TERM, id=samples.ident("item"), instrument=samples.VOLUNTARY.id)
    until = clock.start_of_day(local_day(BEGAN) + timedelta(days=60))
    agreed = replace(samples.VOLUNTARY, made_on=local_day(BEGAN).isoformat(), served_at=BEGAN, effective_from=BEGAN)
    item = replace(item, since=BEGAN, until=until, confirmed_at=BEGAN)
    lists = [replace(one, bases=tuple(Basis)) for one in (samples.SITES, samples.PHRASES)]
    choices = (replace(CHOICES[0], terms=(item.id,)), CHOICES[1])
    orders, terms = [samples.SHPO, agreed], [samples.SHPO_TERM, item]
    grants = compile_grants(orders, terms, choices, lists, BEGAN)
    found = found_of(orders, terms, grants=grants)
    assert profiles_match_orders.judge([found], AT) == (2, 0)
    withdrawal = {"id": dashed(item.id), "term": dashed(item.id), "withdrawn_at": known, "known_at": known}
    found["withdrawals"] = [withdrawal | {"door": "device"}]
    assert profiles_match_orders.judge([found], AT) == (2, due)


@pytest.mark.parametrize("field", ["capabilities", "effect"])
def test_a_row_that_says_what_this_release_does_not_know_grounds_nothing(field: str) -> None:
    found = found_of([samples.SHPO], [samples.SHPO_TERM])
    assert profiles_match_orders.judge([found], AT) == (2, 0)
    found["terms"][0][field] = ["voice"]
    assert profiles_match_orders.judge([found], AT) == (1, 1)
