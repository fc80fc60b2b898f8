"""Every write to triage: the worker groups, people decide (design §1.7)."""

from collections.abc import Sequence
from typing import Final

from offmon.core.audit import Verb
from offmon.core.ids import Id
from offmon.core.records import DecisionOutcome
from offmon.core.states import AlertState
from offmon.server.audit.actions import append
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import action
from offmon.server.intake.queries import HeldDisclosure, JournalView, disclosures_since
from offmon.server.triage.models import Alert, AlertItem, Cursor, Decision
from offmon.server.triage.policy import check_decide, due, graver

GROUP_AT_ONCE: Final = 500


@action
def do_group(journal: JournalView, *, actor: Actor) -> int:
    """Group a journal's disclosures that no one has grouped into alerts. Each once, whatever crashes. How many there were.

    The cursor moves in the transaction that raises the alerts; two workers wait for each other at its row.
    """
    Cursor.objects.get_or_create(device=journal.device, epoch=journal.epoch, defaults={"agency": actor.agency})
    cursor = Cursor.objects.select_for_update().get(device=journal.device, epoch=journal.epoch)
    found = disclosures_since(journal.device, journal.epoch, cursor.n, limit=GROUP_AT_ONCE, actor=actor)
    groups: dict[tuple[str, ...], list[HeldDisclosure]] = {}
    for one in found:
        claim = one.envelope.claim
        groups.setdefault((one.envelope.deployment, claim.kind, claim.list.name, claim.rule), []).append(one)
    for alike in groups.values():
        _join(alike, actor)
    # What was found may reach past the size that `journal` was read with: it grows meanwhile. The cursor never goes back behind it.
    cursor.n = found[-1].n + 1 if found else max(cursor.n, journal.size)
    cursor.save(update_fields=["n"])
    return len(found)


def _join(leaves: Sequence[HeldDisclosure], actor: Actor) -> None:
    """Add like disclosures to their group's undecided alert, or open one."""
    first, claim = leaves[0], leaves[0].envelope.claim
    like = {
        "deployment": first.envelope.deployment,
        "capability": claim.kind,
        "list_name": claim.list.name,
        "rule": claim.rule,
    }
    alert = Alert.objects.select_for_update().exclude(state=AlertState.DECIDED).filter(**like).first()
    if alert is None:
        now = clock.now()
        alert = Alert(
            agency=actor.agency,
            case=first.case,
            gravity=claim.gravity,
            opened_at=now,
            last_at=now,
            due_at=due(claim.gravity, now),
            **like,
        )
        alert.save(force_insert=True)
    for leaf in leaves:
        alert.gravity = graver(alert.gravity, leaf.envelope.claim.gravity)
    alert.last_at, alert.due_at = clock.now(), min(alert.due_at, due(alert.gravity, alert.opened_at))
    alert.save(update_fields=["gravity", "last_at", "due_at"])
    items = [
        AlertItem(
            agency=actor.agency,
            case=first.case,
            alert=alert,
            leaf=leaf.id,
            device=leaf.device,
            epoch=leaf.epoch,
            n=leaf.n,
        )
        for leaf in leaves
    ]
    AlertItem.objects.bulk_create(items)
    append(actor, Verb.ALERT_RAISED, case=first.case, touched=(alert, *items), alert=alert.id)


@action
def do_decide(alert: Id, outcome: DecisionOutcome, reason: str, *, actor: Actor) -> Id:
    """A named human decides an alert, once, with an outcome and a reason (R-AI-5, R-LEG-28). Returns the decision."""
    row = Alert.objects.select_for_update().get(id=alert)
    check_decide(actor, row, reason)
    decision = Decision(
        agency=row.agency,
        case=row.case,
        alert=row,
        outcome=outcome,
        reason=reason,
        decided_by=actor.id,
        decided_at=clock.now(),
    )
    decision.save(force_insert=True)
    row.state = AlertState.DECIDED
    row.save(update_fields=["state"])
    append(actor, Verb.ALERT_DECIDED, case=row.case, touched=(row, decision), alert=row.id, decision=decision.id)
    return decision.id
