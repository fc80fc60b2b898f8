"""Columns and constraints of rights: portal access, the person's sessions, and what they asked for.

Rules
- A PersonAccess is of one case, made by an officer or by one of the case's devices, never both. An officer's ends the one before at once, a
  device's when it is used (`queries.standing`). Code and PIN are kept as keyed hashes.
- A device's is kept as it was signed. Its `code` is the digest over the document's name and code, and never occurs twice. Only the portal
  uses it, and takes nothing on ingest's word (`core/access/portal_access.check`).
- AccessName, PersonSitting and FailedTry are directory rows, read before the case is known. Each holds keyed hashes, ids and times.
- A person's own words in a request are enclosed with the person's key (`base/columns`).
"""

from typing import ClassVar

from django.db import models

from offmon.core.formats import dsse
from offmon.core.formats.canon import Json
from offmon.core.ids import Id
from offmon.core.person.deadlines import RequestKind
from offmon.server.base.attempts import Try
from offmon.server.base.fields import (
    BytesField,
    DigestField,
    EnumField,
    IdField,
    IntField,
    MsField,
    TextField,
    reference,
)
from offmon.server.base.rows import CaseRow, DirectoryRow
from offmon.server.rights.destruction.models import Destruction  # noqa: F401  # where Django looks for models
from offmon.server.rights.end_certificates.models import EndCertificate  # noqa: F401
from offmon.server.rights.kept_history.models import HistoryAsk  # noqa: F401
from offmon.server.rights.requests.models import RequestStep  # noqa: F401
from offmon.server.rights.restrictions.models import Restriction  # noqa: F401


class PersonAccess(CaseRow):
    """A way in for the person of a case: a code that counts once, then the PIN that they chose with it.

    `made_by`: the officer; None where the person's `device` drew it, whose signed document is `drawn`.
    """

    KIND = "person-access"
    COMMITS = ("made_by", "device", "drawn", "made_at", "code", "tries", "used_at", "pin")

    made_by = IdField(null=True)
    device = IdField(null=True)
    drawn = BytesField(null=True)
    made_at = MsField()
    code = BytesField()
    tries = IntField(default=0)
    used_at = MsField(null=True)
    pin = TextField(null=True)

    class Meta:
        """Who made it is one of two. A PIN is there once the code was used, and never before. What a device drew is there once."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(made_by__isnull=False, device=None, drawn=None)
                | models.Q(made_by=None, device__isnull=False, drawn__isnull=False),
                name="access_by_officer_or_device",
            ),
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(device__isnull=False), name="access_drawn_once"
            ),
            models.CheckConstraint(
                condition=models.Q(used_at=None, pin=None) | models.Q(used_at__isnull=False, pin__isnull=False),
                name="access_pin_by_its_code",
            ),
            models.CheckConstraint(condition=models.Q(tries__range=(0, 5)), name="access_five_tries"),
        ]

    def values(self) -> dict[str, Json]:
        """What is committed of it: code and PIN as the keyed hashes that lie in the row, what a device drew by its digest."""
        return super().values() | {"drawn": None if self.drawn is None else dsse.digest_of(self.drawn)}


class AccessName(DirectoryRow):
    """To which way in a sign-in name leads, by its keyed hash; to a device's that was not used yet, the digest that it said."""

    name = BytesField(unique=True)
    agency = reference("agencies.Agency")
    agency_id: Id
    case = IdField()
    access = IdField()


class PersonSitting(DirectoryRow):
    """A person at one browser, by the hash of what its cookie holds."""

    token = DigestField(unique=True)
    agency = IdField()
    case = IdField()
    access = IdField()
    session = IdField()
    began_at = MsField(db_index=True)
    seen_at = MsField()


class FailedTry(Try):
    """A try of a way in that failed, or that nobody has shown to be right yet."""


class Request(CaseRow):
    """What the person asked for. Its clock is worked out from kind and day of receipt (`core.person.deadlines`)."""

    KIND = "rights-request"
    COMMITS = ("kind", "reference", "words", "received_at")

    kind = EnumField(RequestKind)
    reference = TextField()
    words = BytesField()
    received_at = MsField()

    class Meta:
        """A reference leads to one request."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["agency", "reference"], name="request_reference_once")]
