"""The log's tables: columns and constraints. Every table of the log is insert-only, for its owner too.

Rules (formats §7)
- `Entry.doc` holds the committed bytes; the other columns are projections of it, for searches. The trigger `whole` compares document,
  columns and commitment: an unreadable entry would spoil every bundle of its case for good. So the rows that the backstop lets through
  (`touched`, by table) are those that the document names (by kind).
- Two more columns of `Entry` are in the migration only: `xid`, the transaction that wrote it, and `place`, its order within that. The
  database alone writes them, so no process need be trusted with them.
- The verbs and kinds of record that its triggers know stand in two more tables of the database alone. `migrate` fills them from what the
  code declares (`declared.py`).
- A sequencing row gives an entry its place in its run and in the log. The tree holds `record`. One entry, one place.
- The log's C2SP files are views of sequencing rows and nodes: never ahead of the rows, never behind. One node is stored for each 256
  entries, and a partial tile costs no storage. A checkpoint is stored when signed, and again when cosigned. Nothing is updated.
- A sealed day holds its leaves (hashes and random numbers), and its entry's bytes and salt. None identifies a person, so a reader of one
  case can prove a line of it. The line itself is in `SealedLook`, a row of its case.
- A `LogSample` says what was drawn, from what and by which seed; a `SampledLook` what came of one look of it. Neither changes.
- A `LogReading` opens the agency's log to who reads it. It is a row of the agency, with an entry that names it.
"""

from typing import Any

from django.db import models
from django.db.models import Q

from offmon.core.access.roles import Role
from offmon.core.ids import Id
from offmon.core.log.audit import EntryOutcome, Operation, Verb
from offmon.core.log.look_ups import Finding, Picked
from offmon.core.log.reading import ReadingPurpose
from offmon.core.log.samples import Mark
from offmon.server.base.fields import (
    BytesField,
    DigestField,
    EnumField,
    IdField,
    IntField,
    MsField,
    TextField,
    TextsField,
)
from offmon.server.base.ids import new_id, new_salt
from offmon.server.base.rows import AgencyRow, LogRow

# The verbs that `Verb.is_look` says, as the database has them.
IS_LOOK = Q(operation=Operation.CONSULTATION.value) | Q(verb=Verb.REVEAL_ASKED.value)


class Entry(LogRow):
    """One audit entry. `core.log.audit.AuditEntry` says what its fields mean."""

    id = IdField(primary_key=True, default=new_id)
    agency = IdField()
    case = IdField(null=True)
    at = MsField()
    verb = EnumField(Verb)
    operation = EnumField(Operation)
    outcome = EnumField(EntryOutcome)
    actor = IdField()
    actor_role = EnumField(Role)
    actor_team = IdField(null=True)
    session = IdField(null=True)
    request = IdField(null=True)
    reason = TextField(null=True)
    recipient = TextField(null=True)
    alert = IdField(null=True)
    decision = IdField(null=True)
    manifest = DigestField(null=True)
    touched = TextsField()  # `table:id` of each row that the entry accounts for: what the backstop looks for
    doc = BytesField()
    salt = BytesField(default=new_salt)
    commit = DigestField()

    class Meta:
        """Its words are of those that a reader knows: an entry that said another could not be read again.

        Each index ends in time and id, by which a reader of the log goes on from page to page. The last is of looks at a person alone.
        """

        indexes = [  # noqa: RUF012  # Django's own form
            models.Index(fields=["agency", "at", "id"], name="audit_entry_in_time"),
            models.Index(fields=["case", "at", "id"], name="audit_entry_of_case"),
            models.Index(fields=["actor", "at", "id"], name="audit_entry_of_actor"),
            models.Index(fields=["agency", "verb", "at", "id"], name="audit_entry_of_verb"),
            models.Index(
                fields=["case", "at", "id"],
                condition=IS_LOOK,
                name="audit_entry_look",
            ),
        ]
        constraints = [  # noqa: RUF012  # Django's own form
            models.CheckConstraint(
                condition=Q(
                    outcome__in=[one.value for one in EntryOutcome], actor_role__in=[one.value for one in Role]
                ),
                name="audit_outcome_and_role_known",
            ),
        ]


