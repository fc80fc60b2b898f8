"""What is recorded of devices: what an officer found who looked after one, and how each day was spent.

Rules
- The hours of a day are recorded once the day is over for 24 hours, and again as often as a device told more of it, for four weeks.
- Then of each time at which a device was heard only the hour is kept, 48 hours after it (`core/person/heard.py`).
"""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db import connection

from offmon.core.access.roles import Permission
from offmon.core.bundle.ungranted import Ungranted
from offmon.core.formats import canon
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.person.case_notes import check_note
from offmon.core.person.heard import FOLDED_TO_MS
from offmon.core.person.stopped import Found, TaskKind, check_found
from offmon.server.agencies.queries import check_logged_on
from offmon.server.audit.actions import append
from offmon.server.base import clock, stored
from offmon.server.base.actor import Actor
from offmon.server.base.columns import column_key
from offmon.server.base.ids import new_id
from offmon.server.base.locks import hold_device
from offmon.server.base.scope import action
from offmon.server.deployments.queries.in_use import times_of
from offmon.server.intake.devices.models import DeviceFinding, Hours
from offmon.server.intake.devices.queries import LEDGER_DAYS, tasks_of_case
from offmon.server.intake.devices.queries.hours import HEARD, folded_until, hours_of, last_recorded


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


@action
def do_record_hours(case: Id, ungranted: Iterable[Ungranted], *, actor: Actor) -> bool:
    """Record how each device of a case spent each day that is over, as far as that is new; whether anything was.

    No batch of these devices comes meanwhile: what a batch says that the log names before an hour's record, that record accounts for.
    """
    at = clock.now()
    last = last_recorded(at)
    devices = sorted(one.id for one in times_of(case))
    for device in devices:
        hold_device(device)
    known = {row.day: row for row in Hours.objects.filter(case=case)}
    hours, did = hours_of(case, ungranted, last - timedelta(days=LEDGER_DAYS - 1), last, at), False
    for day in sorted(hours):
        spent, row = stored.write(hours[day]), known.get(day.isoformat())
        if row is None:
            row = Hours(id=new_id(), agency=actor.agency, case=case, day=day.isoformat(), devices=spent)
            row.save(force_insert=True)
        elif row.devices == spent:
            continue
        else:
            row.devices = spent
            row.save(update_fields=["devices"])
        append(actor, Verb.HOURS_RECORDED, case=case, touched=(row,))
        did = True
    return fold(devices, folded_until(at)) or did


def fold(devices: Iterable[Id], until: Ms) -> bool:
    """Keep the hour alone of each time up to `until` at which one of these devices was heard; whether there was one."""
    ids, did = [UUID(one) for one in devices], False
    with connection.cursor() as cursor:
        for name in HEARD:
            cursor.execute(
                f"update intake_liveness set {name} = {name} - {name} %% %(to)s"  # noqa: S608  # ours
                f" where device = any(%(ids)s) and {name} <= %(until)s and {name} %% %(to)s > 0",
                {"to": FOLDED_TO_MS, "ids": ids, "until": until},
            )
            did = cursor.rowcount > 0 or did
    return did
