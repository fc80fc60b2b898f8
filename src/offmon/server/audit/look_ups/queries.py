"""What the log says of look-ups, for the worker, and those that were picked, for who reads the log (`core/log/look_ups.py`)."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from django.db.models import Max

from offmon.core import clock as time
from offmon.core.access.roles import Permission
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import EntryOutcome, Verb
from offmon.core.log.look_ups import ACTED_MS, LISTS_OF_WORK, LOOK_UPS, MANY_WITHIN_MS, Finding, LookUp, Picked
from offmon.core.log.samples import Mark
from offmon.server.audit.models import IS_LOOK, Entry, LookUpPicked, SampledLook
from offmon.server.audit.reading.queries import check_is_open
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope

MOST: Final = 100
_COLUMNS: Final = ("id", "actor", "case", "at", "request")


@dataclass(frozen=True, slots=True)
class PickedView:
    """A look-up that was picked, and what came of it."""

    id: Id
    staff: Id
    about: Id | None
    at: Ms
    why: Picked
    picked_at: Ms
    examined_by: Id | None
    examined_at: Ms | None
    finding: Finding | None
    note: str


def look_ups(*, actor: Actor) -> list[PickedView]:
    """Those that wait to be examined, the oldest first, and after them the newest examined. Raises Refused (`log-not-opened`)."""
    actor.check(Permission.AUDIT_READ)
    with scope(actor):
        check_is_open(actor)
        waiting = LookUpPicked.objects.filter(agency=actor.agency, examined_at=None).order_by("at", "id")[:MOST]
        done = LookUpPicked.objects.filter(agency=actor.agency).exclude(examined_at=None)
        return [_view(row) for row in [*waiting, *done.order_by("-examined_at", "id")[:MOST]]]


def looks_since(since: Ms, agency: Id) -> list[LookUp]:
    """The looks at one case each since an instant, lists among them. Inside the open scope."""
    rows = Entry.objects.filter(agency=agency, at__gte=since, verb__in=sorted(LOOK_UPS), case__isnull=False)
    allowed = rows.filter(outcome=EntryOutcome.ALLOWED)
    return [LookUp(*row) for row in allowed.values_list(*_COLUMNS) if row[2] is not None]


def own_names_since(since: Ms, agency: Id) -> list[LookUp]:
    """The searches for one's own family name since an instant. They are about no case: `case` is the agency's id. In the open scope."""
    rows = Entry.objects.filter(agency=agency, at__gte=since, verb=Verb.OWN_NAME_SOUGHT)
    return [LookUp(entry, staff, agency, at, None) for entry, staff, at in rows.values_list("id", "actor", "at")]


def asked_about(agency: Id) -> list[LookUp]:
    """The looks that a dip-check asks about, and that are not picked yet. Inside the open scope."""
    picked = LookUpPicked.objects.filter(agency=agency, why=Picked.SAMPLED).values("entry")
    rows = SampledLook.objects.filter(agency=agency, mark=Mark.ASK).exclude(entry__in=picked)
    found = rows.values_list("entry", "staff", "about", "at").distinct()
    return [LookUp(entry, staff, about, at, None) for entry, staff, about, at in found]


def before(one: LookUp) -> tuple[Ms | None, Ms | None]:
    """When a list of the reader's work last named the case, and when they last did something there. Inside the open scope."""
    mine = Entry.objects.filter(case=one.case, actor=one.staff, at__lte=one.at, at__gte=one.at - ACTED_MS)
    acted = mine.filter(outcome=EntryOutcome.ALLOWED).exclude(IS_LOOK).aggregate(last=Max("at"))["last"]
    return mine.filter(verb__in=sorted(LISTS_OF_WORK)).aggregate(last=Max("at"))["last"], acted


def is_picked(one: LookUp, why: Picked) -> bool:
    """Whether the same is picked already: that entry; of that case on that day; of many people, within the hour. Inside the open scope."""
    rows = LookUpPicked.objects.filter(staff=one.staff, why=why)
    if why in {Picked.OWN_NAME, Picked.SAMPLED}:
        return rows.filter(entry=one.entry).exists()
    if why is Picked.MANY_PEOPLE:
        return rows.filter(at__gt=one.at - MANY_WITHIN_MS, at__lt=one.at + MANY_WITHIN_MS).exists()
    day = time.local_day(one.at)
    return rows.filter(about=one.case, at__gte=time.start_of_day(day), at__lt=time.end_of_day(day)).exists()


def _view(row: LookUpPicked) -> PickedView:
    return PickedView(
        row.id,
        row.staff,
        row.about,
        row.at,
        row.why,
        row.picked_at,
        row.examined_by,
        row.examined_at,
        row.finding,
        row.note,
    )


def last_consulted(verb: Verb, cases: Collection[Id], *, by: Actor) -> dict[Id, Ms]:
    """When that person last looked at something of that kind in each of these cases; without those that they did not look at."""
    with scope(by):
        looks = Entry.objects.filter(agency=by.agency, case__in=list(cases), verb=verb, actor=by.id)
        allowed = looks.filter(outcome=EntryOutcome.ALLOWED)
        return dict(allowed.order_by().values_list("case").annotate(Max("at")))
