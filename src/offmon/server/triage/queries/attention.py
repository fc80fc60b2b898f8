"""What came of alerts: who looked or answered when, held to the rule of `core.alerts.in_time`. Inside the scope that is open.

It shows nothing of a case, and is no consultation.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, NamedTuple

from django.db.models import Case, Exists, F, OuterRef, QuerySet, When

from offmon.core.access import roles
from offmon.core.access.roles import Permission
from offmon.core.alerts.in_time import Attention, Told, attention, missed_from
from offmon.core.alerts.times import AlertTimes, Version, in_force, least_acknowledge_ms
from offmon.core.clock import DAY_MS, Period
from offmon.core.formats.event import Gravity
from offmon.core.ids import Id, Ms
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.times.queries import versions
from offmon.server.audit.figures.queries import reviews
from offmon.server.base.actor import Actor
from offmon.server.base.fields import MsField
from offmon.server.base.prepared import Given, Prepared
from offmon.server.triage.locked.queries import free
from offmon.server.triage.models import Acknowledgement, Alert, Handover

SHOWN_MS: Final = 28 * DAY_MS


@dataclass(frozen=True, slots=True)
class TurnView:
    """A hand-over: when, and to whom by name; None: to nobody by name."""

    at: Ms
    name: str | None


@dataclass(frozen=True, slots=True)
class MissedAlert:
    """An exception: from when on nobody was told who still had time, when somebody first answered, and who was told when."""

    alert: Id
    rule: str
    gravity: Gravity
    raised_at: Ms
    missed_from: Ms
    answered_at: Ms | None
    told: tuple[TurnView, ...]


class _Raised(NamedTuple):
    """Of an alert what is judged and shown, as the driver reads it: a row of the table would take five times as long."""

    id: Id
    case: Id
    gravity: Gravity
    opened_at: Ms
    risen_at: Ms
    rule: str


@dataclass(frozen=True, slots=True)
class Judged:
    """An alert, its answers and hand-overs, and the times by which it is judged."""

    row: _Raised
    answers: Sequence[Ms]
    told: Sequence[Told]
    times: AlertTimes

    def came(self, at: Ms) -> Attention:
        """What came of it until `at`."""
        return attention(self.row.gravity, self.row.risen_at, self.answers, self.told, at, times=self.times)


def came_of(raised: Period, at: Ms) -> list[tuple[Gravity, Attention]]:
    """The gravity of each alert that was raised in a period, and what came of it until `at`."""
    found = _judged(_all().ask(since=raised.since, until=raised.until), raised.since, versions())
    return [(one.row.gravity, one.came(at)) for one in found]


def missed(at: Ms, actor: Actor) -> tuple[Judged, ...]:
    """The exceptions of the last four weeks on the actor's caseload, the newest first. Those on a page are `shown`."""
    if actor.is_guest or not actor.may(Permission.TEAM_READ):
        return ()
    known, since = versions(), Ms(at - SHOWN_MS)
    soon = {gravity.value: ms for gravity, ms in least_acknowledge_ms(known).items()}
    judged = _judged(_not_soon().ask(since=since, until=at + 1, **soon), since, known)
    found = [one for one in judged if one.came(at) is Attention.MISSED]
    return tuple(sorted(found, key=lambda one: -one.row.opened_at))


def shown(exceptions: Collection[Judged]) -> tuple[MissedAlert, ...]:
    """These with the names of who was told, in the same order."""
    names = agencies.names_of({turn.staff for one in exceptions for turn in one.told if turn.staff is not None})
    return tuple(_view(one, names) for one in exceptions)


def _raised_between() -> "QuerySet[Alert]":
    since, until = Given("since", MsField()), Given("until", MsField())
    return free(Alert.objects.filter(opened_at__gte=since, opened_at__lt=until))


@cache
def _all() -> Prepared:
    return Prepared.of(_raised_between().values_list(*_Raised._fields))


@cache
def _not_soon() -> Prepared:
    """Without those that somebody acknowledged so soon that they are LOOKED by any times, which are nearly all."""
    soon = Case(*(When(gravity=one.value, then=Given(one.value, MsField())) for one in Gravity), output_field=MsField())
    said = Acknowledgement.objects.filter(alert=OuterRef("id"), at__gt=OuterRef("risen_at"))
    alerts = _raised_between().annotate(soon=F("risen_at") + soon)
    return Prepared.of(alerts.exclude(Exists(said.filter(at__lte=OuterRef("soon")))).values_list(*_Raised._fields))


def _judged(found: Iterable[tuple[Any, ...]], since: Ms, known: Sequence[Version]) -> list[Judged]:
    """Of these alerts what was said since then."""
    rows = [_Raised(Id(one.hex), Id(case.hex), Gravity(gravity), *others) for one, case, gravity, *others in found]
    cases = {row.case for row in rows}
    answers, told = _answers(cases, since), _told(cases, since)
    return [Judged(row, answers[row.id], told[row.id], in_force(known, row.opened_at)) for row in rows]


def _answers(cases: Collection[Id], since: Ms) -> defaultdict[Id, list[Ms]]:
    """When somebody looked at each alert whose role decides, or acknowledged it. Whoever decided has looked at it before.

    By cases and time, of which there are fewer than alerts: what was said before an alert was raised counts for none.
    """
    said = Acknowledgement.objects.filter(case__among=cases, at__gte=since).values_list("alert_id", "at")
    looked = reviews(cases, since, roles.those_who_may(Permission.ALERT_DECIDE))
    found = defaultdict[Id, list[Ms]](list)
    for alert, at in [*said, *looked]:
        found[alert].append(at)
    return found


def _told(cases: Collection[Id], since: Ms) -> defaultdict[Id, list[Told]]:
    found = defaultdict[Id, list[Told]](list)
    rows = Handover.objects.filter(case__among=cases, at__gte=since).order_by("at")
    for alert, at, staff in rows.values_list("alert_id", "at", "staff"):
        found[alert].append(Told(at, staff))
    return found


def _view(one: Judged, names: Mapping[Id, str]) -> MissedAlert:
    row = one.row
    return MissedAlert(
        alert=row.id,
        rule=row.rule,
        gravity=row.gravity,
        raised_at=row.opened_at,
        missed_from=missed_from(row.gravity, row.risen_at, one.told, times=one.times),
        answered_at=min((at for at in one.answers if at > row.risen_at), default=None),
        told=tuple(TurnView(turn.at, None if turn.staff is None else names.get(turn.staff, "")) for turn in one.told),
    )
