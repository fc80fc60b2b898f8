"""Every read of permissions and exclusions (R-LEG-15, R-LEG-27). Inside the scope that is open, but for what a page shows."""

from dataclasses import dataclass

from offmon.core.access.roles import Permission
from offmon.core.authority.permission import Answered, AskedHow, still_counts
from offmon.core.authority.silence import ListedEntry, Silence, SilenceReason, Week
from offmon.core.clock import Period
from offmon.core.ids import Count, Id, Ms, Slug
from offmon.core.log.audit import Verb
from offmon.server.audit.actions import append
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.orders.silences.models import SilenceRow

_WHERE = ("why", "term", "of_list", "rule", "site", "days", "week_since", "week_until", "since", "until", "ended_at")


@dataclass(frozen=True, slots=True)
class SilenceView:
    """A permission, an exclusion or the answer that none is claimed, as pages show it. `silence` None: none is claimed."""

    id: Id
    silence: Silence | None
    asked_how: AskedHow | None
    asked_on: str | None
    recorded_by: Id
    recorded_at: Ms
    ended_at: Ms | None

    @property
    def is_permission(self) -> bool:
        """Whether it is a permission."""
        return self.silence is not None and self.silence.why is SilenceReason.PERMISSION

    def is_over(self, at: Ms) -> bool:
        """Whether it holds no more then."""
        until = None if self.silence is None else self.silence.period.until
        return self.ended_at is not None or (until is not None and until <= at)


def answers_of(case: Id) -> list[Answered]:
    """What was recorded of exclusions, and of permissions: what is asked before monitoring is authorised."""
    return [Answered(*one) for one in SilenceRow.objects.filter(case=case).values_list("why", "ended_at")]


def counting(case: Id, settled_at: Ms, lease: Period) -> list[Silence]:
    """Those that a profile with this lease carries, by id; without the listed entries of a site (`still_counts`)."""
    rows = SilenceRow.objects.filter(case=case, why__isnull=False).order_by("id")
    kept = [row for row in rows if row.why is not None and still_counts(row.why, row.ended_at, settled_at, lease.since)]
    return [one for row in kept if (one := _silence(row)) is not None and one.period.overlap(lease) is not None]


def recorded(case: Id) -> list[Silence]:
    """All that was ever in force, each until it was ended, without its words: by what an alert is judged (R-LEG-15)."""
    rows = SilenceRow.objects.filter(case=case, why__isnull=False).only(*_WHERE)
    return [one for row in rows if (one := _silence(row, words=False)) is not None]


def silences_here(case: Id) -> list[SilenceView]:
    """All of a case, the newest first, inside the scope that is open; the caller's entry says that they were shown."""
    return _views(case)


def silences_shown(case: Id, *, actor: Actor) -> tuple[SilenceView, ...]:
    """All of a case, the newest first; its own entry says that the case was looked at. Empty outside the actor's caseload."""
    actor.check(Permission.DEPLOYMENT_READ)
    with scope(actor):
        views = _views(case)
        if views:
            append(actor, Verb.CASE_CONSULTED, case=case)
        return tuple(views)


def exclusions_here(case: Id) -> list[SilenceView]:
    """The exclusions in force and the newest answer that none is claimed, inside the scope that is open."""
    return [view for view in _views(case) if not view.is_permission and not view.is_over(clock.now())]


def _views(case: Id) -> list[SilenceView]:
    rows = SilenceRow.objects.filter(case=case).order_by("-recorded_at", "id")
    return [
        SilenceView(row.id, _silence(row), row.asked_how, row.asked_on, row.recorded_by, row.recorded_at, row.ended_at)
        for row in rows
    ]


def _silence(row: SilenceRow, *, words: bool = True) -> Silence | None:
    """What the row says; None of an answer that none is claimed, and of what ended before it began."""
    until = (
        row.until
        if row.ended_at is None or row.why is not SilenceReason.PERMISSION
        else min(row.ended_at, row.until or row.ended_at)
    )
    if row.why is None or (until is not None and until <= row.since):
        return None
    entry = None if row.of_list is None or row.rule is None else ListedEntry(row.of_list, Slug(row.rule))
    week = None
    if row.week_since is not None and row.week_until is not None:
        week = Week(tuple(Count(int(day)) for day in row.days), Count(row.week_since), Count(row.week_until))
    return Silence(
        id=row.id,
        why=row.why,
        terms=() if row.term is None else (row.term,),
        entries=() if entry is None else (entry,),
        site=row.site,
        week=week,
        period=Period(row.since, until),
        said=row.said if words else "",
        said_welsh=row.said_welsh if words else None,
        given_by=row.given_name if words else None,
    )
