"""What the worker writes of alerts: it groups what devices send (design §1.7). Who has an alert, `passing_on` says."""

from collections.abc import Sequence
from functools import reduce
from itertools import accumulate, groupby
from typing import Final

from django.db.models import QuerySet

from offmon.core.alerts import escalation
from offmon.core.alerts.escalation import due, room
from offmon.core.alerts.occurrence import Group, group_of, leading, page_load
from offmon.core.alerts.reaching import CALLS_ITS_OWNER
from offmon.core.errors import passes
from offmon.core.formats.event import graver
from offmon.core.ids import Id, Slug, Versioned
from offmon.core.log.audit import Verb
from offmon.core.states import AlertState
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.times.queries import times_at
from offmon.server.audit.actions import append
from offmon.server.audit.policy import as_left
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import action
from offmon.server.intake import queries as intake
from offmon.server.intake.queries import HeldDisclosure, JournalView
from offmon.server.triage.actions.calling import called
from offmon.server.triage.actions.passing_on import came_to
from offmon.server.triage.models import Alert, AlertItem, Cursor
from offmon.server.triage.queries.passing import held_of
from offmon.server.triage.queries.permitted import gravities

GROUP_AT_ONCE: Final = 500
type Load = Sequence[HeldDisclosure]
"""What was disclosed of one page load, in its journal's order."""


@action
def do_group(journal: JournalView, *, actor: Actor) -> int:
    """Group a journal's disclosures that no one has grouped into alerts. Each once, whatever crashes. How many there were.

    The cursor moves in the transaction that raises the alerts; two workers wait for each other at its row.
    """
    Cursor.objects.get_or_create(device=journal.device, epoch=journal.epoch, defaults={"agency": actor.agency})
    cursor = Cursor.objects.select_for_update().get(device=journal.device, epoch=journal.epoch)
    found = intake.disclosures_since(journal.device, journal.epoch, cursor.n, limit=GROUP_AT_ONCE, actor=actor)
    if found:
        _group(_loads(found), actor)
    # What was found may reach past the size that `journal` was read with: it grows meanwhile. The cursor never goes back behind it.
    cursor.n = found[-1].n + 1 if found else max(cursor.n, journal.size)
    cursor.save(update_fields=["n"])
    return len(found)


def _loads(found: Load) -> list[Load]:
    """The page loads among disclosures of one journal. One with more matches than an alert takes counts as several."""
    most = escalation.MOST_FINDINGS
    whole = [list(one) for _, one in groupby(found, key=lambda leaf: page_load(leaf.envelope))]
    return [one[at : at + most] for one in whole for at in range(0, len(one), most)]


def _group(loads: Sequence[Load], actor: Actor) -> None:
    """Each page load joins the undecided alert of the group that it belongs to (`core.alerts.occurrence`), or opens it."""
    deployment = loads[0][0].envelope.deployment  # a device is of one
    taking = {_group_of(alert) for alert in _taking(deployment)}
    earlier = _group_of_earlier(loads[0])
    joined: dict[Group, list[Load]] = {}
    for load in loads:
        begun = earlier if load is loads[0] else None
        group = begun or leading([leaf.envelope.claim for leaf in load], taking | joined.keys())
        joined.setdefault(group, []).append(load)
    for group, alike in joined.items():
        _join(group, alike, actor)


def _group_of_earlier(load: Load) -> Group | None:
    """The group of the alert that holds what came earlier of this page load, if there is one and it takes more."""
    first = load[0]
    earlier = AlertItem.objects.filter(device=first.device, epoch=first.epoch, n__lt=first.n).select_related("alert")
    item = earlier.order_by("-n").first()
    if item is None or item.page_load() != page_load(first.envelope):
        return None
    return None if item.alert.state is AlertState.DECIDED or item.alert.is_full else _group_of(item.alert)


def _taking(deployment: Id) -> "QuerySet[Alert]":
    """The undecided alerts of a deployment that are not known to be full."""
    return Alert.objects.filter(deployment=deployment, is_full=False).exclude(state=AlertState.DECIDED)


def _group_of(alert: Alert) -> Group:
    return Group(alert.capability, Versioned(alert.list_name), Slug(alert.rule))


def _join(group: Group, loads: Sequence[Load], actor: Actor) -> None:
    """Add page loads to their group's undecided alert, as many as it takes; for what is left, or where there is none, open one."""
    while loads:
        alert = _with_room(group, loads[0], actor)
        holds = AlertItem.objects.filter(alert=alert).count()
        taken = _fitting(loads, room(holds))
        _widen(alert, loads[:taken], holds, is_full=taken < len(loads), actor=actor)
        loads = loads[taken:]


def _fitting(loads: Sequence[Load], place: int) -> int:
    """How many of these page loads, from the first on, have room in so many places: each whole."""
    ends = accumulate(map(len, loads))
    return sum(end <= place for end in ends)


def _with_room(group: Group, first: Load, actor: Actor) -> Alert:
    """The undecided alert of a group that is not known to be full, or a new one.

    One that is not as the log left it takes nothing: what is found since then stands apart from it, in an alert that takes no more either.
    """
    leaf = first[0]
    like = {"capability": group.capability, "list_name": group.list, "rule": group.rule}
    found = _taking(leaf.envelope.deployment).select_for_update().filter(**like).first()
    alert = found if found is not None and passes(as_left, found) else None
    if alert is None:
        now = clock.now()
        gravity = reduce(graver, gravities(leaf.case, first))
        alert = Alert(
            agency=actor.agency,
            case=leaf.case,
            deployment=leaf.envelope.deployment,
            gravity=gravity,
            opened_at=now,
            last_at=now,
            risen_at=now,
            due_at=due(gravity, now, times_at(now).response_ms),
            is_full=found is not None,
            **like,
        )
        came_to(alert, agencies.keeper_of(leaf.case, now))
        alert.save(force_insert=True)
    return alert


def _widen(alert: Alert, loads: Sequence[Load], holds: int, *, is_full: bool, actor: Actor) -> None:
    """Put these into an alert that groups so many. `is_full`: more is left. Where it has room for none, only that is written."""
    leaves = [leaf for load in loads for leaf in load]
    alert.is_full = alert.is_full or is_full or room(holds + len(leaves)) == 0
    alert.last_at = clock.now() if leaves else alert.last_at
    gravest = reduce(graver, gravities(alert.case, leaves), alert.gravity)
    calls = (holds == 0 or gravest is not alert.gravity) and gravest in CALLS_ITS_OWNER
    if gravest is not alert.gravity:
        alert.gravity, alert.risen_at = gravest, alert.last_at
        waits_since = held_of([alert], actor=actor)[alert.id].waits_since or alert.risen_at
        alert.due_at = due(gravest, waits_since, times_at(alert.opened_at).response_ms)
    alert.save(update_fields=["gravity", "last_at", "risen_at", "due_at", "is_full"])
    items = [_item(leaf, alert) for leaf in leaves]
    AlertItem.objects.bulk_create(items)
    calling = called(alert, alert.owner, actor=actor) if calls else []
    append(actor, Verb.ALERT_RAISED, case=alert.case, touched=(alert, *items, *calling), alert=alert.id)


def _item(leaf: HeldDisclosure, alert: Alert) -> AlertItem:
    return AlertItem(
        agency=alert.agency,
        case=alert.case,
        alert=alert,
        leaf=leaf.id,
        device=leaf.device,
        epoch=leaf.epoch,
        n=leaf.n,
        event_at=leaf.envelope.claim.event_at,
        captured_at=leaf.envelope.claim.captured_at,
        leads=group_of(leaf.envelope.claim) == _group_of(alert),
    )
