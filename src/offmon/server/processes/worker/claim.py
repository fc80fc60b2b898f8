"""One worker an agency: an advisory lock, held for as long as the connection that took it lives.

Rules
- A second worker waits without an error, and takes over when the first one's connection ends, however it ends.
- The lock has a connection of its own, so that no job's failed transaction can lose it. `audit.sequence` locks again, by other numbers, for
  each transaction: even if both workers ran, they would never both sequence.
"""

from contextlib import suppress
from typing import Final

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import Error

from offmon.core.ids import Id

_SPACE: Final = 6_386_661  # the first of the two numbers of each of our locks: arbitrary, and the worker's alone


class AgencyClaim:
    """An agency's lock. Use it from one thread."""

    def __init__(self, agency: Id) -> None:
        self._number = int.from_bytes(bytes.fromhex(agency)[:4], signed=True)
        self._held: BaseDatabaseWrapper | None = None

    def take(self) -> bool:
        """Whether this worker has the agency: taken now, or still held. False also while the database cannot be reached."""
        connection = self._held or connections.create_connection("default")
        try:
            if self._held is not None:
                return self._ask(connection, "select true")
            if self._ask(connection, "select pg_try_advisory_lock(%s, %s)", _SPACE, self._number):
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
            self._ask(held, "select pg_advisory_unlock(%s, %s)", _SPACE, self._number)
        held.close()

    @staticmethod
    def _ask(connection: BaseDatabaseWrapper, statement: str, *values: int) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return bool(cursor.fetchone() == (True,))
