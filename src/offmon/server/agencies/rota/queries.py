"""Reads the rota. It is about staff and no case, so reading it is no consultation.

Rules
- A shift counts while its account is open and its role may be on call: whoever left or moved on leaves a gap, and the page shows it.
- The worker goes by a shift only as the log left it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Q, QuerySet

from offmon.core import clock as time
from offmon.core.access.roles import Permission, Role
from offmon.core.alerts import rota
from offmon.core.alerts.acknowledgement import Holder
from offmon.core.alerts.rota import AHEAD_MS, MAY_BE, Gap, Office, Tier, gaps, on_at, week_of
from offmon.core.clock import DAY_MS, Period
from offmon.core.errors import passes
from offmon.core.ids import Id, Ms
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.models import Staff, Team
from offmon.server.agencies.rota.holidays import bank_holidays, holidays_in
from offmon.server.agencies.rota.models import Shift
from offmon.server.agencies.times.queries import times_at
from offmon.server.audit.policy import as_left
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope

TURNS: Final = {
    Tier.FIRST: Holder.FIRST_ON_CALL,
    Tier.SECOND: Holder.SECOND_ON_CALL,
    Tier.INSPECTOR: Holder.DUTY_INSPECTOR,
}
KEEP_CASES: Final = (Role.OFFENDER_MANAGER,)


@dataclass(frozen=True, slots=True)
class ShiftView:
    """A shift as the page shows it. `team`: its name; None for the whole agency. `counts`: whoever has it may be called still."""

    id: Id
    shift: rota.Shift
    team: str | None
    name: str
    counts: bool
    may_end: bool


@dataclass(frozen=True, slots=True)
class GapView:
    """A gap as pages say it. `team`: its name; None for the whole agency."""

    gap: Gap
    team: str | None


@dataclass(frozen=True, slots=True)
class OnView:
    """Who is on in a turn now, and until when; and who is next, and from when. None: nobody."""

    tier: Tier
    team: str | None
    now: ShiftView | None
    next: ShiftView | None


@dataclass(frozen=True, slots=True)
class WeekView:
    """A week: its shifts, the soonest first, and its bank holidays."""

    period: Period
    shifts: tuple[ShiftView, ...]
    holidays: Mapping[date, str]


@dataclass(frozen=True, slots=True)
class RotaView:
    """The rota: who is on, the gaps ahead, this week and the next. `may_keep`: whether its reader may add a shift.

    `office`: the hours in force, outside which somebody must be on call.
    """

    on: tuple[OnView, ...]
    gaps: tuple[GapView, ...]
    weeks: tuple[WeekView, ...]
    may_keep: bool
    office: Office


def the_rota(*, actor: Actor) -> RotaView:
    """The rota of the actor's agency. Raises Refused `not-permitted`."""
    actor.check(Permission.ROTA_READ)
    with scope(actor):
        at = clock.now()
        first = week_of(time.local_day(at))
        weeks = (first, week_of(time.local_day(first.until or at)))
        teams = _teams(actor)
        views = _views(_ahead(first.since), teams, actor, at)
        return RotaView(
            on=_on(views, teams, at),
            gaps=_gaps(views, teams, teams.keys(), Period(at, weeks[1].until)),
            weeks=tuple(WeekView(week, _within(views, week), holidays_in(week)) for week in weeks),
            may_keep=actor.may(Permission.ROTA_KEEP),
            office=times_at(at).office,
        )


def gaps_ahead(actor: Actor) -> tuple[GapView, ...]:
    """The gaps within a week that the actor can close: an administrator all, a supervisor those of their team. In the open scope."""
    if not actor.may(Permission.ROTA_KEEP):
        return ()
    at, teams = clock.now(), _teams(actor)
    own = teams.keys() if keeps_all(actor) else teams.keys() & {actor.team}
    found = _gaps(_views(_ahead(at), teams, actor, at), teams, own, Period(at, Ms(at + AHEAD_MS)))
    return found if keeps_all(actor) else tuple(one for one in found if one.gap.team is not None)


def gaps_told(*, actor: Actor) -> tuple[GapView, ...]:
    """The same, outside a scope."""
    with scope(actor):
        return gaps_ahead(actor)


