"""An extract of the log, made from its rows (`core/log/extract.py`). For who may take one, while they read the log.

Rules
- It goes up to the newest checkpoint that a witness saw. What came later, or waits for its place, is not in it.
- A search that finds more than `MOST` entries gives no extract: nobody takes a part of it for the whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Length

from offmon.core.access.roles import Permission
from offmon.core.errors import Refused
from offmon.core.formats import codec
from offmon.core.ids import Digest, Slug
from offmon.core.log.audit import AuditEntry
from offmon.core.log.extract import MAX_BYTES, MOST, ExtractEntry, LogExtract, LogSearch
from offmon.core.log.reading import ReadingPurpose
from offmon.core.log.tlog.checkpoint import Checkpoint
from offmon.core.log.tlog.note import SignedNote
from offmon.core.log.tlog.proving import prove_inclusion
from offmon.core.log.tlog.tiles import TiledLog
from offmon.server.audit.files import tiled
from offmon.server.audit.models import Entry
from offmon.server.audit.queries import MAX_DOC, latest_cosigned
from offmon.server.audit.reading.queries import check_is_open, entries_like
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope

_COLUMNS = ("doc", "salt", "place__number", "place__previous", "place__index")


@dataclass(frozen=True, slots=True)
class Takeable:
    """How many entries an extract would hold; `waiting`: of how many no witnessed checkpoint tells yet. Both at most `MOST` + 1."""

    entries: int
    waiting: int


def takeable(search: LogSearch, *, actor: Actor) -> Takeable:
    """How much a search finds that can be taken. Raises Refused (`log-not-opened`)."""
    actor.check(Permission.AUDIT_TAKE)
    with scope(actor):
        check_is_open(actor)
        note = latest_cosigned(actor)
        proved = 0 if note is None else _proved(search, note, actor)[: MOST + 1].count()
        return Takeable(proved, entries_like(search, actor)[: MOST + 1].count() - proved)


def extract_of(search: LogSearch, purpose: ReadingPurpose, keys: Sequence[bytes], *, actor: Actor) -> LogExtract:
    """What a search finds, up to the newest cosigned checkpoint. `keys`: the agency's Keys statements. Inside the open scope.

    Raises Refused (`nothing-to-take`, `too-much-to-take`).
    """
    note = latest_cosigned(actor)
    found = None if note is None else _proved(search, note, actor)[: MOST + 1]
    if found is not None and found.aggregate(size=Sum(Length("doc"), default=0))["size"] > MAX_BYTES // 2:
        raise Refused("too-much-to-take", "These entries make a file that nobody could check. Choose a shorter time.")
    rows = [] if found is None else list(found.values_list(*_COLUMNS))
    if note is None or not rows:
        raise Refused(
            "nothing-to-take", "This search finds no entry that a witness has seen. Search again, or wait a minute."
        )
    if len(rows) > MOST:
        words = (
            f"This search finds more than {MOST:,} entries. Choose a shorter time, one person or one member of staff."
        )
        raise Refused("too-much-to-take", words)
    size = Checkpoint.parse(note.text).size
    subtree = cache(TiledLog(cache(tiled(actor.agency, size).read), size).subtree)
    return LogExtract(
        agency=actor.agency,
        search=search,
        purpose=Slug(purpose.value),
        taken_at=clock.now(),
        keys=tuple(keys),
        checkpoint=note.data.decode(),
        entries=tuple(
            ExtractEntry(
                codec.load(AuditEntry, doc, max_size=MAX_DOC),
                salt,
                number,
                Digest(bytes(previous).hex()),
                index,
                tuple(Digest(step.hex()) for step in prove_inclusion(index, size, subtree)),
            )
            for doc, salt, number, previous, index in rows
        ),
    )


def _proved(search: LogSearch, note: SignedNote, actor: Actor) -> "QuerySet[Entry]":
    """Those that the log of a checkpoint holds, in its order."""
    rows = entries_like(search, actor).filter(place__index__lt=Checkpoint.parse(note.text).size)
    return rows.order_by(F("place__index"))
