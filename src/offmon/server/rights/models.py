"""Columns and constraints of rights: a person's way in, their sittings, and what they asked for.

Rules
- A PersonAccess is of one case; the newest one counts, so that a new one ends the one before. Code and PIN are kept as keyed hashes.
- An AccessName, a PersonSitting and a FailedTry are directory rows: they are read before it is known whose case it is. Each holds keyed
  hashes, ids and times.
- What a person writes in a request is enclosed with the person's key (`base/columns`).
"""

from typing import ClassVar

from django.db import models

from offmon.core.canon import Json
from offmon.core.clocks import RequestKind
from offmon.core.ids import Id
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


class PersonAccess(CaseRow):
    """A way in for the person of a case: a code that counts once, then the PIN that they chose with it."""

    KIND = "person-access"

    made_by = IdField()
    made_at = MsField()
    code = BytesField()
    tries = IntField(default=0)
    used_at = MsField(null=True)
    pin = TextField(null=True)

    class Meta:
        """A PIN is there once the code was used, and never before."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(used_at=None, pin=None) | models.Q(used_at__isnull=False, pin__isnull=False),
                name="access_pin_by_its_code",
            ),
            models.CheckConstraint(condition=models.Q(tries__range=(0, 5)), name="access_five_tries"),
        ]

    def values(self) -> dict[str, Json]:
        """What is committed of it: code and PIN as the keyed hashes that lie in the row."""
        return {
            "id": self.id,
            "made_by": self.made_by,
            "made_at": self.made_at,
            "code": self.code.hex(),
            "tries": self.tries,
            "used_at": self.used_at,
            "pin": self.pin,
        }


class AccessName(DirectoryRow):
    """To which way in a sign-in name leads, by its keyed hash."""

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


class FailedTry(DirectoryRow):
    """A try that failed, or that nobody has shown to be right yet. Kept for a day."""

    who = DigestField(db_index=True)
    at = MsField(db_index=True)


class Request(CaseRow):
    """What the person asked for. Its clock is worked out from kind and day of receipt (`core.clocks`)."""

    KIND = "rights-request"

    kind = EnumField(RequestKind)
    reference = TextField()
    words = BytesField()
    received_at = MsField()

    class Meta:
        """A reference leads to one request."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["agency", "reference"], name="request_reference_once")]

    def values(self) -> dict[str, Json]:
        """What is committed of it: the words as they lie in the row, enclosed."""
        return {
            "id": self.id,
            "kind": self.kind,
            "reference": self.reference,
            "words": self.words.hex(),
            "received_at": self.received_at,
        }
