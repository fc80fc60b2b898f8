"""Columns and constraints of intake: what devices have sent, as it was sent (formats §6, §8).

Rules
- A leaf row keeps the bytes that were hashed. Columns beside them are projections for gate 2, triage and figures (design §4).
- A refused leaf keeps its place and its hash, never its content. Leaf hashes are never deleted; bodies and salts may be.
- One batch, one audit entry: the rows of a batch are covered by the entry that names the batch (design §1.5).
- Nonce is a directory row: a request is judged replayed before its device's scope is opened.
"""

from typing import ClassVar

from django.db import models

from offmon.core.canon import Json
from offmon.core.records import BatchRecord, values_of
from offmon.server.base.fields import BytesField, DigestField, IdField, IntField, MsField, TextField
from offmon.server.base.rows import CaseRow, DirectoryRow


class Held(models.TextChoices):
    """What is held of a leaf."""

    HELD = "held"
    REFUSED = "refused"
    ERASED = "erased"


class Journal(CaseRow):
    """The known head of one epoch of one device: size and the peaks of its tree (32 bytes each, largest first)."""

    KIND = "journal"

    device = IdField()
    epoch = IdField()
    size = IntField(default=0)
    peaks = BytesField(default=b"")
    checkpoint = BytesField(null=True)

    class Meta:
        """One head an epoch."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["device", "epoch"], name="journal_one_head")]

    def values(self) -> dict[str, Json]:
        """What is committed of it."""
        return {"id": self.id, "device": self.device, "epoch": self.epoch, "size": self.size, "peaks": self.peaks.hex()}


class Batch(CaseRow):
    """One batch as received."""

    KIND = BatchRecord.KIND

    device = IdField()
    epoch = IdField()
    first = IntField()
    size = IntField()
    root = DigestField()
    checkpoint = DigestField()
    received_at = MsField()

    class Meta:
        """The same batch is stored once (formats §6)."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["device", "epoch", "size"], name="batch_once")]

    def core(self) -> BatchRecord:
        """The record of `core` that this row projects."""
        return BatchRecord(
            self.id,
            self.device,
            self.epoch,
            self.first,
            self.size,
            self.root,
            self.checkpoint,
            self.received_at,
        )

    def values(self) -> dict[str, Json]:
        """What is committed of it."""
        return values_of(self.core())


class Leaf(CaseRow):
    """One leaf of a journal. `document` is the leaf as received (envelope or gap or note, its salt), without its ciphertext."""

    KIND = "leaf"
    SUBJECT = "batch"

    batch = IdField()
    device = IdField()
    epoch = IdField()
    n = IntField()
    kind = TextField()
    commit = BytesField()
    ciphertext_digest = BytesField()
    held = TextField()
    why = TextField(null=True)
    document = BytesField(null=True)
    ciphertext = BytesField(null=True)
    event_at = MsField(null=True)
    capability = TextField(null=True)
    list_name = TextField(null=True)
    rule = TextField(null=True)
    gravity = TextField(null=True)
    deployment = IdField(null=True)

    class Meta:
        """One leaf a place; a refused one has no content."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["device", "epoch", "n"], name="leaf_one_a_place"),
            models.CheckConstraint(
                condition=models.Q(held="held", document__isnull=False) | models.Q(document=None, ciphertext=None),
                name="leaf_refused_has_no_content",
            ),
        ]

    def values(self) -> dict[str, Json]:
        """A leaf is committed by its device, in the journal; the audit entry names its batch."""
        return {"id": self.id, "commit": self.commit.hex()}


class Nonce(DirectoryRow):
    """A nonce that a device has used, until its signature has expired."""

    keyid = TextField()
    nonce = TextField()
    expires_at = MsField(db_index=True)

    class Meta:
        """Once."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["keyid", "nonce"], name="nonce_once")]


class Liveness(CaseRow):
    """When a device was last heard of. The only thing that a heartbeat writes (formats §6)."""

    KIND = "liveness"

    device = IdField(unique=True)
    heard_at = MsField()
    size = IntField()

    def values(self) -> dict[str, Json]:
        """What is committed of it."""
        return {"id": self.id, "device": self.device, "heard_at": self.heard_at, "size": self.size}
