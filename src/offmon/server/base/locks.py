"""Locks that allow one transaction at a time for a device, a deployment's authorisations, or one account's authentication.

Take the lock before the transaction writes. The second transaction then sees what the first did, and its entry follows the first's. For the
log orders transactions by when they began to write (`audit/actions/sequence`). So a verifier sees the same profiles and authorisations that
intake and signer saw. Take a device's lock first.
"""

from uuid import UUID

from django.db import connection

from offmon.core.ids import Id


def hold_device(device: Id) -> None:
    """Wait until no other transaction holds the device; held until this one ends. The device need have no row."""
    _hold(device)


def hold_deployment(deployment: Id) -> None:
    """The same of a deployment: while one of its profiles is signed nothing of it is authorised, nor the other way round."""
    _hold(deployment)


def hold_account(staff: Id) -> None:
    """The same of a member of staff: two uses of one code at once are one use. (Their row the console may not change, nor so lock.)"""
    _hold(staff)


def _hold(one: Id) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [int.from_bytes(UUID(one).bytes[:8], signed=True)])
