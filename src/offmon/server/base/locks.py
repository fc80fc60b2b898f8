"""What only one transaction at a time may do about a device, about what is authorised of a deployment, or at one account's door.

Take the lock before the transaction writes anything. Then whoever comes second sees what the first did, and its entry stands after the
first's: the log's order is that in which transactions began to write (`audit/actions/sequence`). So what intake knew is what a verifier
sees that it knew: which profiles were signed when a batch came, and by which authorisation a profile had to go. Take a device's first.
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
