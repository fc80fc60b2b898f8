"""Columns and constraints of intake: what devices have sent, as it was sent (formats §6, §8).

Rules
- A leaf row keeps the hashed bytes. The other columns are projections for gate 2, triage and figures (design §4).
- A refused leaf, and one that we lost, keep their place and hash, never content. Leaf hashes are never deleted; bodies and salts may be.
- One batch, one audit entry: it names the batch and so covers the batch's rows (design §1.5).
- Nonce is a directory row: a replay is detected before the device's scope is opened. So are Liveness, since the worker writes a heartbeat's
  one entry a device and day, and Refusal and Stranger, which only count.
"""

from enum import StrEnum
from typing import ClassVar

from django.db import models

from offmon.core.authority.capability import FOLLOWING, Capability
from offmon.core.formats.event import GapLeaf, Gravity
from offmon.core.log.records import BatchRecord
from offmon.server.base.fields import BytesField, DigestField, EnumField, IdField, IntField, MsField, TextField
from offmon.server.base.rows import CaseRow, DirectoryRow, RecordRow, projects
from offmon.server.intake.copies import Copies, copies_of, read
from offmon.server.intake.devices.models import DeviceFinding, Hours, Served  # noqa: F401  # where Django looks for models
from offmon.server.intake.quarantine.models import (  # noqa: F401  # where Django looks for models
    LateDecision,
    Quarantine,
    QuarantineItem,
)


class Held(StrEnum):
    """What is held of a leaf: all of it, or its place and hash only."""

    HELD = "held"
    REFUSED = "refused"
    ERASED = "erased"
    LOST = "lost"
    """It was received once, as our own receipt says, and we lost it: a backup was restored, and the device had forgotten it by then."""


class Journal(CaseRow):
    """The known head of one epoch of one device: size and the peaks of its tree (32 bytes each, largest first).

    `number` counts a device's epochs from 0; the one with the highest is open, the others are closed. `checkpoint` is the device's own
    signed commitment to this head.
    """

    KIND = "journal"
    COMMITS = ("device", "epoch", "number", "size", "peaks")

    device = IdField()
    epoch = IdField()
    number = IntField()
    size = IntField()
    peaks = BytesField()
    checkpoint = BytesField()

    class Meta:
        """One head an epoch, and one epoch a number."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["device", "epoch"], name="journal_one_head"),
            models.UniqueConstraint(fields=["device", "number"], name="journal_one_epoch_a_number"),
        ]


class Batch(RecordRow):
    """One batch as received: the leaves that were new in it."""

    KIND = BatchRecord.KIND
    core: ClassVar = projects(BatchRecord)

    device = IdField()
    epoch = IdField()
    first = IntField()
    size = IntField()
    root = DigestField()
    checkpoint = DigestField()
    received_at = MsField()
    silent_since = MsField(null=True)
    silent_until = MsField(null=True)
    clock_offset_ms = IntField(null=True)

    class Meta:
        """The same batch is stored once (formats §6)."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["device", "epoch", "size"], name="batch_once")]


