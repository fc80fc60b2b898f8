"""Which time of a held disclosure had no authority, as the law is known now: one row a case (design §1.9; R-LEG-16)."""

from dataclasses import replace

import pytest

from offmon.core.authority.agreement import Door, Supervision, Withdrawal
from offmon.core.authority.learned_late import Late, authority_now, without_authority
from offmon.core.authority.order import Instrument, Term
from offmon.core.clock import DAY_MS
from offmon.core.ids import Id, Ms
from offmon.core.log.quarantine import LateReason
from tests.unit.core.samples import AGREED, LICENCE, LICENCE_TERM, NOW, SHPO, SHPO_TERM, VOLUNTARY, ident, on

FIVE_DAYS_AGO = Ms(NOW - 5 * DAY_MS)
SIX_DAYS_AGO = Ms(NOW - 6 * DAY_MS)
YESTERDAY = Ms(NOW - DAY_MS)
BOTH = (SHPO_TERM.id, LICENCE_TERM.id)
QUASHED = replace(SHPO, ended_at=SHPO.effective_from, end_known_at=NOW)
RECALLED = replace(LICENCE, ended_at=FIVE_DAYS_AGO, end_known_at=NOW)
LATER = replace(LICENCE, ended_at=Ms(NOW + DAY_MS), end_known_at=NOW)
VARIED = replace(
    SHPO, id=ident("variation"), varies=SHPO.id, served_at=FIVE_DAYS_AGO, effective_from=FIVE_DAYS_AGO, reference="V1"
)
KEPT_TERM = replace(SHPO_TERM, id=ident("kept term"), instrument=VARIED.id, confirmed_at=NOW)
VARIED_TERM = replace(KEPT_TERM, id=ident("varied term"), person_text="You must not do something else.")
NEWER = replace(VARIED, id=ident("newer"), varies=None, made_on="2026-11-20", convicted_on="2026-11-20")
NEWER_TERM = replace(VARIED_TERM, id=ident("newer term"), instrument=NEWER.id)
NEWER_UNCONFIRMED = replace(NEWER_TERM, confirmed_by=None, confirmed_at=None)
AGAIN = replace(SHPO, id=ident("again"))
ITEM = replace(SHPO_TERM, id=ident("item"), instrument=VOLUNTARY.id, until=on(2027, 1, 1))
WITHDRAWN = Withdrawal(ident("withdrawal"), ITEM.id, FIVE_DAYS_AGO, NOW, Door.DEVICE)
SERVING = replace(VOLUNTARY, agreement=replace(AGREED, supervision=Supervision.ORDER, serves=LICENCE.id))
R = LateReason


@pytest.mark.parametrize(
    ("case", "instruments", "terms", "withdrawals", "named", "at", "why", "order"),
    [
        ("nothing is learned", (SHPO,), (SHPO_TERM,), (), BOTH[:1], YESTERDAY, None, None),
        ("quashed from the start", (QUASHED,), (SHPO_TERM,), (), BOTH[:1], on(2026, 2, 1), R.NEVER, SHPO.id),
        ("recalled, and it was after", (RECALLED,), (LICENCE_TERM,), (), BOTH[1:], YESTERDAY, R.ENDED, LICENCE.id),
        ("recalled, and it was before", (RECALLED,), (LICENCE_TERM,), (), BOTH[1:], SIX_DAYS_AGO, None, None),
        ("recalled at that moment", (RECALLED,), (LICENCE_TERM,), (), BOTH[1:], FIVE_DAYS_AGO, R.ENDED, LICENCE.id),
        ("varied out", (SHPO, VARIED), (SHPO_TERM, VARIED_TERM), (), BOTH[:1], YESTERDAY, R.VARIED, VARIED.id),
        ("varied, and kept", (SHPO, VARIED), (SHPO_TERM, VARIED_TERM, KEPT_TERM), (), BOTH[:1], YESTERDAY, None, None),
        ("varied, and it was before", (SHPO, VARIED), (SHPO_TERM, VARIED_TERM), (), BOTH[:1], SIX_DAYS_AGO, None, None),
        ("superseded", (SHPO, NEWER), (SHPO_TERM, NEWER_TERM), (), BOTH[:1], YESTERDAY, R.SUPERSEDED, NEWER.id),
        ("nobody confirmed it", (SHPO, NEWER), (SHPO_TERM, NEWER_UNCONFIRMED), (), BOTH[:1], YESTERDAY, None, None),
        ("withdrawn", (VOLUNTARY,), (ITEM,), (WITHDRAWN,), (ITEM.id,), YESTERDAY, R.WITHDRAWN, VOLUNTARY.id),
        ("withdrawn after it", (VOLUNTARY,), (ITEM,), (WITHDRAWN,), (ITEM.id,), SIX_DAYS_AGO, None, None),
        ("served order over", (RECALLED, SERVING), (LICENCE_TERM, ITEM), (), (ITEM.id,), YESTERDAY, R.SERVED_ENDED, LICENCE.id),
        ("one of two orders stands", (SHPO, RECALLED), (SHPO_TERM, LICENCE_TERM), (), BOTH, YESTERDAY, None, None),
        ("both are over", (QUASHED, RECALLED), (SHPO_TERM, LICENCE_TERM), (), BOTH, YESTERDAY, R.NEVER, SHPO.id),
        ("the end is to come", (LATER,), (LICENCE_TERM,), (), BOTH[1:], YESTERDAY, None, None),
        ("ended by mistake, recorded again", (QUASHED, AGAIN), (SHPO_TERM,), (), BOTH[:1], YESTERDAY, R.NEVER, SHPO.id),
        ("nobody knows the term", (SHPO,), (), (), BOTH[:1], YESTERDAY, R.NOT_IN_FORCE, None),
    ],
)  # fmt: skip
def test_whether_that_time_had_authority(
    *,
    case: str,
    instruments: tuple[Instrument, ...],
    terms: tuple[Term, ...],
    withdrawals: tuple[Withdrawal, ...],
    named: tuple[Id, ...],
    at: Ms,
    why: LateReason | None,
    order: Id | None,
) -> None:
    late = without_authority(named, at, authority_now(instruments, terms, withdrawals, NOW))
    assert (why, order) == (None, None) if late is None else (late.why, late.order) == (why, order), case


def test_what_is_not_known_yet_takes_nothing_away() -> None:
    known = authority_now((VOLUNTARY,), (ITEM,), (WITHDRAWN,), Ms(NOW - 1))
    assert without_authority((ITEM.id,), YESTERDAY, known) is None


def test_the_cause_that_was_learned_last_is_named() -> None:
    earlier = replace(WITHDRAWN, known_at=YESTERDAY)
    over = replace(VOLUNTARY, ended_at=FIVE_DAYS_AGO, end_known_at=NOW)
    late = without_authority((ITEM.id,), YESTERDAY, authority_now((over,), (ITEM,), (earlier,), NOW))
    assert late == Late(LateReason.ENDED, VOLUNTARY.id, FIVE_DAYS_AGO, NOW)
