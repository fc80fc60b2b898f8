"""What the integrity process says of a row that disagrees with the log, and that it agrees again (design §0).

Rules
- Both are entries of the row's own case, or of the agency's run for a row of no case. Nobody else writes them in this name, by trigger.
- An entry names the row in its reason: how it disagrees, the kind of record, the row's id. No word of the record is in it.
- While such an entry stands, vault and signer do nothing for the case (`audit.queries.check_rows_agree`).
- A turn says at most `MOST` new ones; the rest are looked at again, so that one act of destruction fills no log.
"""

from collections.abc import Iterable
from typing import Final

from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.server.audit.actions import append
from offmon.server.audit.policy import Against
from offmon.server.base.actor import Actor
from offmon.server.base.scope import action
from offmon.server.oversight.integrity.memory import RowKey
from offmon.server.oversight.integrity.tables import kind_of, table_of
from offmon.server.oversight.integrity.walk import Looked

MOST: Final = 100


def rows_of(against: Iterable[Against]) -> set[RowKey]:
    """The rows that do not agree, as entries say."""
    return {RowKey(table, Id(one.row)) for one in against if (table := table_of(one.kind)) is not None}


@action
def do_say(looked: Iterable[Looked], against: Iterable[Against], *, actor: Actor) -> list[RowKey]:
    """Say in the log which of these rows disagree and did not before, and which agree again. The rows that are left for another turn."""
    stand = {(one.kind, one.row): one for one in against}
    said, left = 0, []
    for one in looked:
        key = kind_of(one.row.table), one.row.id
        before = stand.get(key)
        if before is not None and (one.how is None or before.how != one.how.value):
            append(actor, Verb.MISMATCH_ENDED, case=before.case, reason=before.reason)
        if one.how is None or (before is not None and before.how == one.how.value):
            continue
        if said == MOST:
            left.append(one.row)
            continue
        said += 1
        append(actor, Verb.MISMATCH_FOUND, case=one.about, reason=f"{one.how.value} {key[0]} {key[1]}")
    return left
