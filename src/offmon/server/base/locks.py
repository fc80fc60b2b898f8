"""What only one transaction at a time may do about a device.

Take the lock before the transaction writes anything. Then whoever comes second sees what the first did, and its entry stands after the
first's: the log's order is that in which transactions began to write (`audit/actions/sequence`). So what intake knew is what a verifier
sees that it knew: which profiles were signed when a batch came.
"""

from uuid import UUID

from django.db import connection

from offmon.core.ids import Id


def hold_device(device: Id) -> None:
    """Wait until no other transaction holds the device; held until this one ends. The device need have no row."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [int.from_bytes(UUID(device).bytes[:8], signed=True)])
