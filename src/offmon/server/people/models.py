"""Columns and constraints of people: a case is one supervised person under one lead agency (formats §7).

Rules
- Name and identifiers are *restricted*: encrypted with the agency's column key, read only through `queries` (design §4).
- The reference is the agency's own number for the case. Nothing else identifies the person by it.
- Details and notes are never changed: the newest details count, and every note stays (`core.person.case_notes`).
- An entry is never changed either. Its newest mark says whether it counts (`core.person.entries`).
- An identifier has a digest of a key that the console holds alone. By it a search finds the identifier, and the database discloses none.
"""

from typing import ClassVar, Final

from django.db import models

from offmon.core.log.hours import KnownDevice, RegisterRecord
from offmon.core.person.case_notes import NoteKind
from offmon.core.person.entries import EntrySort, Standing
from offmon.server.base import stored
from offmon.server.base.fields import BytesField, DigestField, EnumField, IdField, MsField, TextField
from offmon.server.base.rows import CaseRow, RecordRow, projects

MAX_REGISTER: Final = 1 << 20
"""Bytes of the devices of one register."""


class Person(CaseRow):
    """The supervised person of a case. `id` is the case's own id: one person, one case, one lead agency."""

    KIND = "person"
    COMMITS = ("reference", "name", "language")

    reference = TextField()
    name = BytesField()
    language = TextField(default="en")

    class Meta:
        """A case has one person, and a reference names one case of an agency."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "reference"], name="person_reference_once"),
            models.CheckConstraint(condition=models.Q(id=models.F("case")), name="person_is_the_case"),
        ]


class Details(CaseRow):
    """Who the person is and how things stand, as somebody recorded it then: `details` is `PersonDetails`, enclosed."""

    KIND = "person-details"
    COMMITS = ("details", "recorded_by", "recorded_at")

    details = BytesField()
    recorded_by = IdField()
    recorded_at = MsField()


class Note(CaseRow):
    """A note, as a fact or an opinion. `written` holds its text and where it is from, enclosed."""

    KIND = "case-note"
    COMMITS = ("kind", "written", "written_by", "written_at")

    kind = EnumField(NoteKind)
    written = BytesField()
    written_by = IdField()
    written_at = MsField()


class PersonEntry(CaseRow):
    """One entry of a person: MAPPA, another duty, an identifier, or a device. `written` is what it says, enclosed."""

    KIND = "person-entry"
    COMMITS = ("sort", "written", "looked_up", "recorded_by", "recorded_at")

    sort = EnumField(EntrySort)
    written = BytesField()
    looked_up = DigestField(null=True, db_index=True)
    recorded_by = IdField()
    recorded_at = MsField()


class Register(RecordRow):
    """The devices that the person is known to have, as an entry or a mark left them: codes alone, for the bundle."""

    KIND = RegisterRecord.KIND
    core: ClassVar = projects(RegisterRecord, devices=lambda row: stored.read(KnownDevice, row.devices, MAX_REGISTER))

    devices = BytesField()
    recorded_at = MsField()


class EntryMark(CaseRow):
    """That an entry is superseded, wrong, or current again. `why` is enclosed."""

    KIND = "person-entry-mark"
    COMMITS = ("entry", "standing", "why", "marked_by", "marked_at")

    entry = IdField()
    standing = EnumField(Standing)
    why = BytesField()
    marked_by = IdField()
    marked_at = MsField()
