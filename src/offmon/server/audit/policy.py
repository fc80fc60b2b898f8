"""Whether the rows of a case agree with the log, as the integrity process says there (`oversight/integrity`).

Rules
- An act changes a row only as the newest entry left it (`as_left`): nobody makes another's writing theirs unknowingly.
- Whoever opens, lets go or signs asks the log and no table: its entries cannot be taken away unseen.
- An entry of the integrity process says that a row does not agree, and a later one that it agrees again. Nobody else writes in its name.
"""

from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet

from offmon.core.errors import Refused
from offmon.core.formats import codec
from offmon.core.ids import Id
from offmon.core.log import audit
from offmon.core.log.attribution import OF_RECORDS
from offmon.core.log.provenance import KINDS
from offmon.server.audit.models import Entry
from offmon.server.audit.queries import MAX_DOC
from offmon.server.base.actor import Actor
from offmon.server.base.rows import AgencyRow
from offmon.server.base.scope import scope


@dataclass(frozen=True, slots=True)
class Against:
    """That a row does not agree with the log: of which case, how (`core.log.agreement`), its kind of record and its id."""

    case: Id | None
    how: str
    kind: str
    row: str

    @property
    def reason(self) -> str:
        """As an entry gives it."""
        return f"{self.how} {self.kind} {self.row}"


def against_all() -> list[Against]:
    """Every row of the agency that does not agree with the log. Inside the open scope."""
    return _standing(Entry.objects.all())


def against(case: Id | None) -> list[Against]:
    """The rows of a case (None: of none) that do not agree with the log. Inside the open scope."""
    return _standing(Entry.objects.filter(case=case))


def disagreeing(case: Id, *, actor: Actor) -> list[str]:
    """How records of a case disagree with the log now, by code, each once (`core.log.agreement`)."""
    with scope(actor):
        return sorted({one.how for one in against(case)})


def check_rows_agree(*cases: Id | None) -> None:
    """Raises Refused (`rows-disagree`) while a row of one of these cases (None: of none) does not agree with the log."""
    if any(against(case) for case in cases):
        raise Refused(
            "rows-disagree",
            "Records do not agree with the log. The data protection officer has been told. Ask them when you can go on.",
        )


def as_left[R: AgencyRow](row: R) -> R:
    """A row that is about to be changed, as the newest entry of it left it. Raises Refused (`row-not-as-left`).

    Else the act would commit to what somebody wrote past the log, and the log would agree with it from then on. Ask this of a row as it was
    read, before anything of it is changed, and hold it (`select_for_update`): so no entry of it comes in between.
    """
    kind = KINDS.get(row.KIND)
    verbs: list[list[str] | None] = [None, None, None]
    if kind is not None:
        verbs = [
            sorted(kind.made - kind.changed),
            sorted(kind.changed),
            sorted(one for one in kind.changed if one.spec.refuses),
        ]
    with connection.cursor() as cursor:
        cursor.execute(
            "select audit_left_as(%s, %s, %s, %s::text[], %s::text[], %s::text[])",
            [row.named(), row.KIND, getattr(row, "case", None), *verbs],
        )
        [(left,)] = cursor.fetchall()
    if left != row.commitment():
        raise Refused(
            "row-not-as-left",
            "This record is not as the log left it. Do nothing with it, and tell the data protection officer.",
        )
    return row


def _standing(entries: "QuerySet[Entry]") -> list[Against]:
    last: dict[tuple[Id | None, str], bool] = {}
    for doc in entries.filter(verb__in=OF_RECORDS).order_by("at").values_list("doc", flat=True):
        entry = codec.load(audit.AuditEntry, doc, max_size=MAX_DOC)
        if entry.actor.id == audit.INTEGRITY:
            last[entry.case, entry.reason or ""] = entry.verb is audit.Verb.MISMATCH_FOUND
    return [Against(case, *reason.split(" ")) for (case, reason), stands in last.items() if stands]
