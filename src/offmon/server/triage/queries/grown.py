"""Which journals reach further than the worker has grouped, by their cursors: for `do_group`."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from offmon.core.ids import Id
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.base.statements import beside
from offmon.server.intake.queries import JournalView

_UNGROUPED: Final = """
select journal."case", journal.device, journal.epoch, journal.number, journal.size, journal.checkpoint
from intake_journal journal left join triage_cursor cursor using (device, epoch)
where (cursor.n is null or cursor.n < journal.size)
"""


def ungrouped(cases: Collection[Id] | None = None, *, actor: Actor) -> list[JournalView]:
    """The journals that are not grouped to their end, of the agency or of these cases; a device's in the order of its epochs."""
    of_these = "" if cases is None else ' and journal."case" = any(%s)'
    with scope(actor), beside() as cursor:
        cursor.execute(
            f"{_UNGROUPED}{of_these} order by journal.device, journal.number",  # ours
            [] if cases is None else [[UUID(case) for case in cases]],
        )
        return [
            JournalView(Id(case.hex), Id(device.hex), Id(epoch.hex), number, size, bytes(checkpoint))
            for case, device, epoch, number, size, checkpoint in cursor.fetchall()
        ]