class Sequenced(LogRow):
    """An entry's place: `number` in its `run` (the case's id, or the agency's for its own run), `index` in the agency's log."""

    entry_id: Id
    entry: "models.OneToOneField[Any, Any]" = models.OneToOneField(
        Entry, models.PROTECT, primary_key=True, related_name="place"
    )
    agency = IdField()
    index = IntField()
    run = IdField()
    number = IntField()
    previous = BytesField()
    record = BytesField()

    class Meta:
        """No two entries in one place."""

        constraints = [  # noqa: RUF012  # Django's own form
            models.UniqueConstraint(fields=["agency", "index"], name="audit_one_entry_an_index"),
            models.UniqueConstraint(fields=["agency", "run", "number"], name="audit_one_entry_a_number"),
            models.CheckConstraint(condition=models.Q(index__gte=0, number__gte=0), name="audit_counted_from_0"),
        ]


class Node(LogRow):
    """The hash over 256^`level` neighbouring leaves, number `index` of its level (from 1: level 0 is the records' own hashes)."""

    id = IdField(primary_key=True, default=new_id)
    agency = IdField()
    level = IntField()
    index = IntField()
    hash = BytesField()

    class Meta:
        """One hash in one place."""

        constraints = [  # noqa: RUF012  # Django's own form
            models.UniqueConstraint(fields=["agency", "level", "index"], name="audit_one_hash_a_node"),
            models.CheckConstraint(condition=models.Q(level__gte=1, index__gte=0), name="audit_node_in_tree"),
        ]


class Checkpoint(LogRow):
    """The log at one size, as a signed note; with a witness's signature too where `cosigned_at` (the witness's time) is set."""

    id = IdField(primary_key=True, default=new_id)
    agency = IdField()
    size = IntField()
    note = BytesField()
    cosigned_at = MsField(null=True)

    class Meta:
        """Signed once and cosigned once a size: two notes of one size would be a fork to be explained."""

        constraints = [  # noqa: RUF012  # Django's own form
            models.UniqueConstraint(
                fields=["agency", "size"], condition=models.Q(cosigned_at=None), name="audit_signed_once_a_size"
            ),
            models.UniqueConstraint(
                fields=["agency", "size"], condition=~models.Q(cosigned_at=None), name="audit_cosigned_once_a_size"
            ),
        ]


class SealedLook(LogRow):
    """A line of who looked, as the person of the case is told it (`core.log.consultations`), and the salt that opens its leaf."""

    id = IdField(primary_key=True, default=new_id)
    agency = IdField()
    case = IdField()
    on = MsField()
    role = EnumField(Role)
    team = IdField(null=True)
    team_name = TextField(null=True)
    what = EnumField(Verb)
    salt = BytesField(default=new_salt)
    commit = DigestField()

    class Meta:
        """Found by its case and day."""

        indexes = [models.Index(fields=["case", "on"], name="audit_look_of_day")]  # noqa: RUF012  # Django's own form


class SealedDay(LogRow):
    """A day whose lines are sealed: the leaves (32 bytes each), and the entry that says so."""

    id = IdField(primary_key=True, default=new_id)
    agency = IdField()
    on = MsField()
    leaves = BytesField()
    entry = IdField()
    doc = BytesField()
    salt = BytesField()

    class Meta:
        """Once a day."""

        constraints = [  # noqa: RUF012  # Django's own form
            models.UniqueConstraint(fields=["agency", "on"], name="audit_sealed_once_a_day")
        ]


