"""Columns and constraints of end certificates: what the agency says, the entries that prove it, and that it was handed over.

Rules
- There is one for each deployment that has ended. A trigger refuses one of a deployment that has not.
- `facts` is what the person reads, and the log names its digest. `shown`: the entries and records, without their places in the log.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from offmon.core.authority.standstill import HandedHow
from offmon.core.bundle.end_certificate import KIND, EndFacts
from offmon.core.formats import codec, dsse
from offmon.server.base.fields import BytesField, DigestField, EnumField, IdField, MsField
from offmon.server.base.rows import CaseRow

MAX_FACTS = 1 << 20


class EndCertificate(CaseRow):
    """The certificate of one deployment's end."""

    KIND = KIND
    COMMITS = ("deployment", "digest", "made_by", "made_at", "handed_by", "handed_at", "how")
    BULKY = ("shown",)

    deployment = IdField()
    digest = DigestField()
    facts = BytesField()
    shown = BytesField()
    made_by = IdField()
    made_at = MsField()
    handed_by = IdField(null=True)
    handed_at = MsField(null=True)
    how = EnumField(HandedHow, null=True)

    class Meta(CaseRow.Meta):
        """One a deployment; handed over by somebody, at a time, in a way."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["deployment"], name="end_certificate_once"),
            models.CheckConstraint(
                condition=Q(handed_by=None, handed_at=None, how=None)
                | Q(handed_by__isnull=False, handed_at__isnull=False, how__isnull=False),
                name="end_certificate_handed_whole",
            ),
        ]

    def follows(self) -> bool:
        """Whether the facts are the ones that were committed to."""
        return dsse.digest_of(self.facts) == self.digest

    def read(self) -> EndFacts:
        """The facts."""
        return codec.load(EndFacts, self.facts, max_size=MAX_FACTS)
