"""Reads the log again, place by place: its records match the commitments, and the checkpoints that a witness signed (formats §7).

Rules
- Each entry opens its commitment, field by field, and its search columns agree with its document. The commitment gives the record of its
  place, chained to the one before in its run. The records give the root of each checkpoint that a witness signed.
- A log of up to `AT_ONCE` entries is read whole in each turn. A longer one is read on from the last turn, and again from its beginning, so
  that no turn grows with the log. Each turn counts whether all places are there (`no-holes`).
- A fault remains until the whole log was read through without one.
- Progress is kept in this process alone: whoever can alter the log could alter a table too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db import connection

from offmon.core.errors import Malformed, OffmonError
from offmon.core.ids import Digest, Id
from offmon.core.log import audit
from offmon.core.log.tlog.checkpoint import Checkpoint
from offmon.core.log.tlog.merkle import Frontier, leaf_hash
from offmon.server.audit.queries import cosigned_within
from offmon.server.base.actor import Service, service
from offmon.server.base.scope import scope
from offmon.server.oversight.questions import question

AT_ONCE: Final = 2_000
type _Row = tuple[int, str, int, bytes, bytes, str, bool]


@dataclass(slots=True)
class _Log:
    """How far an agency's log was read in this pass: its tree, and where each run stands. `broken`: something was found wrong."""

    tree: Frontier = field(default_factory=Frontier)
    heads: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    broken: bool = False


@dataclass(slots=True)
class Reading:
    """What one process has read of each agency's log."""

    at_once: int = AT_ONCE
    logs: dict[Id, _Log] = field(default_factory=dict)

    def reads_on(self, agency: Id) -> bool:
        """Read the next part of the agency's log. Whether all that was read of it is sound."""
        log = self.logs.setdefault(agency, _Log())
        with scope(service(Service.ASSURANCE, agency)):
            # First: the log may grow meanwhile, and each checkpoint has its places before it is signed.
            signed = cosigned_within(agency, log.tree.size, log.tree.size + self.at_once)
            rows = _rows(log.tree.size, self.at_once)
        try:
            _take(log, rows, [Checkpoint.parse(note.text) for note in signed])
        except OffmonError:
            self.logs[agency] = _Log(broken=True)
            return False
        if len(rows) < self.at_once:  # read through: from the beginning again
            self.logs[agency] = _Log()
            return True
        return not log.broken


def _rows(since: int, most: int) -> Sequence[_Row]:
    with connection.cursor() as cursor:
        cursor.execute(question("log"), {"since": since, "most": most})
        rows: list[_Row] = cursor.fetchall()
        return rows


def _take(log: _Log, rows: Sequence[_Row], signed: Sequence[Checkpoint]) -> None:
    """Raises OffmonError where a record is not what its entry gives, or a root not what was signed."""
    due = {tree.size: tree.root for tree in signed}
    for row in rows:
        log.tree = log.tree.extend([leaf_hash(_record(log, row))])
        if due.pop(log.tree.size, log.tree.root) != log.tree.root:
            raise _differs("a root is not the one that a witness has signed")
    if due:
        raise _differs("a witness has signed more than there is")


def _record(log: _Log, row: _Row) -> bytes:
    index, run, number, previous, record, commit, opens = row
    due, before = log.heads.get(run, (0, audit.FIRST))
    made = audit.record_of(Id(run), number, before, Digest(commit))
    if not opens or index != log.tree.size or number != due or bytes(previous) != before or bytes(record) != made:
        raise _differs(f"place {index} is not what was committed to")
    log.heads[run] = (number + 1, made)
    return made


def _differs(how: str) -> Malformed:
    return Malformed("log-differs", f"The log is not what was signed: {how}.")
