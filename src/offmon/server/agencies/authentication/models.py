"""Columns and constraints of authentication: authenticator apps, passkeys, factors shown, and failed sign-ins.

Rules
- SecondFactor and Passkey are agency rows, not directory rows: none changes without an entry that names it (ADR 4, 6).
- A passkey's counter only rises, and a removed passkey stays removed, by trigger.
- The console encloses secrets with the column key, and keeps recovery codes as keyed hashes.
- A FactorShown is one showing of a factor in one session, at the time of writing (trigger `shown_now`), and never changed. The vault reads
  it in the database (ADR 8). A compromised console can invent one for now.
- A FailedSignIn is a directory row, since nobody is known yet: a keyed hash of the account or name, and the time. Kept for a day.
"""

from typing import ClassVar

from django.db import models

from offmon.core.access.step_up import Factor
from offmon.core.ids import Id
from offmon.core.log import as_logged
from offmon.server.base.attempts import Try
from offmon.server.base.fields import (
    BytesField,
    DigestField,
    EnumField,
    IdField,
    IntField,
    MsField,
    TextField,
    TextsField,
    reference,
)
from offmon.server.base.rows import AgencyRow


class SecondFactor(AgencyRow):
    """The authenticator app of a member of staff; without a secret, one that was reset. `last_step`: no code up to it counts again."""

    KIND = as_logged.SECOND_FACTOR
    COMMITS = ("staff", "secret", "confirmed_at", "last_step", "recovery")

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


class Passkey(AgencyRow):
    """A passkey of a member of staff: what it says of itself, and which count it signed last. Removed, it stays as a row and opens nothing.

    `public` is WebAuthn's attested credential data. It is no secret: whoever has the database can verify by it, and sign nothing.
    """

    KIND = as_logged.PASSKEY
    COMMITS = ("staff", "name", "credential", "public", "counter", "added_at", "removed_at")

    staff = reference("agencies.Staff")
    staff_id: Id
    name = TextField()
    credential = BytesField(unique=True)
    public = BytesField()
    counter = IntField()
    added_at = MsField()
    removed_at = MsField(null=True)


class FactorShown(AgencyRow):
    """That a member of staff showed a second factor, and in which sitting. Nobody can change or delete it.

    A guest's stands with the agency that leads too, since its vault sees no other. `challenge`: what a passkey signed, by its digest.
    """

    KIND = as_logged.FACTOR_SHOWN
    COMMITS = ("staff", "session", "at", "factor", "challenge")

    staff = reference("agencies.Staff")
    staff_id: Id
    session = IdField(db_index=True)
    at = MsField()
    factor = EnumField(Factor)
    challenge = DigestField(null=True, unique=True)


class FailedSignIn(Try):
    """A try to sign in that failed, or that nobody has shown to be right yet."""
