"""Columns and constraints of evidence: the request rows by which a body may be opened (design §5).

Rules
- A reveal is asked by one person, for one leaf of one alert, with a reason, and is used once: the vault's own entry carries its id.
- An export is asked by one and approved by another, in the constraint too; its bundle lies enclosed until it is ready.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from offmon.core import records
from offmon.core.canon import Json
from offmon.core.states import ExportState
from offmon.server.base.fields import BytesField, DigestField, EnumField, IdField, IntField, MsField, TextField
from offmon.server.base.rows import CaseRow


class Reveal(CaseRow):
    """A request to open one body."""

    KIND = records.Reveal.KIND

    alert = IdField()
    leaf = IdField()
    device = IdField()
    epoch = IdField()
    n = IntField()
    asked_by = IdField()
    asked_at = MsField()
    reason = TextField()

    def core(self) -> records.Reveal:
        """The record of `core` that this row projects."""
        place = records.LeafPlace(self.device, self.epoch, self.n)
        return records.Reveal(self.id, self.alert, place, self.asked_by, self.asked_at, self.reason)

    def values(self) -> dict[str, Json]:
        """What is committed of it."""
        return records.values_of(self.core())


class RevealUse(CaseRow):
    """That a reveal was used, once: written by the vault in the transaction of its own entry."""

    KIND = "reveal-use"

    reveal = IdField(unique=True)

    def values(self) -> dict[str, Json]:
        """What is committed of it."""
        return {"id": self.id, "reveal": self.reveal}


class Export(CaseRow):
    """A bundle for a recipient. `bundle` lies enclosed to the vault's own export key until it is downloaded through the vault."""

    KIND = records.Export.KIND

    state = EnumField(ExportState, default=ExportState.ASKED)
    asked_by = IdField()
    asked_at = MsField()
    reason = TextField()
    recipient = TextField()
    opened_since = MsField()
    opened_until = MsField()
    manifest = DigestField(null=True)
    approved_by = IdField(null=True)
    approved_at = MsField(null=True)

    class Meta:
        """Approved by another than who asked (design §5)."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_at=None)
                | (
                    Q(approved_by__isnull=False, approved_at__isnull=False, manifest__isnull=False)
                    & ~Q(approved_by=F("asked_by"))
                ),
                name="export_approved_by_another",
            ),
        ]

    def core(self) -> records.Export:
        """The record of `core` that this row projects."""
        return records.Export(
            id=self.id,
            state=self.state,
            asked_by=self.asked_by,
            asked_at=self.asked_at,
            reason=self.reason,
            recipient=self.recipient,
            opened_since=self.opened_since,
            opened_until=self.opened_until,
            manifest=self.manifest,
            approved_by=self.approved_by,
            approved_at=self.approved_at,
        )

    def values(self) -> dict[str, Json]:
        """What is committed of it."""
        return records.values_of(self.core())


class EnclosedPayload(CaseRow):
    """A built payload, enclosed: what the approver's manifest digest is of. Written by the vault, read by the vault."""

    KIND = "enclosed-payload"

    export = IdField(unique=True)
    last = IntField()
    ciphertext = BytesField()

    def values(self) -> dict[str, Json]:
        """What is committed of it."""
        return {"id": self.id, "export": self.export, "last": self.last}
