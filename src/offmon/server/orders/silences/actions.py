"""Every write of permissions and exclusions (R-LEG-15, R-LEG-27).

Rules
- Each takes effect with the next profile, which the worker asks for at once, and at intake as soon as that is signed.
- An end is now. Of a permission it brings back what was authorised; a removed exclusion holds until monitoring is authorised anew and the
  person was told (`core.authority.permission`).
"""

from dataclasses import dataclass
from datetime import date

from offmon.core import clock as time
from offmon.core.access.roles import Permission
from offmon.core.authority.permission import AskedHow, check_exclusion, check_permission
from offmon.core.authority.silence import ListedEntry, SilenceReason, Week
from offmon.core.clock import Period
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.match.sites import Pattern
from offmon.server.agencies.queries import StaffView, check_on_caseload, colleagues_on
from offmon.server.audit.actions import append
from offmon.server.audit.policy import as_left
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import action
from offmon.server.orders.models import TermRow
from offmon.server.orders.silences.models import SilenceRow


@dataclass(frozen=True, slots=True)
class PermissionEntry:
    """What an officer enters of a permission. `given_by`: the officer who gave it. `said`: what is permitted, for the person."""

    term: Id
    entry: ListedEntry
    period: Period
    given_by: Id
    asked_how: AskedHow
    said: str
    said_welsh: str | None = None


@dataclass(frozen=True, slots=True)
class ExclusionEntry:
    """What an officer enters of an exclusion: a site or a weekly time, and why."""

    why: SilenceReason
    site: str | None
    week: Week | None
    asked_on: date
    said: str
    said_welsh: str | None = None


@action
def do_permit(case: Id, entry: PermissionEntry, *, actor: Actor) -> Id:
    """Record that a supervising officer of the case gave a permission. Raises Refused; of the past it makes alerts say so."""
    _check(case, actor)
    check_permission(entry.period, entry.said)
    if not TermRow.objects.filter(id=entry.term, case=case, confirmed_by__isnull=False).exists():
        raise Refused("unknown-term", "Select a condition of this person that a colleague confirmed.")
    officers = {one.id: one.display_name for one in supervising(case)}
    if entry.given_by not in officers:
        raise Refused(
            "not-supervising", "Only a supervising officer of this person gives a permission. Select who gave it."
        )
    row = _row(
        case,
        actor,
        why=SilenceReason.PERMISSION,
        term=entry.term,
        of_list=entry.entry.list,
        rule=entry.entry.rule,
        since=entry.period.since,
        until=entry.period.until,
        said=entry.said.strip(),
        said_welsh=(entry.said_welsh or "").strip() or None,
        given_by=entry.given_by,
        given_name=officers[entry.given_by],
        asked_how=entry.asked_how,
    )
    return _record(row, actor)


@action
def do_exclude(case: Id, entry: ExclusionEntry, *, actor: Actor) -> Id:
    """Record a weekly time or a site that is excluded. Raises Refused, and Malformed for what is no site."""
    _check(case, actor)
    check_exclusion(entry.why, entry.site, entry.week, entry.said)
    if entry.site is not None:
        Pattern.parse(entry.site)  # a device refuses a profile with a site that it cannot compare
    _check_asked_on(entry.asked_on)
    row = _row(
        case,
        actor,
        why=entry.why,
        site=entry.site,
        days=[] if entry.week is None else [str(day) for day in entry.week.days],
        week_since=None if entry.week is None else entry.week.since,
        week_until=None if entry.week is None else entry.week.until,
        since=clock.now(),
        said=entry.said.strip(),
        said_welsh=(entry.said_welsh or "").strip() or None,
        asked_on=entry.asked_on.isoformat(),
    )
    return _record(row, actor)


@action
def do_claim_none(case: Id, asked_on: date, *, actor: Actor) -> Id:
    """Record that the person was asked what is to be excluded, and claimed nothing (R-LEG-27). Raises Refused."""
    _check(case, actor)
    _check_asked_on(asked_on)
    return _record(_row(case, actor, since=clock.now(), asked_on=asked_on.isoformat()), actor)


@action
def do_end_silence(case: Id, silence: Id, reason: str, *, actor: Actor) -> None:
    """End a permission or remove an exclusion, now. Raises Refused where it has ended."""
    _check(case, actor)
    row = as_left(SilenceRow.objects.select_for_update().get(id=silence, case=case))
    if row.ended_at is not None:
        raise Refused("ended-already", "That has ended already. Open the page again.")
    row.ended_by, row.ended_at = actor.id, clock.now()
    row.save(update_fields=["ended_by", "ended_at"])
    append(actor, Verb.SILENCE_ENDED, case=case, touched=(row,), reason=reason)


def supervising(case: Id) -> list[StaffView]:
    """The officers of a case who may give a permission: those who may record an order of it. Inside the scope that is open."""
    return colleagues_on(case, Permission.INSTRUMENT_RECORD, clock.now())


def _check(case: Id, actor: Actor) -> None:
    actor.check(Permission.INSTRUMENT_RECORD)
    check_on_caseload(case, actor.id, clock.now())


def _check_asked_on(day: date) -> None:
    if day > time.local_day(clock.now()):
        raise Refused("not-asked-yet", "The day on which you asked cannot be in the future. Correct it.")


def _row(case: Id, actor: Actor, *, since: Ms, **given: object) -> SilenceRow:
    return SilenceRow(
        agency=actor.agency, case=case, recorded_by=actor.id, recorded_at=clock.now(), since=since, **given
    )


def _record(row: SilenceRow, actor: Actor) -> Id:
    row.save(force_insert=True)
    append(actor, Verb.SILENCE_RECORDED, case=row.case, touched=(row,))
    return row.id
