"""Who may ask what becomes of a quarantine, who may agree or refuse, and what the vault asks of the rows before it goes by that."""

from typing import Final

from offmon.core.access.roles import Permission
from offmon.core.access.step_up import Act
from offmon.core.errors import Refused
from offmon.core.log.attribution import check_act, check_quarantine_acts
from offmon.core.log.audit import Verb
from offmon.core.log.provenance import check_times
from offmon.core.log.records import check_two_people
from offmon.core.moves import QUARANTINE, check_move
from offmon.core.states import QuarantineState
from offmon.server.agencies.authentication.queries import check_shown_in
from offmon.server.agencies.policy import check_agreed_on
from offmon.server.agencies.queries import check_logged_on
from offmon.server.audit.queries import said_of
from offmon.server.base.actor import Actor
from offmon.server.intake.quarantine.models import LateDecision

WHAT: Final = "Deciding on a quarantine"
ACTS: Final = frozenset(
    {Verb.QUARANTINE_DECISION_ASKED, Verb.QUARANTINE_DECISION_AGREED, Verb.QUARANTINE_DECISION_REFUSED}
)


def locked() -> Refused:
    """What is locked is not opened, sealed or given out."""
    return Refused(
        "no-authority",
        "This was collected at a time for which there is no authority. It is locked. Two people decide what becomes of it.",
    )


def check_ask(actor: Actor, reason: str) -> None:
    """Raises Refused unless the actor may ask, for a reason."""
    actor.check(Permission.DESTRUCTION_ASK)
    if not reason.strip():
        raise Refused("no-reason", "Enter your reason. Whoever agrees reads it, and the log records it.")


def check_agree(actor: Actor, row: LateDecision) -> None:
    """Raises Refused unless the actor may agree: a second person in a session of their own."""
    actor.check(Permission.DESTRUCTION_APPROVE)
    check_two_people(row.asked_by, actor.id, WHAT)
    row.check_agreeing_in(actor.session, WHAT)
    check_move(QUARANTINE, row.state, QuarantineState.AGREED)


def check_refuse(actor: Actor, row: LateDecision) -> None:
    """Raises Refused unless the actor may refuse it: who might agree, before anybody has."""
    actor.check(Permission.DESTRUCTION_APPROVE)
    check_two_people(row.asked_by, actor.id, WHAT)
    check_move(QUARANTINE, row.state, QuarantineState.REFUSED)


def check_decided(row: LateDecision) -> None:
    """Raises Refused unless two people who might, in two sessions, stand behind this row: row, directory, sessions and log say so.

    What the vault asks before it erases, and before it opens what they kept. In the scope that is open.
    """
    check_two_people(row.asked_by, row.agreed_by, WHAT)
    row.check_two_sittings(WHAT)
    check_agreed_on(row.case, row.asked_by, row.asked_at, Permission.DESTRUCTION_ASK, WHAT)
    check_agreed_on(row.case, row.agreed_by, row.agreed_at, Permission.DESTRUCTION_APPROVE, WHAT)
    log = said_of(row.case, ACTS)
    record, named = row.core(), row.touched()
    check_quarantine_acts(record, named, log)
    if row.erased_at is None:
        check_act(log, Verb.QUARANTINE_DECISION_AGREED, named, row.agreed_by, final=True)
        check_times(record, named, log)
    for verb, by, session in (
        (Verb.QUARANTINE_DECISION_ASKED, row.asked_by, row.begun_in),
        (Verb.QUARANTINE_DECISION_AGREED, row.agreed_by, row.agreed_in),
    ):
        entry = check_act(log, verb, named, by, final=False)
        check_logged_on(row.case, entry.actor.id, entry.at)
        check_shown_in(Act.DESTRUCTION, entry.actor.id, session, entry.at)
