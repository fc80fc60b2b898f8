"""Every write to people."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

from offmon.core import clock as time
from offmon.core.access.roles import Permission
from offmon.core.errors import Refused
from offmon.core.formats import canon
from offmon.core.formats.canon import Json
from offmon.core.ids import Digest, Id
from offmon.core.log.audit import Verb
from offmon.core.person.case_notes import NoteKind, check_note
from offmon.core.person.details import PersonDetails, check_details
from offmon.core.person.device_register import DeviceEntry, check_device_entry, register
from offmon.core.person.entries import Duty, EntrySort, Standing, check_duty, check_mark
from offmon.core.person.identifiers.kinds import Identifier, IdentifierKind
from offmon.core.person.identifiers.reading import looked_up_by, read_identifier
from offmon.core.person.mappa import Mappa, check_mappa
from offmon.core.person.photograph import picture
from offmon.server.agencies.actions import grant_caseload
from offmon.server.agencies.policy import check_open_to
from offmon.server.agencies.queries import active_staff, check_logged_on, supervisors_of
from offmon.server.audit.actions import append
from offmon.server.base import clock, stored
from offmon.server.base.actor import Actor
from offmon.server.base.columns import column_key, lookup_digest
from offmon.server.base.ids import new_id
from offmon.server.base.rows import once
from offmon.server.base.scope import action
from offmon.server.base.storage.directory import document_store
from offmon.server.people.models import Details, EntryMark, Note, Person, PersonEntry, Register
from offmon.server.people.queries import notes_of
from offmon.server.people.queries.entries import (
    device_entries_of,
    is_device,
    photograph_place,
    standing_of,
    with_identifier,
)

TAKEN: Final = "Your agency already has a case with that reference. Find it, or give this one another reference."


@action
def do_open_case(
    reference: str, name: str, *, language: str = "en", colleagues: Collection[Id] = (), actor: Actor
) -> Id:
    """Open a case for one person under the actor's agency: to the actor, to each supervisor of their team, and to these. The case's id.

    Raises Refused (`reference-taken`) where the agency has a case of that reference, on whosever caseload.
    """
    actor.check(Permission.DEPLOYMENT_DRAFT)
    if actor.took_over:
        raise Refused(
            "not-own-agency", "A new case begins with your own agency. Turn to your own agency's cases first."
        )
    case = new_id()
    grant_caseload(case, actor.id, "opened the case", actor=actor)
    for supervisor in supervisors_of(actor.team):
        grant_caseload(case, supervisor, "supervises the team of the officer who opened the case", actor=actor)
    for colleague in sorted({*colleagues} - {actor.id, *supervisors_of(actor.team)}):
        check_open_to(active_staff(colleague), None, actor)
        grant_caseload(case, colleague, "confirms or authorises what the officer recorded", actor=actor)
    person = Person(
        id=case,
        agency=actor.agency,
        case=case,
        reference=reference,
        name=column_key().enclose(name, Person, case, "name"),
        language=language,
    )
    with once("person_reference_once", "reference-taken", TAKEN):
        person.save(force_insert=True)
    append(actor, Verb.CASE_OPENED, case=case, touched=(person,))
    return case


@action
def do_record_details(case: Id, details: PersonDetails, *, after: Id | None, actor: Actor) -> Id:
    """Record who the person is and how things stand. What was recorded earlier stays.

    `after`: the details that were changed. Raises Refused (`changed-meanwhile`) where somebody recorded others since.
    """
    actor.check(Permission.INSTRUMENT_RECORD)
    check_logged_on(case, actor.id, clock.now())
    check_details(details, time.local_day(clock.now()))
    newest = Details.objects.filter(case=case).order_by("-recorded_at", "-id").values_list("id", flat=True).first()
    if newest != after:
        raise Refused(
            "changed-meanwhile", "A colleague changed the details meanwhile. Open this page again, and read them first."
        )
    row = Details(id=new_id(), agency=actor.agency, case=case, recorded_by=actor.id, recorded_at=clock.now())
    row.details = column_key().enclose_bytes(canon.encode(details.to_doc()), Details, row.id, "details")
    row.save(force_insert=True)
    append(actor, Verb.DETAILS_RECORDED, case=case, touched=(row,))
    return Id(row.id)


@action
def do_write_note(case: Id, kind: NoteKind, text: str, source: str, *, actor: Actor) -> Id:
    """Write a note about the person of a case, as a fact or an opinion, and where it is from (DPA 2018 s.38)."""
    actor.check(Permission.ALERT_DECIDE)
    check_logged_on(case, actor.id, clock.now())
    check_note(text, source)
    if any((one.text, one.source, one.written_by) == (text, source, actor.id) for one in notes_of(case, 5)):
        raise Refused("note-written", "You wrote this note already. It stands on the overview.")
    row = Note(id=new_id(), agency=actor.agency, case=case, kind=kind, written_by=actor.id, written_at=clock.now())
    row.written = column_key().enclose_bytes(canon.encode({"text": text, "source": source}), Note, row.id, "written")
    row.save(force_insert=True)
    append(actor, Verb.NOTE_WRITTEN, case=case, touched=(row,))
    return Id(row.id)


@action
def do_record_mappa(case: Id, entry: Mappa, *, actor: Actor) -> Id:
    """Record what a MAPPA meeting or review decided. It changes nothing of what is collected (R-LEG-22)."""
    check_mappa(entry, time.local_day(clock.now()))
    return _record(case, EntrySort.MAPPA, Verb.MAPPA_RECORDED, entry.to_doc(), actor=actor)


@action
def do_record_duty(case: Id, duty: Duty, *, actor: Actor) -> Id:
    """Record an order or duty of the person that allows no monitoring, as context."""
    check_duty(duty)
    return _record(case, EntrySort.DUTY, Verb.DUTY_RECORDED, duty.to_doc(), actor=actor)


@action
def do_record_identifier(case: Id, kind: IdentifierKind, text: str, source: str, *, actor: Actor) -> Identifier:
    """Record an identifier of the person, and where it is from: as it was checked, with what to be careful about (R-ID-9).

    Raises Refused where it is no such identifier, where its letter is wrong, or where the case has it (`identifier-there`).
    """
    one = read_identifier(kind, text, time.local_day(clock.now()))
    if not source.strip():
        raise Refused("source-empty", "Enter where the identifier is from.")
    if case in with_identifier([one]):
        raise Refused(
            "identifier-there", "The person has this identifier on record. Change its mark if it is not current."
        )
    doc: dict[str, Json] = {"kind": one.kind, "value": one.value, "typed": one.typed, "source": source}
    doc |= {"cautions": list(one.cautions)}
    _record(
        case,
        EntrySort.IDENTIFIER,
        Verb.IDENTIFIER_RECORDED,
        doc,
        looked_up=lookup_digest(looked_up_by(one)),
        actor=actor,
    )
    return one


@action
def do_record_device(
    case: Id, entry: DeviceEntry, enrolled: Collection[Id], *, photograph: bytes | None = None, actor: Actor
) -> Id:
    """Record a device that the person is known to have, or what is now so of one that is recorded (`core.person.device_register`).

    `enrolled`: the devices of the case that were ever enrolled. `photograph`: an image of its label; None: as it was.
    Raises Refused, and `no-entry` for a device that is not on record.
    """
    recorded = device_entries_of([case]).get(case, {})
    before = recorded.pop(Id(entry.device), None) if entry.device else None
    if entry.device and before is None:
        raise Refused("no-entry", "This device is not on record for the person. Open the record again.")
    entry = replace(entry, photograph=before.photograph, picture=before.picture) if before is not None else entry
    if photograph is not None:
        kind, data = picture(photograph)
        kept_as = document_store().put(column_key().enclose_bytes(data, *photograph_place(case)))
        entry = replace(entry, photograph=kept_as, picture=kind.value)
    check_device_entry(entry, before, recorded.values(), enrolled, time.local_day(clock.now()))
    return _record(case, EntrySort.DEVICE, Verb.DEVICE_RECORDED, entry.to_doc(), actor=actor)


@action
def do_mark_entry(case: Id, entry: Id, standing: Standing, why: str, *, actor: Actor) -> Id:
    """Mark an entry of a person as superseded, wrong, or current again. The entry and its earlier marks stay (R-ID-9)."""
    actor.check(Permission.INSTRUMENT_RECORD)
    check_logged_on(case, actor.id, clock.now())
    now, is_of_one = standing_of(case, entry), is_device(case, entry)
    if now is None:
        raise Refused("no-entry", "This entry is not on record for the person. Open the record again.")
    check_mark(now, standing, why)
    row = EntryMark(id=new_id(), agency=actor.agency, case=case, entry=entry, standing=standing)
    row.marked_by, row.marked_at = actor.id, clock.now()
    row.why = column_key().enclose(why, EntryMark, row.id, "why")
    row.save(force_insert=True)
    append(actor, Verb.ENTRY_MARKED, case=case, touched=(row, *_register(case, is_of_one, actor)))
    return Id(row.id)


def _record(
    case: Id, sort: EntrySort, verb: Verb, doc: Mapping[str, Json], *, looked_up: Digest | None = None, actor: Actor
) -> Id:
    actor.check(Permission.INSTRUMENT_RECORD)
    check_logged_on(case, actor.id, clock.now())
    row = PersonEntry(id=new_id(), agency=actor.agency, case=case, sort=sort, looked_up=looked_up)
    row.recorded_by, row.recorded_at = actor.id, clock.now()
    row.written = column_key().enclose_bytes(canon.encode(dict(doc)), PersonEntry, row.id, "written")
    row.save(force_insert=True)
    append(actor, verb, case=case, touched=(row, *_register(case, sort is EntrySort.DEVICE, actor)))
    return Id(row.id)


def _register(case: Id, is_changed: bool, actor: Actor) -> list[Register]:
    """The devices that the person is known to have, as they now stand, where an entry changed them: for the bundle."""
    if not is_changed:
        return []
    devices = device_entries_of([case]).get(case, {}).values()
    row = Register(id=new_id(), agency=actor.agency, case=case, recorded_at=clock.now())
    row.devices = stored.write(register(devices))
    row.save(force_insert=True)
    return [row]