def a_shift(shift: Id, *, actor: Actor) -> ShiftView | None:
    """One shift that the actor may end; None for none."""
    actor.check(Permission.ROTA_KEEP)
    with scope(actor):
        at = clock.now()
        [found, *_] = [*_views(_ahead(at).filter(id=shift), _teams(actor), actor, at), None]
        return found if found is not None and found.may_end else None


def could_be_on(*, actor: Actor) -> list[tuple[agencies.StaffView, str]]:
    """Whose account and role may be on call, each with their team's name."""
    teams = agencies.team_names()
    return [(one, teams[one.team]) for one in agencies.staff_with(rota.ON_A_ROTA, actor.lead)]


def teams_kept(actor: Actor) -> dict[Id, str]:
    """The teams whose rota the actor keeps, by name."""
    teams = dict(Team.objects.filter(agency_id=actor.lead).order_by("name").values_list("id", "name"))
    return teams if keeps_all(actor) else {one: name for one, name in teams.items() if one == actor.team}


def keeps_all(actor: Actor) -> bool:
    """Whether the actor keeps the rota of the whole agency, and not of their own team alone."""
    return actor.may(Permission.STAFF_MANAGE)


def on_now(team: Id | None, at: Ms) -> dict[Holder, Id | None]:
    """Who is on in each turn of the rota for a team, by rows that the log confirms. In the open scope; for the worker."""
    rows = [row for row in Shift.objects.filter(since__lte=at, until__gt=at) if passes(as_left, row)]
    shifts = [shift for row in rows if (shift := _effective(row)) is not None]
    able = _able({one.staff for one in shifts})
    serving = [one for one in shifts if able.get(one.staff) in MAY_BE[one.tier]]
    return {turn: on_at(serving, tier, team, at) for tier, turn in TURNS.items()}


def is_on_call(staff: Id, at: Ms) -> bool:
    """Whether that person has a shift at that instant, by rows that the log confirms. In the open scope."""
    rows = Shift.objects.filter(staff=staff, since__lte=at, until__gt=at)
    shifts = (_effective(row) for row in rows if passes(as_left, row))
    return any(shift is not None and at in shift for shift in shifts)


def is_out_of_hours(at: Ms) -> bool:
    """Whether nobody need be at their desk at that instant, by the agency's hours and the bank holidays. In the open scope."""
    return rota.is_out_of_hours(at, bank_holidays(time.local_day(at).year), times_at(at).office)


def serving(team: Id | None, ahead: Period) -> list[rota.Shift]:
    """The shifts within a time, of a team and of the whole agency, whose account is open and may be on call. In the open scope."""
    rows = _ahead(ahead.since).filter(Q(team=team) | Q(team=None), since__lt=ahead.until)
    shifts = [shift for row in rows if (shift := _effective(row)) is not None]
    able = _able({one.staff for one in shifts})
    return [one for one in shifts if able.get(one.staff) in MAY_BE[one.tier]]


def shifts_like(new: rota.Shift) -> list[rota.Shift]:
    """The shifts of the same team and turn, and of the same person, that are not over when the new one begins. In the open scope."""
    same = Q(team_id=new.team, tier=new.tier) | Q(staff=new.staff)
    rows = Shift.objects.filter(same, until__gt=new.since)
    return [shift for row in rows if (shift := _effective(row)) is not None]


def of_week(week: Period, actor: Actor) -> list[rota.Shift]:
    """The shifts that begin in a week and that the actor keeps, the soonest first. In the open scope."""
    rows = Shift.objects.filter(since__gte=week.since, since__lt=week.until).order_by("since", "id")
    found = [shift for row in rows if (shift := _effective(row)) is not None]
    return [one for one in found if keeps_all(actor) or (one.team is not None and one.team == actor.team)]


def _effective(row: Shift) -> rota.Shift | None:
    """A shift as it lasts, cut short if somebody ended it; None: it ended before it began."""
    until = row.until if row.ended_at is None else min(row.until, row.ended_at)
    if until <= row.since:
        return None
    return rota.Shift(row.team_id, Tier(row.tier), row.staff_id, row.since, until)


