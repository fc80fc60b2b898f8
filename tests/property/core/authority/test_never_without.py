"""At no instant does a device that follows the protocol hold a grant without a live term, two people and a served notice (issue 19).

The oracle is written from the law's own words: days, people and papers, and none of the functions that compile or cut.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from offmon.core.authority.agreement import Door, Withdrawal
from offmon.core.authority.noticed import check_covers
from offmon.core.authority.order import Instrument, Term, as_confirmed_at, as_known_at, cut_withdrawn
from offmon.core.authority.profile import MAX_LEASE_MS, Choice, Grant, compile_grants
from offmon.core.authority.review import check_reviewed
from offmon.core.clock import DAY_MS, Period
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.records import check_two_people
from tests.unit.core.samples import LICENCE, SHPO, SHPO_TERM, SITES, VOLUNTARY, ident, on

ZERO = on(2026, 3, 2)
OFFICER, SECOND, THIRD = (ident(name) for name in ("officer", "second officer", "third"))
DAYS = st.integers(0, 12).map(lambda days: Ms(ZERO + days * DAY_MS))
EARLY = st.just(ZERO) | st.integers(0, 6).map(lambda days: Ms(ZERO + days * DAY_MS))
LIST = replace(SITES, bases=(SHPO.basis, LICENCE.basis, VOLUNTARY.basis), valid=Period(Ms(0), None))


@dataclass(frozen=True)
class World:
    """What was recorded, by whom and when, and what the person and the device did."""

    orders: Sequence[Instrument]
    terms: Sequence[Term]
    withdrawals: Sequence[Withdrawal]
    choice: Choice
    drafted_by: Id
    authorised_by: Id
    authorised_at: Ms
    review_by: Ms
    noticed: Choice
    served_at: Ms
    signings: Sequence[Ms]


@st.composite
def orders(draw: st.DrawFn, like: Instrument, number: int) -> Instrument:
    """Served, asked for and ended on any day, each known whenever."""
    ended = draw(st.none() | st.tuples(DAYS, DAYS))
    return replace(
        like,
        id=ident(f"order {number}"),
        served_at=draw(EARLY),
        effective_from=draw(EARLY),
        requested_at=draw(EARLY) if like is LICENCE else None,
        ended_at=None if ended is None else ended[0],
        end_known_at=None if ended is None else ended[1],
    )


@st.composite
def withdrawals_of(draw: st.DrawFn, term: Term) -> Withdrawal:
    """Of any day, known then or later."""
    at, known = sorted((draw(DAYS), draw(DAYS)))
    return Withdrawal(term.id, term.id, at, known, Door.DEVICE)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    likes = draw(st.lists(st.sampled_from([SHPO, LICENCE, VOLUNTARY]), min_size=1, max_size=3))
    recorded = [draw(orders(like, number)) for number, like in enumerate(likes)]
    terms = [
        replace(
            SHPO_TERM,
            id=ident(f"term {number}"),
            instrument=order.id,
            since=SHPO_TERM.since if order.basis is SHPO.basis else draw(EARLY),
            until=None if order.basis is SHPO.basis else Ms(draw(DAYS) + 12 * DAY_MS),
            confirmed_by=draw(st.sampled_from([SECOND, SECOND, OFFICER, None])),
            confirmed_at=draw(EARLY),
        )
        for number, order in enumerate(recorded)
    ]
    terms = [one if one.confirmed_by else replace(one, confirmed_at=None) for one in terms]
    withdrawn = draw(st.lists(st.sampled_from(terms), max_size=2, unique_by=lambda one: one.id))
    by_agreement = {one.id for one in recorded if one.agreement}
    agreed = {one.id for one in terms if one.instrument in by_agreement}
    chosen = draw(st.sets(st.sampled_from([one.id for one in terms]), min_size=1))
    alone = chosen if not chosen & agreed or draw(st.booleans()) else {min(chosen)}
    choice = Choice(LIST.capability, tuple(sorted(alone)), (LIST.ref.id,), None)
    told = draw(st.sets(st.sampled_from([one.id for one in terms]), min_size=1))
    return World(
        recorded,
        terms,
        [draw(withdrawals_of(one)) for one in withdrawn],
        choice,
        OFFICER,
        draw(st.sampled_from([THIRD, THIRD, OFFICER])),
        draw(EARLY),
        Ms(draw(DAYS) + 12 * DAY_MS),
        draw(st.sampled_from([choice, replace(choice, terms=tuple(told))])),
        draw(EARLY),
        sorted(draw(st.lists(DAYS, min_size=1, max_size=4))),
    )


def sign(world: World, at: Ms) -> tuple[tuple[Grant, ...], Ms]:
    """What the signer lets a device have at an instant, and until when; nothing where a rule of `core` refuses."""
    terms = [as_confirmed_at(one, at) for one in cut_withdrawn(world.terms, world.withdrawals, at)]
    until = min(Ms(at + MAX_LEASE_MS), world.review_by)
    if until <= at:
        return (), until
    try:
        check_two_people(world.drafted_by, world.authorised_by, "Authorising")
        check_covers([world.noticed], [world.choice])
        check_reviewed(world.review_by, Period(at, until))
        if at < max(world.authorised_at, world.served_at):
            raise Refused("too-early", "Not authorised and told yet.")
        known = [as_known_at(one, at) for one in world.orders]
        return compile_grants(known, terms, [world.choice], [LIST], at), until
    except Refused:
        return (), until


def collected(world: World) -> Iterator[tuple[Ms, Ms, Grant, Id]]:
    """Each day on which a device collects: the day, when its profile was signed, the grant, and a term by which it does."""
    gone = {one.term: one.withdrawn_at for one in world.withdrawals}
    for place, at in enumerate(world.signings):
        grants, until = sign(world, at)
        later = world.signings[place + 1] if place + 1 < len(world.signings) else until
        for now in range(at, min(until, later), DAY_MS):
            for grant in grants:
                agreed = any(
                    gone.get(one.term, now + 1) <= now for one in grant.terms if of(world, one.term)[0].agreement
                )
                for term in () if agreed else grant.terms_at(now):
                    yield Ms(now), at, grant, term


def of(world: World, term: Id) -> tuple[Instrument, Term]:
    """A term with its order."""
    [found] = [one for one in world.terms if one.id == term]
    [order] = [one for one in world.orders if one.id == found.instrument]
    return order, found


@settings(max_examples=250, deadline=None)
@given(worlds())
def test_whoever_collects_has_an_order_a_confirmed_condition_two_people_and_a_served_notice(world: World) -> None:
    for now, signed_at, grant, term in collected(world):
        order, condition = of(world, term)
        assert order.served_at is not None
        assert max(order.served_at, order.effective_from, condition.since) <= now
        assert order.basis is not LICENCE.basis or (order.requested_at or now + 1) <= now  # R-LEG-14
        assert condition.until is None or now < condition.until  # R-LEG-3, R-LEG-6
        assert condition.confirmed_by not in (None, condition.recorded_by)  # R-LEG-24
        assert (condition.confirmed_at or now + 1) <= signed_at
        if order.ended_at is not None and (order.end_known_at or 0) <= signed_at:
            assert now < order.ended_at
        for one in world.withdrawals if order.agreement else ():  # R-LEG-20
            known = one.door is Door.DEVICE or one.known_at <= signed_at
            assert one.term != term or not known or now < one.withdrawn_at
        assert world.authorised_by != world.drafted_by
        assert max(world.authorised_at, world.served_at) <= signed_at
        assert term in world.noticed.terms  # R-RGT-3
        assert now < world.review_by  # R-LEG-23
        assert now - signed_at < 30 * DAY_MS
        assert len(grant.terms) == 1 or not order.agreement  # R-LEG-20


def test_some_worlds_collect() -> None:
    """The property is not empty."""
    world = World(
        [replace(SHPO, served_at=ZERO, effective_from=ZERO)],
        [SHPO_TERM],
        [],
        Choice(LIST.capability, (SHPO_TERM.id,), (LIST.ref.id,), None),
        *(OFFICER, THIRD, ZERO, Ms(ZERO + 20 * DAY_MS)),
        Choice(LIST.capability, (SHPO_TERM.id,), (LIST.ref.id,), None),
        *(ZERO, [ZERO]),
    )
    assert len(list(collected(world))) == 20
