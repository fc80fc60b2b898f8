"""Attempts count as failed until they prove right, at the console and at the portal (R-SEC-10).

Rules
- An attempt is counted before it is checked, and uncounted if it was right. So simultaneous attempts all count, and an interrupted one
  failed.
- The account is kept as a keyed hash; the source address is not kept. An unknown name is counted like a known one.
- `core/access/throttle.py` says how long to wait.
"""

from django.db import transaction

from offmon.core.access.throttle import REMEMBERED_MS, wait_of
from offmon.core.errors import Refused
from offmon.core.ids import Digest, Id
from offmon.server.base import clock
from offmon.server.base.fields import DigestField, MsField
from offmon.server.base.locks import hold_tries
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


def count(kept: type[Try], who: Digest) -> Id:
    """Count a try in a door's own table, one at a time under its lock (a few milliseconds each). Raises MustWait."""
    with transaction.atomic(durable=True):
        hold_tries()
        now = clock.now()
        kept.objects.filter(at__lte=now - REMEMBERED_MS).delete()
        wait = wait_of(kept.objects.filter(who=who).values_list("at", flat=True), now)
        if wait:
            raise MustWait(wait)
        row = kept(who=who, at=now)
        row.save(force_insert=True)
    return row.id