def _ahead(since: Ms) -> "QuerySet[Shift]":
    """The shifts that are not over then and were not ended before, the soonest first."""
    return Shift.objects.filter(until__gt=since).exclude(Q(ended_at__lte=since)).order_by("since", "id")


def _teams(actor: Actor) -> dict[Id, str]:
    """The teams whose officers keep cases: each needs somebody on call."""
    there = Staff.objects.filter(agency_id=actor.lead, role__in=KEEP_CASES, is_active=True).values("team_id")
    return dict(Team.objects.filter(id__in=there).order_by("name").values_list("id", "name"))


def _able(staff: Iterable[Id]) -> dict[Id, Role]:
    rows = Staff.objects.filter(id__in=set(staff), is_active=True).values_list("id", "role")
    return {Id(one): Role(role) for one, role in rows}


def _views(rows: "QuerySet[Shift]", teams: Mapping[Id, str], actor: Actor, at: Ms) -> list[ShiftView]:
    pairs = [(row, shift) for row in rows if (shift := _effective(row)) is not None]
    people = {shift.staff for _, shift in pairs}
    names, able = agencies.names_of(people), _able(people)
    called = agencies.team_names() | dict(teams)
    return [
        ShiftView(
            id=row.id,
            shift=shift,
            team=None if shift.team is None else called.get(shift.team, ""),
            name=names.get(shift.staff, ""),
            counts=able.get(shift.staff) in MAY_BE[shift.tier],
            may_end=shift.until > at and may_keep(shift.team, actor),
        )
        for row, shift in pairs
    ]


def may_keep(team: Id | None, actor: Actor) -> bool:
    """Whether the actor may change the rota of a team, or (None) of the whole agency."""
    return actor.may(Permission.ROTA_KEEP) and (keeps_all(actor) or (team is not None and team == actor.team))


def _on(views: Sequence[ShiftView], teams: Mapping[Id, str], at: Ms) -> tuple[OnView, ...]:
    turns = [(tier, team) for team in teams for tier in (Tier.FIRST, Tier.SECOND)] + [(Tier.INSPECTOR, None)]
    found = list[OnView]()
    for tier, team in turns:
        like = [one for one in views if one.counts and one.shift.tier is tier and one.shift.team in {team, None}]
        now = [one for one in like if at in one.shift]
        later = [one for one in like if one.shift.since > at]
        if tier is Tier.SECOND and not now and not later:
            continue
        own_first = [*sorted(now, key=lambda one: one.shift.team is None), None]
        name = None if team is None else teams[team]
        found.append(OnView(tier, name, own_first[0], later[0] if later else None))
    return tuple(found)


def _gaps(
    views: Sequence[ShiftView], teams: Mapping[Id, str], those: Iterable[Id], ahead: Period
) -> tuple[GapView, ...]:
    """The gaps of these teams and of the inspector. Of a second turn only where somebody has one: an agency need not have it."""
    shifts = [one.shift for one in views if one.counts]
    days = frozenset(holidays_in(Period(Ms(ahead.since - DAY_MS), ahead.until)))
    office = times_at(ahead.since).office
    turns = [(Tier.FIRST, team) for team in those] + [(Tier.INSPECTOR, None)]
    turns += [
        (Tier.SECOND, team) for team in those if any((one.tier, one.team) == (Tier.SECOND, team) for one in shifts)
    ]
    found = [gap for tier, team in turns for gap in gaps(shifts, tier, team, ahead, days, office=office)]
    named = (GapView(gap, None if gap.team is None else teams[gap.team]) for gap in found)
    return tuple(sorted(named, key=lambda one: (one.gap.since, one.team or "", one.gap.tier)))


def _within(views: Sequence[ShiftView], week: Period) -> tuple[ShiftView, ...]:
    until = week.until or week.since
    return tuple(one for one in views if one.shift.since < until and one.shift.until > week.since)


def team_of(staff: Id) -> Id | None:
    """The team of a member of staff; None for nobody. The worker reads no name."""
    return Staff.objects.filter(id=staff).values_list("team_id", flat=True).first()