class LogReading(AgencyRow):
    """That somebody reads the log, for which of the four purposes, and to find out what. It opens the log to their session for an hour."""

    KIND = "log-reading"
    COMMITS = ("read_by", "session", "purpose", "question", "begun_at")

    read_by = IdField()
    session = IdField()
    purpose = EnumField(ReadingPurpose)
    question = TextField()
    begun_at = MsField()

    class Meta:
        """For one of the four purposes, with a question. Found by who reads."""

        indexes = [models.Index(fields=["agency", "read_by", "begun_at"], name="log_reading_of")]  # noqa: RUF012  # Django's own form
        constraints = [  # noqa: RUF012  # Django's own form
            models.CheckConstraint(
                condition=Q(purpose__in=[one.value for one in ReadingPurpose]), name="log_reading_for_a_purpose"
            ),
            models.CheckConstraint(condition=~Q(question=""), name="log_reading_asks_something"),
        ]


class LookUpPicked(AgencyRow):
    """That a look-up is to be examined: by which entry, whose, about which case (None: several, or a search), why; and what came of it."""

    KIND = "look-up"
    COMMITS = ("entry", "staff", "about", "at", "why", "picked_at", "examined_by", "examined_at", "finding", "note")

    entry = IdField()
    staff = IdField()
    about = IdField(null=True)
    at = MsField()
    why = EnumField(Picked)
    picked_at = MsField()
    examined_by = IdField(null=True)
    examined_at = MsField(null=True)
    finding = EnumField(Finding, null=True)
    note = TextField(default="")

    class Meta:
        """An entry is picked once for a reason. It is examined by another person than who looked, with a note."""

        indexes = [models.Index(fields=["agency"], condition=Q(examined_at=None), name="look_up_waits")]  # noqa: RUF012  # Django's own form
        constraints = [  # noqa: RUF012  # Django's own form
            models.UniqueConstraint(fields=["agency", "entry", "why"], name="look_up_picked_once"),
            models.CheckConstraint(
                condition=Q(examined_by=None, examined_at=None, finding=None, note="")
                | Q(examined_by__isnull=False, examined_at__isnull=False, finding__isnull=False)
                & ~Q(note="")
                & ~Q(examined_by=models.F("staff")),
                name="look_up_examined_whole",
            ),
        ]


class LogSample(AgencyRow):
    """A draw of looks (`core.log.samples`): of which time and team, how many were asked for, from how many, under which checkpoint."""

    KIND = "log-sample"
    COMMITS = ("drawn_by", "drawn_at", "since", "until", "team", "asked_for", "drawn_from", "size", "seed", "entries")

    drawn_by = IdField()
    drawn_at = MsField()
    since = MsField()
    until = MsField()
    team = IdField(null=True)
    asked_for = IntField()
    drawn_from = IntField()
    size = IntField()
    seed = DigestField()
    entries = TextsField()

    class Meta:
        """Found by when it was drawn."""

        indexes = [models.Index(fields=["agency", "drawn_at"], name="log_sample_in_time")]  # noqa: RUF012  # Django's own form


class SampledLook(AgencyRow):
    """What came of one look of a sample: whose it was and at whom, explained or to ask about, and how somebody knows."""

    KIND = "sampled-look"
    COMMITS = ("sample", "entry", "staff", "about", "at", "mark", "note", "marked_by", "marked_at")

    sample = IdField()
    entry = IdField()
    staff = IdField()
    about = IdField()
    at = MsField()
    mark = EnumField(Mark)
    note = TextField()
    marked_by = IdField()
    marked_at = MsField()

    class Meta:
        """Once a sample, with a note, by another than who looked."""

        constraints = [  # noqa: RUF012  # Django's own form
            models.UniqueConstraint(fields=["agency", "sample", "entry"], name="sampled_look_marked_once"),
            models.CheckConstraint(
                condition=~Q(note="") & ~Q(marked_by=models.F("staff")), name="sampled_look_marked_whole"
            ),
        ]
