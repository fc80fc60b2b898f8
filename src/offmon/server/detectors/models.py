"""Columns and constraints of detectors: what looks, in which version, and who put it into use (R-AI-1, R-AI-3).

Rules
- A list version is drafted by one and approved by another, then signed by the signer; only a signed one is live.
- `document` is the signed declaration, `entries` what it looks for. Entries leave this table only enclosed to a device's own key.
- These rows are the agency's, of no case; each change has its entry in the agency's own run.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from offmon.core import dsse
from offmon.core.canon import Json
from offmon.server.base.fields import BytesField, IdField, TextField
from offmon.server.base.rows import AgencyRow


class ListVersion(AgencyRow):
    """One version of one list. `list_id` is the list's own id, the same in every version."""

    KIND = "list"

    list_id = IdField()
    name = TextField()
    declared = BytesField()
    entries = BytesField()
    drafted_by = IdField()
    approved_by = IdField(null=True)
    document = BytesField(null=True)

    class Meta:
        """Approved by another person; signed only when approved; one row a name and version."""

        db_table = "detectors_list_version"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "name"], name="list_one_of_a_version"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("drafted_by")), name="list_approved_by_another"
            ),
            models.CheckConstraint(
                condition=Q(document=None) | Q(approved_by__isnull=False), name="list_signed_when_approved"
            ),
        ]

    def values(self) -> dict[str, Json]:
        """What is committed of it: what it says by digest, never what it looks for."""
        return {
            "id": self.id,
            "list_id": self.list_id,
            "name": self.name,
            "declared": dsse.digest_of(self.declared),
            "drafted_by": self.drafted_by,
            "approved_by": self.approved_by,
            "document": None if self.document is None else dsse.digest_of(self.document),
        }


class ExclusionsVersion(AgencyRow):
    """One version of the agency's exclusion list (R-RGT-10), signed like a list."""

    KIND = "exclusions"

    name = TextField()
    declared = BytesField()
    drafted_by = IdField()
    approved_by = IdField(null=True)
    document = BytesField(null=True)

    class Meta:
        """As for lists."""

        db_table = "detectors_exclusions_version"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "name"], name="exclusions_one_of_a_version"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("drafted_by")), name="exclusions_approved_by_another"
            ),
            models.CheckConstraint(
                condition=Q(document=None) | Q(approved_by__isnull=False), name="exclusions_signed_when_approved"
            ),
        ]

    def values(self) -> dict[str, Json]:
        """What is committed of it: what it says by digest, never what it looks for."""
        return {
            "id": self.id,
            "name": self.name,
            "declared": dsse.digest_of(self.declared),
            "drafted_by": self.drafted_by,
            "approved_by": self.approved_by,
            "document": None if self.document is None else dsse.digest_of(self.document),
        }