class Leaf(CaseRow):
    """One leaf of a journal. `document` is what the device hashed (envelope, gap or note) under `salt`; the salt is the leaf's own.

    `commit` and `ciphertext_digest` are all that the leaf's hash is made of, and stay when the rest is refused or erased. `event_at` is
    corrected by the device's offset; `document` has it raw.
    """

    KIND = "leaf"
    COMMITS = ("commit",)  # its device committed to it in the journal; the audit entry names its batch
    SUBJECT = "batch"
    BULKY = ("ciphertext",)

    batch = IdField(db_index=True)
    device = IdField()
    epoch = IdField()
    n = IntField()
    kind = TextField()
    commit = DigestField()
    ciphertext_digest = DigestField()
    held = EnumField(Held)
    why = TextField(null=True)
    document = BytesField(null=True)
    ciphertext = BytesField(null=True)
    event_at = MsField(null=True)
    deployment = IdField(null=True)
    capability = EnumField(Capability, null=True)
    list_name = TextField(null=True)
    rule = TextField(null=True)
    gravity = EnumField(Gravity, null=True)

    class Meta:
        """One leaf a place; what is not held has no content or salt; a refusal says why. To find what follows a finding, and gaps."""

        indexes: ClassVar = [
            models.Index(
                fields=["device", "event_at"], condition=models.Q(capability__in=FOLLOWING), name="leaf_that_follows"
            ),
            models.Index(fields=["device", "event_at"], condition=models.Q(kind=GapLeaf.KIND), name="leaf_gaps"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["device", "epoch", "n"], name="leaf_one_a_place"),
            models.CheckConstraint(
                condition=models.Q(held=Held.HELD.value, document__isnull=False, why=None)
                | models.Q(
                    ~models.Q(held=Held.HELD.value),
                    salt=b"",
                    document=None,
                    ciphertext=None,
                    event_at=None,
                    deployment=None,
                    capability=None,
                    list_name=None,
                    rule=None,
                    gravity=None,
                ),
                name="leaf_not_held_has_no_content",
            ),
            models.CheckConstraint(
                condition=~models.Q(held=Held.REFUSED.value) | models.Q(why__isnull=False), name="leaf_refused_says_why"
            ),
        ]

    def follows(self) -> bool:
        """Whether it is the leaf of its place, and its copies are its document's, where that is held."""
        if self.held is not Held.HELD:
            return True
        said, commit = read(self.kind, self.document or b"", self.salt)
        place = self.device, self.epoch, self.n
        copies = tuple(getattr(self, name) for name in Copies._fields)
        return (said.device, said.epoch, said.n) == place and commit == self.commit and copies == copies_of(said)


class Nonce(DirectoryRow):
    """A nonce that a device has used, until its signature has expired."""

    keyid = TextField()
    nonce = TextField()
    expires_at = MsField(db_index=True)

    class Meta:
        """Once."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["keyid", "nonce"], name="nonce_once")]


class Liveness(DirectoryRow):
    """When a device was last heard of, and how long its journal was. The only thing that a heartbeat writes (formats §6).

    `beat_at`: when its last heartbeat came, which no finding moves. `behind_since`: since when its heartbeats stand for less of its journal
    than the agency holds. `boot`: the agent's run that was heard. `silent_since`, `silent_until`: between an earlier run and this
    one, until a batch says it. The other columns are what tasks about the device rest on (`core/person/stopped.py`). `stopped_at`: it
    said last that it stopped. `browser_at`: it first sent something that takes a browser.
    """

    agency = IdField(db_index=True)
    device = IdField(unique=True)
    heard_at = MsField()
    beat_at = MsField(null=True)
    behind_since = MsField(null=True)
    boot = IdField(null=True)
    silent_since = MsField(null=True)
    silent_until = MsField(null=True)
    epoch = IdField()
    size = IntField()
    stopped_at = MsField(null=True)
    removed_at = MsField(null=True)
    browser_at = MsField(null=True)
    clock_off_since = MsField(null=True)
    release = DigestField(null=True)
    release_since = MsField(null=True)


class Refusal(DirectoryRow):
    """Refusals of one device for one reason: how many since the last entry, and when that was (formats §7, at most one a minute)."""

    agency = IdField()
    device = IdField()
    reason = TextField()
    since_entry = IntField()
    entered_at = MsField()

    class Meta:
        """One counter a device and reason."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["device", "reason"], name="refusal_one_counter")]


class Stranger(DirectoryRow):
    """How many requests of one day came from no device of ours, by reason. Nothing of who sent them (R-SEC-15)."""

    day = MsField()
    reason = TextField()
    count = IntField()

    class Meta:
        """One counter a day and reason."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["day", "reason"], name="stranger_one_counter")]
