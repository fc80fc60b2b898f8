"""Licences as the licence system calls them, and what their status does (`core.authority.licence`)."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from offmon.core.access.roles import Permission
from offmon.core.authority.licence import Effect, LicenceType, Standing, effect_of, rule_of
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.orders.models import InstrumentRow, LicenceFeed, LicenceRow, TermRow, read_agreement


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


def known_licences(numbers: Collection[str], agency: Id) -> set[str]:
    """Those of these numbers that are licences of the agency. Inside the open scope."""
    found = LicenceRow.objects.filter(agency=agency, licence_id__in=list(numbers))
    return set(found.values_list("licence_id", flat=True))


def instruments_of(terms: Collection[Id]) -> set[Id]:
    """The orders and licences of these terms, and those that an agreement among them serves. Inside the open scope."""
    found = set(TermRow.objects.filter(id__in=list(terms)).values_list("instrument_id", flat=True))
    agreed = InstrumentRow.objects.filter(id__in=found, agreement__isnull=False).values_list("agreement", flat=True)
    served = (one.serves for one in map(read_agreement, agreed) if one is not None)
    return found | {one for one in served if one is not None}


def in_force(instruments: Collection[Id], at: Ms) -> set[Id]:
    """Those of which no end is recorded by then. Inside the open scope."""
    ended = InstrumentRow.objects.filter(id__in=list(instruments), ended_at__lte=at).values_list("id", flat=True)
    return set(instruments) - set(ended)


def check_licences_run(terms: Collection[Id], at: Ms) -> None:
    """Raises Refused (`licence-held`) while the status of a licence of these terms lets no monitoring run (R-LEG-14).

    Once an officer has recorded that the licence ended, nothing rests on it, and other orders go on. Inside the open scope.
    """
    rows = LicenceRow.objects.filter(instrument_id__in=in_force(instruments_of(terms), at))
    if any(effect_of(row.standing) is not Effect.RUN for row in rows):
        raise Refused(
            "licence-held",
            "By its status the licence allows no monitoring now. Record the end of the licence, or wait until it is active.",
        )


def licences_of(cases: Collection[Id]) -> list[LicenceView]:
    """The licences of these cases, by their instruments. Inside the open scope, whose query consults."""
    return [view_of(row) for row in LicenceRow.objects.filter(case__among=cases).order_by("instrument_id")]


def licences_shown(case: Id, *, actor: Actor) -> dict[Id, LicenceView]:
    """The licences of a case by their instruments; the page's query of the case writes the consultation."""
    actor.check(Permission.DEPLOYMENT_READ)
    with scope(actor):
        return {one.instrument: one for one in licences_of([case])}


def to_see_to(cases: Collection[Id]) -> list[LicenceView]:
    """The licences of these cases at which an officer must look: no monitoring may run under one, or its conditions changed.

    None that has ended, as an officer recorded. Inside the open scope, whose query consults.
    """
    licences = licences_of(cases)
    if not licences:
        return []
    orders = InstrumentRow.objects.filter(case__among=cases).filter(~Q(ended_at=None) | ~Q(varies=None))
    told = list(orders.values_list("id", "ended_at", "varies"))
    ended, varied = {one for one, at, _ in told if at is not None}, {varies for *_, varies in told}
    return [
        one
        for one in licences
        if one.instrument not in ended
        and (one.effect is not Effect.RUN or (one.varied_at is not None and one.instrument not in varied))
    ]


def feed_shown(*, actor: Actor) -> FeedView | None:
    """How the feed of the actor's agency fares, for its administrator. It is about no person."""
    actor.check(Permission.STAFF_MANAGE)
    with scope(actor):
        return feed_of(actor.agency, clock.now())


def view_of(row: LicenceRow) -> LicenceView:
    """The row as plain values."""
    entry = LicenceEntry(row.licence_id, row.type, row.kind, row.policy_version, tuple(row.conditions))
    return LicenceView(row.case, row.instrument_id, entry, row.standing, row.told_at, row.varied_at)


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
