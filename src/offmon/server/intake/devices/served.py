"""When our own service ran, and when it was down.

Rules
- Ingest notes each minute that it runs (`do_note_served`). A note that comes in time makes the last row longer; a later one begins a row.
- What lies between two rows is our downtime, so is the time since the last one. Before the first row nothing is known, and nothing is down.
- It shows that ingest ran and had its database. It does not show that a device could reach it.
"""

from typing import Final

from django.db import connection

from offmon.core.clock import MINUTE_MS
from offmon.core.ids import Ms

EVERY_MS: Final = MINUTE_MS
DOWN_MS: Final = 3 * MINUTE_MS
"""From how long a time without a note on the service counts as down."""

_LONGER: Final = (
    "update intake_served set until = greatest(until, %(at)s) where until >= %(at)s - %(down)s and since <= %(at)s"
    " and id = (select id from intake_served order by until desc limit 1)"
)
_ANEW: Final = (
    "insert into intake_served (id, since, until) select gen_random_uuid(), %(at)s, %(at)s"
    " where not exists (select from intake_served where until >= %(at)s - %(down)s)"
)


def do_note_served(at: Ms) -> None:
    """Note that ingest runs. Its own transaction; several workers may note the same minute."""
    with connection.cursor() as cursor:
        cursor.execute(_LONGER, {"at": at, "down": DOWN_MS})
        if cursor.rowcount == 0:
            cursor.execute(_ANEW, {"at": at, "down": DOWN_MS})
