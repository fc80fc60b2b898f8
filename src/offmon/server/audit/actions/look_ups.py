"""Picks the look-ups that somebody is to examine, and records what came of each (`core/log/look_ups.py`; R-SEC-19).

Each entry stands in the agency's own log: who is examined, and whose case it was, no colleague on the case reads there.
"""

from offmon.core.access.roles import Permission
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.log.look_ups import Finding, Picked, check_examines
from offmon.server.audit.actions.entries import append
from offmon.server.audit.models import LookUpPicked
from offmon.server.audit.policy import as_left
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.rows import once
from offmon.server.base.scope import action


@action
def do_pick(entry: Id, staff: Id, about: Id | None, at: Ms, why: Picked, *, actor: Actor) -> None:
    """Have somebody examine a look-up. Raises Refused (`picked-already`)."""
    row = LookUpPicked(
        agency=actor.agency, entry=entry, staff=staff, about=about, at=at, why=why, picked_at=clock.now()
    )
    with once("look_up_picked_once", "picked-already", "This look-up waits to be examined already."):
        row.save(force_insert=True)
    append(actor, Verb.LOOK_UP_PICKED, case=None, touched=(row,), reason=why.value)


@action
def do_examine(look_up: Id, finding: Finding, note: str, *, actor: Actor) -> None:
    """Record what came of a look-up. Raises Refused (`log-not-opened`, `examined-already`, `own-look-up`, `no-reason`)."""
    actor.check(Permission.LOOK_UP_EXAMINE)
    row = LookUpPicked.objects.select_for_update().filter(id=look_up).first()
    if row is None:
        raise Refused("log-not-opened", "Say first for what you read the log.")
    if row.examined_at is not None:
        raise Refused("examined-already", "A colleague examined this look-up meanwhile.")
    as_left(row)
    check_examines(actor.id, row.staff, note)
    row.examined_by, row.examined_at, row.finding, row.note = actor.id, clock.now(), finding, note.strip()
    row.save(update_fields=["examined_by", "examined_at", "finding", "note"])
    append(actor, Verb.LOOK_UP_EXAMINED, case=None, touched=(row,), reason=finding.value)
