"""Writes of an agency's times: one administrator proposes a version, another agrees or says no. Each is an entry that names the row."""

from dataclasses import asdict
from typing import Final

from offmon.core.access.roles import Permission
from offmon.core.alerts.times import AlertTimes, changed, check_times, said
from offmon.core.errors import Refused
from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.core.log.records import check_two_people
from offmon.server.agencies.times.models import TimesVersion
from offmon.server.agencies.times.queries import times_at
from offmon.server.audit.actions import append
from offmon.server.audit.policy import as_left
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.rows import once
from offmon.server.base.scope import action

WAITS: Final = ("times-wait", "A proposal waits for an answer already. Answer it or take it back first.")


@action
def do_propose_times(new: AlertTimes, reason: str, *, actor: Actor) -> Id:
    """Propose a version of the agency's times. It counts for nothing until another administrator agrees.

    Raises Refused (`not-permitted`, `no-reason`, `nothing-changed`, `times-wait`, and as `check_times` does).
    """
    actor.check(Permission.STAFF_MANAGE)
    check_times(new)
    if not reason.strip():
        raise Refused("no-reason", "Enter a reason. It is recorded in the log.")
    now = clock.now()
    before = times_at(now)
    if not changed(before, new):
        raise Refused("nothing-changed", "You made no changes. Change something, or cancel.")
    row = TimesVersion(
        **asdict(new),
        agency=actor.agency,
        reason=reason.strip(),
        asked_by=actor.id,
        asked_at=now,
        begun_in=actor.session,
    )
    with once("times_one_waits", *WAITS):
        row.save(force_insert=True)
    append(actor, Verb.TIMES_PROPOSED, case=None, touched=(row,), reason=row.reason)
    return row.id


@action
def do_agree_times(version: Id, *, actor: Actor) -> None:
    """Another administrator agrees: the version is in force from now on. Raises Refused (`one-person`, `one-session`, `answered`)."""
    row = _unanswered(version, actor)
    check_two_people(row.asked_by, actor.id, "This change")
    row.check_agreeing_in(actor.session, "This change")
    check_times(row.times())
    row.agreed_by, row.agreed_at, row.agreed_in = actor.id, clock.now(), actor.session
    before = times_at(row.agreed_at)
    row.save(update_fields=["agreed_by", "agreed_at", "agreed_in"])
    append(actor, Verb.TIMES_AGREED, case=None, touched=(row,), reason=_said(before, row.times()))


@action
def do_refuse_times(version: Id, reason: str, *, actor: Actor) -> None:
    """Another administrator says no, or whoever proposed takes it back, for a reason. Raises Refused."""
    row = _unanswered(version, actor)
    row.save(update_fields=row.refuse(actor.id, clock.now(), reason))
    append(actor, Verb.TIMES_REFUSED, case=None, touched=(row,), reason=reason)


def _unanswered(version: Id, actor: Actor) -> TimesVersion:
    actor.check(Permission.STAFF_MANAGE)
    row = TimesVersion.objects.select_for_update().filter(id=version).first()
    if row is None:
        raise Refused("no-such-change", "Nobody asked for that. Check the list again.")
    if as_left(row).agreed_by is not None or row.refused_by is not None:
        raise Refused("answered", "This was answered already. Check how it stands.")
    return row


def _said(before: AlertTimes, after: AlertTimes) -> str:
    """What the entry says: each value that changes, before and after."""
    old, new = asdict(before), asdict(after)
    return "; ".join(f"{name}: {said(name, old[name])} → {said(name, new[name])}" for name in changed(before, after))
