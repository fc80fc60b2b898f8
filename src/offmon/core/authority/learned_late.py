"""Law learned late: whether the time of a held disclosure had authority, as the law is known now (design §1.9; R-LEG-16).

Rules
- A disclosure names the terms that were in force when it happened, as they were known then. An end may become known only later: an order
  is quashed, recalled, varied or replaced, or the person withdrew what they had agreed to.
- It stays if one of those terms was truly in force at that time. Otherwise the time had no authority, and what is held of it is locked.
- A condition that a variation keeps, of the same first day and words, goes on: it is the varied order's from then (SA20 s.350).
- Each cause has *true from* and *known from*. Of several the one that became known last is named. So a cause that becomes known after two
  people kept a disclosure locks it again.
- An end recorded by mistake is not taken back (`order`). The rule finds no authority then, and two people say that there was.
- What the vault may open rests on this rule and on no row that says what is locked.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from offmon.core.authority.agreement import Withdrawal
from offmon.core.authority.order import (
    Instrument,
    TakenOver,
    Term,
    cut_by_newer,
    cut_withdrawn,
    ended_by,
    live_period,
    served_by,
)
from offmon.core.clock import Period
from offmon.core.ids import Id, Ms
from offmon.core.log.quarantine import LateReason


@dataclass(frozen=True, slots=True)
class Late:
    """Why a time had no authority: by which order (None: none is known), true from when, and known from when. Times in ms UTC."""

    why: LateReason
    order: Id | None
    since: Ms
    known_at: Ms


@dataclass(frozen=True, slots=True)
class _TermNow:
    periods: tuple[Period, ...]
    causes: tuple[Late, ...]


type AuthorityNow = Mapping[Id, _TermNow]
"""Of each term when it was truly in force, and what ended it."""


def authority_now(
    instruments: Collection[Instrument], terms: Collection[Term], withdrawals: Collection[Withdrawal], now: Ms
) -> AuthorityNow:
    """The terms of one person as the law is known at `now`. `terms`: as recorded, not cut by what was withdrawn."""
    known = cut_withdrawn(terms, withdrawals, now)
    recorded = {one.id: one for one in instruments}
    cut = {one.id: one for one in cut_by_newer(instruments, known)}
    newer = {one.id: ended_by(one, instruments, known) for one in instruments}
    taken = [one for one in withdrawals if one.known_at <= now]
    found = {}
    for term in known:
        if term.instrument in recorded:
            order = recorded[term.instrument]
            causes = [*_withdrawn(order, term, taken), *_replaced(order, newer[order.id], known), *_over(order)]
            causes += _served(order, cut, recorded, newer)
            periods = (live_period(cut[one.instrument], one) for one in _kept(term, instruments, known))
            found[term.id] = _TermNow(tuple(one for one in periods if one is not None), tuple(causes))
    return found


def without_authority(named: Collection[Id], at: Ms, known: AuthorityNow) -> Late | None:
    """Why the time of a disclosure that names these terms had no authority; None where one of them was in force at `at`."""
    terms = [known.get(one) for one in named]
    if any(at in period for one in terms if one is not None for period in one.periods):
        return None
    causes = [cause for one in terms if one is not None for cause in one.causes if cause.since <= at]
    return max(causes, key=lambda one: one.known_at, default=Late(LateReason.NOT_IN_FORCE, None, Ms(0), Ms(0)))


def learned(known: AuthorityNow) -> Iterable[Late]:
    """Every cause by which a time may have lost its authority."""
    return (cause for one in known.values() for cause in one.causes)


def _kept(term: Term, instruments: Collection[Instrument], terms: Collection[Term]) -> list[Term]:
    """The term, and the same condition in each order that varied the one before: of that first day, kind and words."""
    chain, orders = [term], {term.instrument}
    while varied := {one.id for one in instruments if one.varies in orders} - orders:
        orders |= varied
    said = (term.effect, term.since, term.person_text)
    return chain + [
        one
        for one in terms
        if one.id != term.id and one.instrument in orders and (one.effect, one.since, one.person_text) == said
    ]


def _withdrawn(order: Instrument, term: Term, withdrawals: Iterable[Withdrawal]) -> list[Late]:
    mine = (one for one in withdrawals if one.term == term.id)
    return [Late(LateReason.WITHDRAWN, order.id, one.withdrawn_at, one.known_at) for one in mine]


def _replaced(order: Instrument, newer: tuple[Ms, Instrument] | None, terms: Collection[Term]) -> list[Late]:
    if newer is None:
        return []
    since, by = newer
    confirmed = [one.confirmed_at for one in terms if one.instrument == by.id and one.confirmed_at is not None]
    why = LateReason.VARIED if by.varies == order.id else LateReason.SUPERSEDED
    return [Late(why, by.id, since, max(since, min(confirmed, default=since)))]


def _over(order: Instrument) -> list[Late]:
    if order.ended_at is None or order.end_known_at is None:
        return []
    began = max(order.effective_from, order.served_at or order.effective_from)
    why = LateReason.NEVER if order.ended_at <= began else LateReason.ENDED
    since = Ms(0) if why is LateReason.NEVER else order.ended_at
    return [Late(why, order.id, since, order.end_known_at)]


def _served(
    order: Instrument,
    cut: Mapping[Id, Instrument],
    recorded: Mapping[Id, Instrument],
    newer: TakenOver,
) -> list[Late]:
    """An agreement ends with what it serves, or what took the place of that."""
    ended_at, own = cut[order.id].ended_at, (order.ended_at, order.end_known_at)
    chain = served_by(order, newer)
    if not chain or ended_at is None or ended_at in own:
        return []
    last = recorded.get(chain[-1])
    known_at = None if last is None else last.end_known_at
    return [Late(LateReason.SERVED_ENDED, chain[-1], ended_at, max(ended_at, known_at or ended_at))]
