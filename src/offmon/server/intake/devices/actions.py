"""That an officer looked after a device, and what they found."""

from offmon.core.access.roles import Permission
from offmon.core.formats import canon
from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.core.person.case_notes import check_note
from offmon.core.person.stopped import Found, TaskKind, check_found
from offmon.server.agencies.queries import check_logged_on
from offmon.server.audit.actions import append
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.columns import column_key
from offmon.server.base.ids import new_id
from offmon.server.base.scope import action
from offmon.server.intake.devices.models import DeviceFinding
from offmon.server.intake.devices.queries import tasks_of_case


@action
def do_record_found(
    case: Id, device: Id, kind: TaskKind, *, found: Found, text: str, source: str, actor: Actor
) -> None:
    """Record what somebody found who looked after a device: with it that task is done, until its cause comes again.

    Raises Refused where no such task waits, or where the note says nothing or not where it is from.
    """
    actor.check(Permission.ALERT_DECIDE)
    at = clock.now()
    check_logged_on(case, actor.id, at)
    check_note(text, source)
    check_found(kind, [one.task for one in tasks_of_case(case, at) if one.device == device])
    row = DeviceFinding(
        id=new_id(),
        agency=actor.agency,
        case=case,
        device=device,
        task=kind,
        found=found,
        found_by=actor.id,
        found_at=at,
    )
    row.written = column_key().enclose_bytes(
        canon.encode({"text": text, "source": source}), DeviceFinding, row.id, "written"
    )
    row.save(force_insert=True)
    append(actor, Verb.DEVICE_LOOKED_AFTER, case=case, touched=(row,))
