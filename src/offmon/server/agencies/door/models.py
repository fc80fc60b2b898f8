"""Columns and constraints of the door: authenticator apps, and tries to sign in that failed.

Rules
- A SecondFactor is the agency's own row and not the directory's: none changes without an entry that names it, whoever writes (ADR 4, 6).
- What the console holds of a secret is enclosed with the column key; of a recovery code, a keyed hash.
- A FailedSignIn is a directory row, since nobody is known yet: a keyed hash of the account or name, and when. Kept for a day.
"""

from typing import ClassVar

from django.db import models

from offmon.core.canon import Json
from offmon.core.ids import Id
from offmon.server.base.fields import BytesField, DigestField, IntField, MsField, TextsField, reference
from offmon.server.base.rows import AgencyRow, DirectoryRow


class SecondFactor(AgencyRow):
    """The authenticator app of a member of staff; without a secret, one that was reset. `last_step`: no code up to it counts again."""

    KIND = "second_factor"

    staff = reference("agencies.Staff")
    staff_id: Id
    secret = BytesField(null=True)
    confirmed_at = MsField(null=True)
    last_step = IntField()
    recovery = TextsField()

    class Meta:
        """One a person, and a secret only once a code of it was given."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["staff"], name="factor_one_a_person"),
            models.CheckConstraint(
                condition=models.Q(secret=None, confirmed_at=None)
                | models.Q(secret__isnull=False, confirmed_at__isnull=False),
                name="factor_confirmed_with_its_secret",
            ),
        ]

    def values(self) -> dict[str, Json]:
        """What is committed of it: the secret as it lies in the row, enclosed."""
        return {
            "id": self.id,
            "staff": self.staff_id,
            "secret": None if self.secret is None else self.secret.hex(),
            "confirmed_at": self.confirmed_at,
            "last_step": self.last_step,
            "recovery": list(self.recovery),
        }


class FailedSignIn(DirectoryRow):
    """A try that failed, or that nobody has shown to be right yet."""

    who = DigestField(db_index=True)
    at = MsField(db_index=True)
