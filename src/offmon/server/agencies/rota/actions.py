"""Every write to the rota: a shift is set, ended, and a week of them copied forward. Each is an entry that names the row."""

from datetime import date
from typing import Final

from offmon.core import clock as time
from offmon.core.access.roles import Permission
from offmon.core.alerts import rota
from offmon.core.alerts.rota import check_shift, week_later, week_of
from offmon.core.errors import Refused, passes
from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.rota import queries
from offmon.server.agencies.rota.models import Shift
from offmon.server.audit.actions import append
from offmon.server.audit.policy import as_left
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.rows import once
from offmon.server.base.scope import action

OVERLAPS: Final = ("shift-overlaps", "Somebody is on call then already. End that shift, or choose another time.")
ALONE: Final = "shift_alone"


@action
def do_set_shift(new: rota.Shift, *, actor: Actor) -> None:
    """Put somebody on call. Raises Refused (`not-permitted`, `not-own-rota`, and as `check_shift` does)."""
    _check(new, actor)
    with once(ALONE, *OVERLAPS):
        _set(new, actor)


@action
def do_end_shift(shift: Id, *, actor: Actor) -> None:
    """End a shift now, or take back one that has not begun. Raises Refused (`not-permitted`, `not-own-rota`, `shift-over`)."""
    row = as_left(Shift.objects.select_for_update().get(id=shift))
    _check_keeps(row.team_id, actor)
    now = clock.now()
    if row.ended_at is not None or row.until <= now:
        raise Refused("shift-over", "That shift is over already.")
    row.ended_by, row.ended_at = actor.id, now
    row.save(update_fields=["ended_by", "ended_at"])
    append(actor, Verb.SHIFT_ENDED, case=None, touched=(row,))


@action
def do_copy_week(monday: date, *, actor: Actor) -> tuple[int, int]:
    """Copy the shifts that begin in a week to the week after it: how many, and how many were left out.

    One is left out whose place is taken, whose account may not be called any more, or that would begin in the past.
    Raises Refused (`not-permitted`, `nothing-to-copy`).
    """
    actor.check(Permission.ROTA_KEEP)
    shifts = queries.of_week(week_of(monday), actor)
    if not shifts:
        raise Refused("nothing-to-copy", "Nobody of your rota is on call in that week. Add shifts first.")
    copied = 0
    for new in map(week_later, shifts):
        if passes(_check, new, actor):
            _set(new, actor)
            copied += 1
    return copied, len(shifts) - copied


def _check(new: rota.Shift, actor: Actor) -> None:
    _check_keeps(new.team, actor)
    staff = agencies.active_staff(new.staff)
    role = staff.role if staff is not None and staff.agency == actor.agency else None
    if new.team is not None and new.team not in queries.teams_kept(actor):
        raise Refused("unknown-team", "Choose a team of your agency.")
    check_shift(new, role, queries.shifts_like(new), clock.now())


def _check_keeps(team: Id | None, actor: Actor) -> None:
    actor.check(Permission.ROTA_KEEP)
    if not queries.may_keep(team, actor):
        raise Refused("not-own-rota", "You keep the rota of your own team. Ask an administrator about another.")


def _set(new: rota.Shift, actor: Actor) -> None:
    row = Shift(
        agency=actor.agency,
        team_id=new.team,
        tier=new.tier,
        staff_id=new.staff,
        since=new.since,
        until=new.until,
        set_by=actor.id,
        set_at=clock.now(),
    )
    row.save(force_insert=True)
    append(actor, Verb.SHIFT_SET, case=None, touched=(row,), reason=f"from {time.utc_text(new.since)}")
