"""One worker an agency: a lock (`base/locks.py`), held for as long as the connection that took it lives.

Rules
- A second worker waits without an error, and takes over when the first one's connection ends, however it ends.
- The lock has a connection of its own, so that no job's failed transaction can lose it. `audit.sequence` locks again, by other numbers, for
  each transaction: even if both workers ran, they would never both sequence.
"""

from contextlib import suppress

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import Error

from offmon.core.ids import Id
from offmon.server.base.locks import claim_agency, leave_agency


class AgencyClaim:
    """An agency's lock. Use it from one thread."""

    def __init__(self, agency: Id) -> None:
        self._agency = agency
        self._held: BaseDatabaseWrapper | None = None

    def take(self) -> bool:
        """Whether this worker has the agency: taken now, or still held. False also while the database cannot be reached."""
        connection = self._held or connections.create_connection("default")
        try:
            if self._held is not None:
                return self._lives(connection)
            if claim_agency(connection, self._agency):
                self._held = connection
                return True
        except Error:
            self._held = None
        connection.close()  # a pool counts what is not given back as lent, dead or not, and runs dry
        return False

    def release(self) -> None:
        """Let another worker have it at once. A pooled connection outlives us, so the lock is given back by name."""
        held, self._held = self._held, None
        if held is None:
            return
        with suppress(Error):
            leave_agency(held, self._agency)
        held.close()

    @staticmethod
    def _lives(connection: BaseDatabaseWrapper) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("select true")
            return bool(cursor.fetchone() == (True,))
