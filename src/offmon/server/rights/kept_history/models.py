"""Columns and constraints of openings of a kept history. No column holds anything of the history itself, and no table could.

Rules
- Ingest stores what a device signed, of a device of that very case. The vault takes none of it on ingest's word.
- One request is opened once, by one officer, with a reason and the person there. The keys lie enclosed to the device alone.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from offmon.core.formats import dsse
from offmon.core.formats.kept_history import number_of
from offmon.server.base.fields import BoolField, BytesField, DigestField, IdField, IntField, MsField, TextField
from offmon.server.base.rows import CaseRow


class HistoryAsk(CaseRow):
    """A request of a person's device, as it was signed: how many entries, from which day to which, and the enclosed keys."""

    KIND = "history-ask"
    COMMITS = ("device", "digest", "asked_at", "entries", "first_on", "last_on")

    device = IdField()
    digest = DigestField()
    signed = BytesField()
    asked_at = MsField()
    entries = IntField()
    first_on = MsField()
    last_on = MsField()

    class Meta(CaseRow.Meta):
        """A document is one request, and its days are in order."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "digest"], name="history_ask_once"),
            models.CheckConstraint(
                condition=Q(first_on__lte=models.F("last_on"), entries__gt=0), name="history_ask_ordered"
            ),
        ]

    def follows(self) -> bool:
        """Whether the document is the one that was committed to."""
        return dsse.digest_of(self.signed) == self.digest

    @property
    def number(self) -> str:
        """The four digits that the device shows too."""
        return number_of(self.digest)


class HistoryOpening(CaseRow):
    """An officer's request to the vault, at a visit: who else is there, and why."""

    KIND = "history-opening"
    COMMITS = ("ask", "asked_by", "asked_in", "asked_at", "present", "others", "reason")

    ask = IdField()
    asked_by = IdField()
    asked_in = IdField(null=True)
    asked_at = MsField()
    present = BoolField()
    others = TextField()
    reason = TextField()

    class Meta(CaseRow.Meta):
        """The person is there, and there is a reason."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(present=True, reason__gt=""), name="history_opening_with_the_person")
        ]


class HistoryKeys(CaseRow):
    """The keys of one request, each enclosed to its device: made once, by the vault."""

    KIND = "history-keys"
    COMMITS = ("ask", "opening", "digest", "made_at")

    ask = IdField(unique=True)
    opening = IdField()
    digest = DigestField()
    sealed = BytesField()
    made_at = MsField()

    def follows(self) -> bool:
        """Whether the answer is the one that was committed to."""
        return dsse.digest_of(self.sealed) == self.digest
