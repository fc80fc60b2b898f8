"""Columns and constraints of detectors: each version of a list, and who put it into use (R-AI-1, R-AI-3).

Rules
- One person drafts a version, another approves or refuses it, and the signer signs it. Only a signed version is live.
- `document` is the signed declaration, `entries` what a list matches. Entries leave this table only enclosed to a device's own key.
- A signed version never changes. A pause is a row of its own that nobody can withdraw: two people put a new version into use instead.
- These rows are the agency's, of no case. Each change has its entry in the agency's own run.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from offmon.core.access.roles import Permission
from offmon.core.authority.lists import ListDocument, entries_digest
from offmon.core.formats import codec, dsse
from offmon.core.formats.canon import Json
from offmon.core.ids import Id
from offmon.server.base.fields import BytesField, IdField, MsField, TextField, reference
from offmon.server.base.rows import AgencyRow
from offmon.server.base.sessions import Refusable, SecondPerson, agreed_in_another, refused_by_another


class Version(Refusable, AgencyRow):
    """One version of what the agency signs and devices obey. `why`: what it is for, or what changed and for which reason."""

    COMMITS: ClassVar[tuple[str, ...]] = ("name", "declared", "why", "drafted_by", "approved_by", "document")
    SECOND = SecondPerson(Permission.LIST_APPROVE, *("drafted_by", "begun_at", "approved_by"))

    name = TextField()
    declared = BytesField()
    why = TextField(default="")
    drafted_by = IdField()
    begun_at = MsField()
    approved_by = IdField(null=True)
    document = BytesField(null=True)

    class Meta:
        """Approved or refused by another person; signed only when approved; one row a name and version. Each child's names are its own."""

        abstract = True
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "name"], name="%(class)s_one_of_a_version"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | (Q(drafted_by__isnull=False) & ~Q(approved_by=F("drafted_by"))),
                name="%(class)s_approved_by_another",
            ),
            agreed_in_another("%(class)s_in_another_sitting", agreed_by="approved_by"),
            refused_by_another("%(class)s_refused_by_another", begun_by="drafted_by", agreed_by="approved_by"),
            models.CheckConstraint(
                condition=Q(document=None) | Q(approved_by__isnull=False), name="%(class)s_signed_when_approved"
            ),
        ]

    def is_newest(self) -> bool:
        """Whether nobody drafted the next version: the numbers of a name have no gap."""
        base, _, number = self.name.rpartition("@")
        return not type(self).objects.filter(name=f"{base}@{int(number) + 1}").exists()

    def values(self) -> dict[str, Json]:
        """What is committed of it: what it says by digest, never what it looks for."""
        document = None if self.document is None else dsse.digest_of(self.document)
        return super().values() | {"declared": dsse.digest_of(self.declared), "document": document}


class ListVersion(Version):
    """One version of one list. `list_id` is the list's own id, the same in every version."""

    KIND = "list"
    COMMITS = (*Version.COMMITS, "list_id")

    list_id = IdField()
    entries = BytesField()

    class Meta(Version.Meta):
        """As for every version."""

        db_table = "detectors_list_version"

    def follows(self) -> bool:
        """Whether the entries are the declared ones."""
        return entries_digest(self.entries) == codec.load(ListDocument, self.declared, max_size=dsse.MAX_SIGNED).entries


class ExclusionsVersion(Version):
    """One version of the agency's exclusion list (R-RGT-10), signed like a list."""

    KIND = "exclusions"

    class Meta(Version.Meta):
        """As for every version."""

        db_table = "detectors_exclusions_version"


class Pause(AgencyRow):
    """That a signed list version is in use no longer, since when, by whom, and why."""

    KIND = "list-pause"
    COMMITS = ("version", "paused_by", "paused_at", "reason")

    version = reference("detectors.ListVersion")
    version_id: Id
    paused_by = IdField()
    paused_at = MsField()
    reason = TextField()

    class Meta:
        """Once a version, and never without a reason."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version"], name="pause_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="pause_has_reason"),
        ]
