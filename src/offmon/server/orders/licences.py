"""Licences as the licence system calls them, and the status that its feed gives them. The rule is `core.authority.licence`.

Rules
- A change is about a licence whose number an officer recorded in this agency. Any other is passed over, and nothing of it is kept.
- A change that counts no more, or came already, changes nothing and writes nothing.
- Changed conditions widen nothing. An officer is asked to record the licence as it is now.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from offmon.core.access.roles import Permission
from offmon.core.authority.bases import BASES, Family
from offmon.core.authority.licence import Effect, LicenceType, Standing, check_type, effect_of, joined, rule_of
from offmon.core.authority.licence_feed import Change, FeedDocument
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.server.audit.actions import append
from offmon.server.audit.policy import as_left
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.rows import once
from offmon.server.base.scope import action, scope
from offmon.server.orders.models import InstrumentRow, LicenceFeed, LicenceRow, TermRow

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
_SET: Final = ("status", "status_at", "active", "told_at", "varied_at")


@dataclass(frozen=True, slots=True)
class LicenceEntry:
    """What an officer enters of a licence, as the licence system has it. `conditions`: codes of its conditions (appendix F)."""

    licence_id: str
    type: LicenceType
    kind: str
    policy_version: str
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LicenceView:
    """A licence and what its status does. `says`: that in a sentence; None where the feed has said nothing yet."""

    case: Id
    instrument: Id
    entry: LicenceEntry
    standing: Standing | None
    told_at: Ms | None
    varied_at: Ms | None

    @property
    def effect(self) -> Effect:
        """What the status does to monitoring."""
        return effect_of(self.standing)

    @property
    def says(self) -> str | None:
        """The status as an officer reads it."""
        return None if self.standing is None else rule_of(self.standing).says


@dataclass(frozen=True, slots=True)
class FeedView:
    """How the feed fares. `silent`: the next document is overdue. Times in ms UTC."""

    heard_at: Ms
    next_by: Ms
    changed_at: Ms | None
    applied: int
    refused: int
    refused_at: Ms | None
    refusals: tuple[str, ...]
    silent: bool


@action
def do_record_licence(instrument: Id, entry: LicenceEntry, *, actor: Actor) -> Id:
    """Record by which number the licence system knows a licence, so that its feed finds it. Raises Refused (`no-licence`, `no-basis`)."""
    actor.check(Permission.INSTRUMENT_RECORD)
    order = InstrumentRow.objects.get(id=instrument)
    if BASES[order.basis].family is not Family.LICENCE:
        raise Refused("no-licence", "This is no licence. Record the number with the licence that it is of.")
    check_type(entry.type)
    row = LicenceRow(
        agency=actor.agency,
        case=order.case,
        instrument=order,
        licence_id=entry.licence_id,
        type=entry.type,
        kind=entry.kind,
        policy_version=entry.policy_version,
        conditions=sorted(set(entry.conditions)),
        recorded_by=actor.id,
        recorded_at=clock.now(),
    )
    with once("licence_one_an_instrument", "changed-since", "Its number is recorded already. Look at the licence."):
        row.save(force_insert=True)
    append(actor, Verb.LICENCE_RECORDED, case=row.case, touched=(row,))
    return row.id


def known_licences(numbers: Collection[str], agency: Id) -> set[str]:
    """Those of these numbers that are licences of the agency. Inside the open scope."""
    found = LicenceRow.objects.filter(agency=agency, licence_id__in=list(numbers))
    return set(found.values_list("licence_id", flat=True))


def note_change(change: Change, actor: Actor) -> list[LicenceView]:
    """Give each licence of that number its new status, inside the action that is open; those that changed."""
    rows = LicenceRow.objects.select_for_update().filter(agency=actor.agency, licence_id=change.licence)
    return [_view(row) for row in rows.order_by("id") if _note(row, change, actor)]


def _note(row: LicenceRow, change: Change, actor: Actor) -> bool:
    standing, before, now = joined(row.standing, change.standing), row.standing, clock.now()
    varied = row.varied_at is None and _varies(row, change)
    if standing == before and not varied:
        return False
    as_left(row)
    if standing != before:
        row.status, row.status_at, row.active, row.told_at = standing.status, standing.at, standing.active, now
    if varied:
        row.varied_at = now
    row.save(update_fields=_SET)
    append(actor, Verb.LICENCE_CHANGED, case=row.case, touched=(row,), reason=effect_of(standing).value)
    return True


def _varies(row: LicenceRow, change: Change) -> bool:
    """Whether the change says other conditions than were recorded. One from before the recording says nothing new."""
    codes = change.conditions
    return codes is not None and change.standing.at > row.recorded_at and list(codes) != sorted(row.conditions)


def instruments_of(terms: Collection[Id]) -> set[Id]:
    """The orders and licences of these terms. Inside the open scope."""
    return set(TermRow.objects.filter(id__in=list(terms)).values_list("instrument_id", flat=True))


def check_licences_run(terms: Collection[Id], at: Ms) -> None:
    """Raises Refused (`licence-held`) while the status of a licence of these terms lets no monitoring run (R-LEG-14).

    Once an officer has recorded that the licence ended, nothing rests on it, and other orders go on. Inside the open scope.
    """
    ended = {row.id for row in InstrumentRow.objects.filter(id__in=instruments_of(terms), ended_at__lte=at).only("id")}
    rows = LicenceRow.objects.filter(instrument_id__in=instruments_of(terms) - ended)
    if any(effect_of(row.standing) is not Effect.RUN for row in rows):
        raise Refused(
            "licence-held",
            "By its status the licence allows no monitoring now. Record the end of the licence, or wait until it is active.",
        )


def licences_of(cases: Collection[Id]) -> list[LicenceView]:
    """The licences of these cases that have not ended, by their instruments. Inside the open scope, whose query consults."""
    rows = LicenceRow.objects.filter(case__in=list(cases), instrument__ended_at=None).order_by("instrument_id")
    return [_view(row) for row in rows]


def to_see_to(cases: Collection[Id]) -> list[LicenceView]:
    """Those of them at which an officer must look: the status lets no monitoring run, or the conditions changed."""
    varied = set(
        InstrumentRow.objects.filter(case__in=list(cases), varies__isnull=False).values_list("varies", flat=True)
    )
    return [
        one
        for one in licences_of(cases)
        if one.effect is not Effect.RUN or (one.varied_at is not None and one.instrument not in varied)
    ]


def _view(row: LicenceRow) -> LicenceView:
    entry = LicenceEntry(row.licence_id, row.type, row.kind, row.policy_version, tuple(row.conditions))
    return LicenceView(row.case, row.instrument_id, entry, row.standing, row.told_at, row.varied_at)


def licence_of(instrument: Id) -> LicenceView | None:
    """What is recorded of a licence; None where nothing is. Inside the open scope, whose query consults."""
    row = LicenceRow.objects.filter(instrument=instrument).first()
    return None if row is None else _view(row)


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
    """Note that a whole document was refused, where the feed was heard of before. `next_by` stays: nothing usable came."""
    with scope(actor):
        row = LicenceFeed.objects.select_for_update().filter(agency_id=actor.agency).first()
        now = clock.now()
        if row is None:
            row = LicenceFeed(agency_id=actor.agency, refusals=[], heard_at=now, made_at=now, next_by=now)
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


def cursor_of(agency: Id) -> str | None:
    """From where the feed is read on; None: from its beginning."""
    return LicenceFeed.objects.filter(agency_id=agency).values_list("cursor", flat=True).first()


def feed_of(agency: Id, at: Ms) -> FeedView | None:
    """How the feed of an agency fares; None where none ever came. It is about no person."""
    row = LicenceFeed.objects.filter(agency_id=agency).first()
    if row is None:
        return None
    return FeedView(
        heard_at=row.heard_at,
        next_by=row.next_by,
        changed_at=row.changed_at,
        applied=row.applied,
        refused=row.refused,
        refused_at=row.refused_at,
        refusals=tuple(row.refusals),
        silent=at > row.next_by,
    )
