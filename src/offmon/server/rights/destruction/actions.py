"""Every write to destructions: asked, approved or refused by another, then done or stopped by the vault.

Rules
- The vault commits `retention.disposed`, which names the request, before it removes the key, and `destruction.done` after it. A crash
  between the two leaves the request approved, and the worker asks again until it is done.
- Where something is in the way by then, or the two people may not be relied on, the vault stops the request. People then ask anew: an
  approval is for now, and never for a later day.
- A refusal is logged too, as of an export.
"""

from offmon.core.access.step_up import Act
from offmon.core.errors import Refused
from offmon.core.ids import Id, Slug
from offmon.core.log.audit import Verb
from offmon.core.moves import DESTRUCTION, check_move
from offmon.core.states import DestructionState
from offmon.server.agencies.authentication.queries import check_shown_by
from offmon.server.agencies.queries import check_logged_on
from offmon.server.audit import queries as log
from offmon.server.audit.actions import append
from offmon.server.audit.policy import as_left
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.rows import once
from offmon.server.base.scope import action, scope
from offmon.server.deployments import queries as deployments
from offmon.server.evidence.actions import dispose, refusals_noted
from offmon.server.rights.destruction.models import Destruction
from offmon.server.rights.destruction.policy import check_approve, check_ask, check_destroy, check_refuse
from offmon.server.rights.destruction.queries import approved_since, case_of, fingerprint, work_of


def do_ask_destruction(case: Id, reason: str, *, actor: Actor) -> Id:
    """Ask that the key of a case's monitoring is destroyed. Nothing is destroyed before another person approves. Its id."""
    with refusals_noted(case, actor=actor):
        return _ask(case, reason, actor=actor)


@action
def _ask(case: Id, reason: str, *, actor: Actor) -> Id:
    now = clock.now()
    check_logged_on(case, actor.id, now)
    held = deployments.key_held(case)
    if held is None:
        raise Refused("no-opening-key", "This case has no key to destroy.")
    check_ask(actor, reason, work_of(case, held.deployment))
    check_shown_by(Act.DESTRUCTION, actor=actor)
    row = Destruction(
        agency=actor.agency,
        case=case,
        deployment=held.deployment,
        key=fingerprint(held.key),
        asked_by=actor.id,
        asked_at=now,
        begun_in=actor.session,
        reason=reason.strip(),
    )
    with once("destruction_one_a_deployment", "asked-already", "This was requested already. A colleague must decide."):
        row.save(force_insert=True)
    append(actor, Verb.DESTRUCTION_ASKED, case=case, touched=(row,))
    return row.id


def do_approve_destruction(destruction: Id, *, actor: Actor) -> None:
    """A second person approves it. The vault then destroys the key. Raises Refused."""
    with refusals_noted(_case_for(destruction, actor), actor=actor):
        _approve(destruction, actor=actor)


@action
def _approve(destruction: Id, *, actor: Actor) -> None:
    row = as_left(_locked(destruction))
    check_logged_on(row.case, actor.id, clock.now())
    check_approve(actor, row, work_of(row.case, row.deployment))
    check_shown_by(Act.DESTRUCTION, actor=actor)
    row.state, row.approved_by, row.approved_at = DestructionState.APPROVED, actor.id, clock.now()
    row.agreed_in = actor.session
    row.save(update_fields=["state", "approved_by", "approved_at", "agreed_in"])
    append(actor, Verb.DESTRUCTION_APPROVED, case=row.case, touched=(row,))


def do_refuse_destruction(destruction: Id, reason: str, *, actor: Actor) -> None:
    """A second person says no, with a reason: the key stays. Raises Refused."""
    with refusals_noted(_case_for(destruction, actor), actor=actor):
        _refuse(destruction, reason, actor=actor)


@action
def _refuse(destruction: Id, reason: str, *, actor: Actor) -> None:
    row = as_left(_locked(destruction))
    check_refuse(actor, row, reason)
    row.state, row.refused_by, row.refused_at = DestructionState.REFUSED, actor.id, clock.now()
    row.refused_reason = reason.strip()
    row.save(update_fields=["state", "refused_by", "refused_at", "refused_reason"])
    append(actor, Verb.DESTRUCTION_REFUSED, case=row.case, touched=(row,))


@action
def do_begin_destruction(destruction: Id, *, actor: Actor) -> None:
    """The vault says in the log that the deployment's key goes now, once: what its devices enclosed is erased. Raises Refused."""
    row = _locked(destruction)
    check_move(DESTRUCTION, row.state, DestructionState.DONE)
    if not _has_begun(row, actor):
        check_destroy(row, deployments.case_of(row.deployment), work_of(row.case, row.deployment))
        dispose(row.deployment, row, actor=actor)


@action
def do_stop_destruction(destruction: Id, code: str, *, actor: Actor) -> None:
    """The vault will not carry out this request, because of what that code says. Nothing where it has begun, or nobody approved it."""
    row = _locked(destruction)
    if row.state is not DestructionState.APPROVED or _has_begun(row, actor):
        return
    row.state, row.stopped_at, row.stopped_why = DestructionState.STOPPED, clock.now(), Slug(code)
    row.save(update_fields=["state", "stopped_at", "stopped_why"])
    append(actor, Verb.DESTRUCTION_STOPPED, case=row.case, touched=(row,))


@action
def do_finish_destruction(destruction: Id, *, actor: Actor) -> None:
    """The vault says that the key is gone. Raises Refused unless it had said in the log that it would go."""
    row = _locked(destruction)
    check_move(DESTRUCTION, row.state, DestructionState.DONE)
    if not _has_begun(row, actor):
        raise Refused("not-begun", "The log does not say yet that this key is destroyed.")
    row.state, row.done_at = DestructionState.DONE, clock.now()
    row.save(update_fields=["state", "done_at"])
    append(actor, Verb.DESTRUCTION_DONE, case=row.case, touched=(row,))


def _has_begun(row: Destruction, actor: Actor) -> bool:
    """Whether the vault's own entry says that the key goes by this request."""
    said = log.recorded(actor, row.case, Verb.DISPOSED, approved_since(row), by=actor.id)
    return any(one.id == row.id for entry in said for one in entry.touched)


def _locked(destruction: Id) -> Destruction:
    """The row, for one act at a time. Raises Refused for one outside the actor's caseload."""
    row = Destruction.objects.select_for_update().filter(id=destruction).first()
    if row is None:
        raise Refused(
            "not-on-caseload", "You have no access to this case. Ask its supervisor for access, with a reason."
        )
    return row


def _case_for(destruction: Id, actor: Actor) -> Id:
    with scope(actor):
        case = case_of(destruction)
    if case is None:
        raise Refused(
            "not-on-caseload", "You have no access to this case. Ask its supervisor for access, with a reason."
        )
    return case
