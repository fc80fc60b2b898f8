"""Every write to quarantines: the vault locks, two people decide, the vault erases.

Rules
- The vault finds by the law as it is known now what had no authority (`core.authority.learned_late`). It locks a set in one transaction. So
  a crash between two sets leaves the rest for the next turn, and none is locked twice.
- To erase: the leaf keeps its place and hashes, and says by which rule it was erased. One transaction has all leaves, the count and the
  entry. What two people agreed to, the vault checks again (`policy.check_decided`).
"""

from typing import Final

from offmon.core.access.step_up import Act
from offmon.core.authority.learned_late import Late, learned
from offmon.core.errors import Refused
from offmon.core.ids import Id, Slug
from offmon.core.log.audit import Touched, Verb
from offmon.core.log.quarantine import NO_AUTHORITY, LateChoice
from offmon.core.moves import QUARANTINE, check_move
from offmon.core.states import QuarantineState
from offmon.server.agencies.authentication.queries import check_shown_by
from offmon.server.agencies.queries import check_logged_on
from offmon.server.audit.actions import append
from offmon.server.audit.policy import as_left
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.rows import once
from offmon.server.base.scope import action
from offmon.server.intake import models
from offmon.server.intake.quarantine.models import LateDecision, Quarantine, QuarantineItem
from offmon.server.intake.quarantine.policy import check_agree, check_ask, check_decided, check_refuse
from offmon.server.intake.quarantine.queries import locks_of
from offmon.server.intake.queries import HeldDisclosure, disclosures_from

LOCK_AT_ONCE: Final = 400


def lock_late(case: Id, *, actor: Actor) -> int:
    """Lock everything of a case whose time had no authority. How many disclosures were locked."""
    count = 0
    while locked := _lock(case, actor=actor):
        count += locked
    return count


@action
def _lock(case: Id, *, actor: Actor) -> int:
    """Lock the next set: of one cause, at most `LOCK_AT_ONCE`. How many; 0 where none is left."""
    found = _to_lock(case)
    if not found:
        return 0
    late, leaves = found
    row = Quarantine(
        agency=actor.agency,
        case=case,
        why=late.why,
        order=late.order,
        since=late.since,
        known_at=late.known_at,
        locked_at=clock.now(),
    )
    row.save(force_insert=True)
    items = [
        QuarantineItem(
            agency=actor.agency,
            case=case,
            quarantine=row,
            leaf=leaf.id,
            device=leaf.device,
            epoch=leaf.epoch,
            n=leaf.n,
            known_at=late.known_at,
        )
        for leaf in leaves
    ]
    QuarantineItem.objects.bulk_create(items)
    append(actor, Verb.QUARANTINE_MADE, case=case, touched=(row, *items), reason=late.why.value)
    return len(items)


def _to_lock(case: Id) -> tuple[Late, list[HeldDisclosure]] | None:
    locks = locks_of(case)
    since = min((one.since for one in learned(locks.known)), default=None)
    if since is None:
        return None
    known = set(QuarantineItem.objects.filter(case=case).values_list("leaf", "known_at"))
    first, leaves = None, list[HeldDisclosure]()
    for leaf in disclosures_from(case, since):
        late = locks.late(leaf.id, leaf.envelope.claim)
        if late is None or (leaf.id, late.known_at) in known or first not in {None, late}:
            continue
        first = late
        leaves.append(leaf)
        if len(leaves) == LOCK_AT_ONCE:
            break
    return None if first is None else (first, leaves)


@action
def do_ask_late(quarantine: Id, choice: LateChoice, reason: str, *, actor: Actor) -> Id:
    """Ask that a quarantine is erased or kept. Nothing changes before another person agrees. The request's id. Raises Refused."""
    of = _of_caseload(Quarantine.objects.filter(id=quarantine).first())
    check_logged_on(of.case, actor.id, clock.now())
    check_ask(actor, reason)
    check_shown_by(Act.DESTRUCTION, actor=actor)
    row = LateDecision(
        agency=of.agency,
        case=of.case,
        quarantine=of,
        choice=choice,
        asked_by=actor.id,
        asked_at=clock.now(),
        begun_in=actor.session,
        reason=reason.strip(),
    )
    with once(
        "late_decision_one_a_quarantine", "asked-already", "This was requested already. A colleague must decide."
    ):
        row.save(force_insert=True)
    append(actor, Verb.QUARANTINE_DECISION_ASKED, case=of.case, touched=(row,), reason=row.reason)
    return row.id


@action
def do_agree_late(decision: Id, *, actor: Actor) -> None:
    """A second person agrees. What is to be kept is free at once; what is to be erased the vault erases next. Raises Refused."""
    row = as_left(_of_caseload(LateDecision.objects.select_for_update().filter(id=decision).first()))
    check_logged_on(row.case, actor.id, clock.now())
    check_agree(actor, row)
    check_shown_by(Act.DESTRUCTION, actor=actor)
    row.state, row.agreed_by, row.agreed_at = QuarantineState.AGREED, actor.id, clock.now()
    row.agreed_in = actor.session
    row.save(update_fields=["state", "agreed_by", "agreed_at", "agreed_in"])
    append(actor, Verb.QUARANTINE_DECISION_AGREED, case=row.case, touched=(row,))


@action
def do_refuse_late(decision: Id, reason: str, *, actor: Actor) -> None:
    """A second person says no, with a reason: everything stays locked, and somebody may ask again. Raises Refused."""
    row = as_left(_of_caseload(LateDecision.objects.select_for_update().filter(id=decision).first()))
    check_logged_on(row.case, actor.id, clock.now())
    check_refuse(actor, row)
    columns = row.refuse(actor.id, clock.now(), reason.strip())
    row.state = QuarantineState.REFUSED
    row.save(update_fields=["state", *columns])
    append(actor, Verb.QUARANTINE_DECISION_REFUSED, case=row.case, touched=(row,))


def _of_caseload[R](row: R | None) -> R:
    """The row. Raises Refused for one outside the actor's caseload."""
    if row is None:
        raise Refused(
            "not-on-caseload", "You have no access to this case. Ask its supervisor for access, with a reason."
        )
    return row


@action
def do_erase_late(decision: Id, *, actor: Actor) -> int:
    """The vault erases what two people agreed to erase, once. How many disclosures. Raises Refused, and erases nothing then."""
    row = LateDecision.objects.select_for_update().get(id=decision)
    check_move(QUARANTINE, row.state, QuarantineState.DONE)
    if row.choice is not LateChoice.ERASE:
        raise Refused("bad-move", "Two people decided to keep these records.")
    check_decided(row)
    leaves = list(QuarantineItem.objects.filter(quarantine=row.quarantine_id).values_list("leaf", flat=True))
    held = models.Leaf.objects.filter(id__in=leaves, case=row.case, held=models.Held.HELD)
    batches = models.Batch.objects.filter(id__in=set(held.values_list("batch", flat=True))).order_by("id")
    named = [Touched(Slug("intake_leaf"), batch.id, batch.commitment()) for batch in batches]
    row.erased = held.update(
        held=models.Held.ERASED,
        why=NO_AUTHORITY,
        salt=b"",
        **dict.fromkeys(_CONTENT),
    )
    row.state, row.erased_at = QuarantineState.DONE, clock.now()
    row.save(update_fields=["state", "erased", "erased_at"])
    append(actor, Verb.QUARANTINE_PURGED, case=row.case, touched=(row, *named), reason=NO_AUTHORITY)
    return row.erased


_CONTENT: Final = ("document", "ciphertext", "event_at", "deployment", "capability", "list_name", "rule", "gravity")
