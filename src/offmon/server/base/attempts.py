"""Tries that count as failed until they are known to be right: at the console's door and at the portal's (R-SEC-10).

Rules
- A try is counted before it is looked at, and uncounted when it was right: any number of tries at once are still counted one by one, and
  one that was cut short has failed.
- Whose try it was is kept as a keyed hash, and where it came from is not kept. A name that nobody has is counted like one that somebody
  has.
- How long to wait is said by `core/access/throttle.py`.
"""

from django.db import connection, transaction

from offmon.core.access.throttle import REMEMBERED_MS, wait_of
from offmon.core.errors import Refused
from offmon.core.ids import Digest, Id
from offmon.server.base import clock
from offmon.server.base.fields import DigestField, MsField
from offmon.server.base.ids import new_id
from offmon.server.base.rows import DirectoryRow


class MustWait(Refused):
    """Too many tries failed. `wait_ms`: how long nothing is looked at."""

    def __init__(self, wait_ms: int) -> None:
        super().__init__("too-many-attempts", "Too many attempts failed; wait, then try again.")
        self.wait_ms = wait_ms


class Try(DirectoryRow):
    """A try that failed, or that nobody has shown to be right yet. Kept for a day."""

    who = DigestField(db_index=True)
    at = MsField(db_index=True)

    class Meta:
        """A parent, not a table."""

        abstract = True


def count(kept: type[Try], lock: int, who: Digest) -> Id:
    """Count a try in a door's own table, one at a time under its advisory lock (a few milliseconds each). Raises MustWait."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [lock])
        now = clock.now()
        kept.objects.filter(at__lte=now - REMEMBERED_MS).delete()
        wait = wait_of(kept.objects.filter(who=who).values_list("at", flat=True), now)
        if wait:
            raise MustWait(wait)
        row = kept(id=new_id(), who=who, at=now)
        row.save(force_insert=True)
    return row.id
