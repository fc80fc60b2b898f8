"""Every write to licences: their numbers, by an officer, and their status, by the worker.

Rules
- A change is about a licence whose number an officer recorded in this agency. Any other is passed over, and nothing of it is kept.
- A change that counts no more, or came already, changes nothing and writes nothing.
- Changed conditions widen nothing. An officer is asked to record the licence as it is now.
"""

from collections.abc import Collection
from typing import Final

from offmon.core.access.roles import Permission
from offmon.core.authority.bases import BASES, Family
from offmon.core.authority.licence import check_type, effect_of, joined
from offmon.core.authority.licence_feed import Change, FeedDocument, check_codes, check_number
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.server.audit.actions import append
from offmon.server.audit.policy import as_left
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.rows import once
from offmon.server.base.scope import action, scope
from offmon.server.orders.licences.queries import LicenceEntry, LicenceView, view_of
from offmon.server.orders.models import InstrumentRow, LicenceFeed, LicenceRow

REFUSALS_KEPT: Final = 20
_HEARD: Final = (
    "heard_at",
    "made_at",
    "next_by",
    "changed_at",
    "applied",
    "refused",
    "refused_at",
    "refusals",
    "cursor",
)
_SET: Final = ("status", "status_at", "active", "told_at", "conditions", "conditions_at", "varied_at")


@action
def do_record_licence(instrument: Id, entry: LicenceEntry, *, actor: Actor) -> Id:
    """Record by which number the licence system knows a licence, so that its feed finds it. Raises Refused
    (`no-licence`, `no-basis`, `changed-since`); Malformed (`bad-licence`, `bad-conditions`).
    """
    actor.check(Permission.INSTRUMENT_RECORD)
    order = InstrumentRow.objects.get(id=instrument)
    if BASES[order.basis].family is not Family.LICENCE:
        raise Refused("no-licence", "This is no licence. Record the number with the licence that it is of.")
    check_type(entry.type)
    check_number(entry.licence_id)
    conditions, now = check_codes(entry.conditions), clock.now()
    row = LicenceRow(
        agency=actor.agency,
        case=order.case,
        instrument=order,
        licence_id=entry.licence_id,
        type=entry.type,
        kind=entry.kind,
        policy_version=entry.policy_version,
        conditions=conditions,
        conditions_at=now if conditions else None,
        recorded_by=actor.id,
        recorded_at=now,
    )
    _as_heard(row)
    with once("licence_one_an_instrument", "changed-since", "Its number is recorded already. Look at the licence."):
        row.save(force_insert=True)
    append(actor, Verb.LICENCE_RECORDED, case=row.case, touched=(row,))
    return row.id


def _as_heard(row: LicenceRow) -> None:
    """What the feed said of that number before, it says of the licence recorded anew: the feed sends changes alone (R-LEG-16)."""
    known = LicenceRow.objects.filter(case=row.case, licence_id=row.licence_id, status__isnull=False)
    heard = known.order_by("-status_at", "-told_at").first()
    if heard is not None:
        row.status, row.status_at, row.active, row.told_at = heard.status, heard.status_at, heard.active, heard.told_at


def note_change(change: Change, actor: Actor) -> list[LicenceView]:
    """Give each licence of that number its new status, inside the action that is open; those that changed."""
    rows = LicenceRow.objects.select_for_update().filter(agency=actor.agency, licence_id=change.licence)
    return [view_of(row) for row in rows.order_by("id") if _note(row, change, actor)]


def _note(row: LicenceRow, change: Change, actor: Actor) -> bool:
    standing, before, now = joined(row.standing, change.standing), row.standing, clock.now()
    has_others = _has_others(row, change)
    if standing == before and not has_others:
        return False
    as_left(row)
    if standing != before:
        row.status, row.status_at, row.active, row.told_at = standing.status, standing.at, standing.active, now
    if has_others:
        row.varied_at = row.varied_at if row.conditions_at is None else now
        row.conditions, row.conditions_at = list(change.conditions or ()), change.standing.at
    row.save(update_fields=_SET)
    append(actor, Verb.LICENCE_CHANGED, case=row.case, touched=(row,), reason=effect_of(standing).value)
    return True


def _has_others(row: LicenceRow, change: Change) -> bool:
    """Whether the change says other conditions than are known, and is newer than what is known of them."""
    newer = row.conditions_at is None or change.standing.at > row.conditions_at
    return change.conditions is not None and newer and [*change.conditions] != row.conditions


def note_heard(document: FeedDocument, name: str, applied: int, refused: Collection[str], *, actor: Actor) -> None:
    """Note that a document came, how many changes counted and which were refused. It is about no person, so the log has no entry."""
    now = clock.now()
    with scope(actor):
        row = LicenceFeed.objects.select_for_update().filter(agency_id=actor.agency).first() or LicenceFeed(
            agency_id=actor.agency, refusals=[], heard_at=now, made_at=document.made_at, next_by=document.next_by
        )
        row.heard_at = now
        if document.made_at >= row.made_at:
            row.made_at, row.next_by = document.made_at, document.next_by
        if applied:
            row.changed_at, row.applied = now, row.applied + applied
        if document.cursor is not None:
            row.cursor = document.cursor
        _refuse(row, name, refused, now)
        _keep(row)


def note_refused(name: str, code: str, *, actor: Actor) -> None:
    """Note that a whole document was refused. `next_by` stays: nothing usable came. What is tried over and over is noted once."""
    with scope(actor):
        row = LicenceFeed.objects.select_for_update().filter(agency_id=actor.agency).first()
        now = clock.now()
        if row is None:
            row = LicenceFeed(agency_id=actor.agency, refusals=[], heard_at=now, made_at=now, next_by=now)
        if f"{name}: {code}" in row.refusals:
            return
        _refuse(row, name, [code], now)
        _keep(row)


def _keep(row: LicenceFeed) -> None:
    if row._state.adding:
        row.save(force_insert=True)
    else:
        row.save(update_fields=_HEARD)


def _refuse(row: LicenceFeed, name: str, refused: Collection[str], now: Ms) -> None:
    if refused:
        row.refused, row.refused_at = row.refused + len(refused), now
        row.refusals = [*(f"{name}: {one}" for one in refused), *row.refusals][:REFUSALS_KEPT]
