"""Every write that a person withdrew an item of what they had agreed to (R-LEG-20)."""

from collections.abc import Collection

from offmon.core.access.roles import Permission
from offmon.core.authority.agreement import Door
from offmon.core.authority.withdrawing import check_withdraw
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.server.audit.actions import append
from offmon.server.audit.policy import as_left
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.rows import once
from offmon.server.base.scope import action
from offmon.server.orders.models import TermRow, WithdrawalRow
from offmon.server.orders.queries import withdrawals_of


@action
def do_withdraw(
    case: Id, terms: Collection[Id], withdrawn_at: Ms, door: Door, *, actor: Actor, reason: str | None = None
) -> None:
    """Record that the person withdrew these items of what they had agreed to, at that time (R-LEG-20). Raises Refused, and records nothing.

    Nobody asks why. What was withdrawn before stays so, as it was. The worker asks for each device's next profile, which has it no more.
    The caller has seen that these are items of that case. Which page or device it came from says who may.
    """
    now = clock.now()
    known = set(WithdrawalRow.objects.filter(case=case, term_id__in=terms).values_list("term_id", flat=True))
    rows = [
        WithdrawalRow(
            agency=actor.agency, case=case, term_id=term, withdrawn_at=min(withdrawn_at, now), known_at=now, door=door
        )
        for term in sorted({*terms} - known)
    ]
    for row in rows:
        with once("withdrawal_one_a_term", "withdrawn-already", "That was withdrawn before. It is not collected."):
            row.save(force_insert=True)
    if rows:
        append(actor, Verb.TERM_WITHDRAWN, case=case, touched=tuple(rows), reason=reason)


@action
def do_take_down_withdrawal(term: Id, told_at: Ms, reason: str, *, actor: Actor) -> None:
    """Somebody of staff records that the person told them that they withdraw an item (R-LEG-20). Raises Refused, as `check_withdraw`."""
    actor.check(Permission.INSTRUMENT_RECORD)
    row = as_left(TermRow.objects.select_related("instrument").get(id=term))
    withdrawal = WithdrawalRow(
        agency=actor.agency, case=row.case, term=row, withdrawn_at=told_at, known_at=clock.now(), door=Door.STAFF
    )
    check_withdraw(row.instrument.core(), withdrawals_of(row.case), withdrawal.core())
    with once("withdrawal_one_a_term", "withdrawn-already", "That was withdrawn before. It is not collected."):
        withdrawal.save(force_insert=True)
    append(actor, Verb.TERM_WITHDRAWN, case=row.case, touched=(withdrawal,), reason=reason)
