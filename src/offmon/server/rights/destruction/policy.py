"""Who may ask for the destruction of a key, who may approve or refuse it, and what the vault asks of the rows before it destroys one."""

from offmon.core.access.roles import Permission
from offmon.core.access.step_up import Act
from offmon.core.errors import Refused
from offmon.core.ids import Id
from offmon.core.log.attribution import check_act, check_destruction_acts
from offmon.core.log.audit import Verb
from offmon.core.log.provenance import check_times
from offmon.core.log.records import check_two_people
from offmon.core.moves import DESTRUCTION, check_move
from offmon.core.person.destruction import OpenWork, check_destroyable
from offmon.core.states import DestructionState
from offmon.server.agencies.authentication.queries import check_shown_in
from offmon.server.agencies.policy import check_agreed_on
from offmon.server.agencies.queries import check_logged_on
from offmon.server.audit.queries import said_of
from offmon.server.base.actor import Actor
from offmon.server.rights.destruction.models import Destruction

WHAT = "Destroying a key"
ACTS = frozenset({Verb.DESTRUCTION_ASKED, Verb.DESTRUCTION_APPROVED, Verb.DESTRUCTION_REFUSED})


def check_ask(actor: Actor, reason: str, work: OpenWork) -> None:
    """Raises Refused unless the actor may ask, for a reason, while nothing of the case needs the key."""
    actor.check(Permission.DESTRUCTION_ASK)
    if not reason.strip():
        raise Refused(
            "no-reason", "Enter why it is destroyed. Your reason is recorded in the log and on the certificate."
        )
    check_destroyable(work)


def check_approve(actor: Actor, row: Destruction, work: OpenWork) -> None:
    """Raises Refused unless the actor may approve it: a second person in a session of their own, while nothing needs the key."""
    actor.check(Permission.DESTRUCTION_APPROVE)
    check_two_people(row.asked_by, actor.id, WHAT)
    row.check_agreeing_in(actor.session, WHAT)
    check_move(DESTRUCTION, row.state, DestructionState.APPROVED)
    check_destroyable(work)


def check_refuse(actor: Actor, row: Destruction, reason: str) -> None:
    """Raises Refused unless the actor may refuse it, with a reason: who might approve it, before anybody has."""
    actor.check(Permission.DESTRUCTION_APPROVE)
    check_two_people(row.asked_by, actor.id, "Refusing to destroy a key")
    check_move(DESTRUCTION, row.state, DestructionState.REFUSED)
    if not reason.strip():
        raise Refused("no-reason", "Enter why you refuse. Whoever requested it reads your reason.")


def check_destroy(row: Destruction, case: Id, work: OpenWork) -> None:
    """Raises Refused unless two people who might, in two sessions, asked for and approved this row, and nothing needs the key.

    `case`: the deployment's own, which the row must be about: two people agreed on that case, and its work was looked at.

    What the vault asks of row, directory, sessions and log, whoever sent the id. In the scope that is open.
    """
    if case != row.case:
        raise Refused("other-case", "This request names the monitoring of another case.")
    check_two_people(row.asked_by, row.approved_by, WHAT)
    row.check_two_sittings(WHAT)
    check_agreed_on(row.case, row.asked_by, row.asked_at, Permission.DESTRUCTION_ASK, WHAT)
    check_agreed_on(row.case, row.approved_by, row.approved_at, Permission.DESTRUCTION_APPROVE, WHAT)
    log = said_of(row.case, ACTS)
    asked, approved = check_destruction_acts(row.core(), row.touched(), log)
    check_times(row.core(), row.touched(), log)
    check_act(log, Verb.DESTRUCTION_APPROVED, row.touched(), row.approved_by, final=True)
    for entry in (asked, approved):
        check_logged_on(row.case, entry.actor.id, entry.at)
    check_shown_in(Act.DESTRUCTION, asked.actor.id, row.begun_in, asked.at)
    check_shown_in(Act.DESTRUCTION, approved.actor.id, row.agreed_in, approved.at)
    check_destroyable(work)
