"""The committed tables, and how a row of one is read: its commitment, a digest of all its columns, and whether its copies follow.

Rules
- The tables are those of the models. So a table that is added is looked at, and its role may read it (`base/policies`).
- The database makes the digest, so that no ciphertext travels. Each column counts, also one that nothing commits to.
- A row that cannot be read at all is one that was changed: what our own code writes, it can read.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from django.apps import apps
from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from offmon.core.ids import Digest, Id
from offmon.core.log.agreement import Stored
from offmon.server.base.rows import CaseRow, CommittedRow
from offmon.server.oversight.integrity.memory import RowKey

LEAVES: Final = "intake_leaf"
"""The one table whose rows an entry names by their batch, and by the table's own name."""
BATCHES: Final = "leaves of a batch"
"""As a table's name, for what is to be looked at: the leaves of a batch together, by the batch's id."""


@dataclass(frozen=True, slots=True)
class Read:
    """A row as it was read: by what an entry names it, whose case it is of, and how it stands."""

    id: Id
    named_by: RowKey
    about: Id | None
    stored: Stored


@dataclass(frozen=True, slots=True)
class ReadBatch:
    """A batch as it was read: the leaves `first` to `size - 1` of an epoch, and the root that its device committed to with them."""

    about: Id
    device: Id
    epoch: Id
    first: int
    size: int
    root: Digest


@cache
def models() -> Mapping[str, type[CommittedRow]]:
    """Every committed table, by its name."""
    return {model._meta.db_table: model for model in apps.get_models() if issubclass(model, CommittedRow)}


def kind_of(table: str) -> str:
    """What a row of a table is called in an entry; of a batch's leaves together, by their table."""
    return LEAVES if table == BATCHES else models()[table].KIND


@cache
def table_of(kind: str) -> str | None:
    """The table of a kind of record as an entry calls it; None for one that is no committed table of ours."""
    if kind == LEAVES:
        return BATCHES
    if kind == models()[LEAVES].KIND:
        return LEAVES
    return next((table for table, model in models().items() if (kind, "id") == (model.KIND, model.SUBJECT)), None)


def rows(table: str, ids: Collection[Id]) -> dict[Id, Read]:
    """The rows of these ids that are there, inside the scope that is open.

    Where one cannot be read they are read one by one, and that one is as a row that was changed.
    """
    model = models()[table]
    try:
        return {row.id: _read(table, row) for row in _whole(model).filter(id__in=ids)}
    except Exception:  # whatever a column holds that its type refuses
        if len(ids) == 1:
            return {one: _unreadable(table, one) for one in ids}
        return {one: read for each in ids for one, read in rows(table, [each]).items()}


def digests(table: str, ids: Collection[Id]) -> dict[Id, tuple[Id, Digest]]:
    """Of the rows of these ids that are there: by which id an entry names it, and the digest of all its columns."""
    model = models()[table]
    found = _whole(model).filter(id__in=ids).values_list("id", model.SUBJECT, "whole")
    return {one: (subject, Digest(bytes(whole).hex())) for one, subject, whole in found}


def rows_of_batch(batch: Id) -> list[Read]:
    """The leaves of a batch."""
    found = _of_agency(models()[LEAVES]).filter(batch=batch).values_list("id", flat=True)
    return list(rows(LEAVES, list(found)).values())


def batch(one: Id) -> ReadBatch | None:
    """A batch, if it is there."""
    columns = ("case", "device", "epoch", "first", "size", "root")
    row = models()["intake_batch"].objects.filter(id=one).values_list(*columns).first()
    return None if row is None else ReadBatch(*row)


def hashes(of: ReadBatch) -> list[tuple[str, Digest, Digest]]:
    """What the hash of each leaf of a batch is made of, in their order."""
    leaves = models()[LEAVES].objects.filter(device=of.device, epoch=of.epoch, n__gte=of.first, n__lt=of.size)
    return list(leaves.order_by("n").values_list("kind", "commit", "ciphertext_digest"))


def batch_from(device: Id, epoch: Id, first: int) -> Id | None:
    """The batch that begins with that leaf, if there is one."""
    found = models()["intake_batch"].objects.filter(device=device, epoch=epoch, first=first)
    return found.values_list("id", flat=True).first()


def after(table: str, last: Id | None, most: int) -> list[Id]:
    """The ids that follow one in a table, in their order."""
    query = _of_agency(models()[table]).order_by("id")
    return list((query if last is None else query.filter(id__gt=last)).values_list("id", flat=True)[:most])


def ids(table: str) -> set[Id]:
    """Every id of a table."""
    return set(_of_agency(models()[table]).values_list("id", flat=True))


def written_since(table: str, xid: int) -> tuple[int, list[Id]]:
    """How many rows a table has, and which of them a transaction wrote that had not ended before `xid` began."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select count(*), array_agg(id) filter (where age(xmin) <= age(%s::text::xid)) from {_quoted(table)}"  # noqa: S608
            f" where {_agency(models()[table])} = current_setting('offmon.agency')::uuid",
            [str(xid % (1 << 32))],
        )
        count, found = cursor.fetchone()
    return int(count), [Id(one.hex) for one in found or ()]


def _unreadable(table: str, one: Id) -> Read:
    """A row that is there, or is not: nothing of it but the columns that name it can be read. Raises where not even they can."""
    model = models()[table]
    has_case = issubclass(model, CaseRow)
    subject, about = model.objects.filter(id=one).values_list(model.SUBJECT, "case" if has_case else "agency").get()
    return Read(one, RowKey(table, subject), about if has_case else None, Stored(None, Digest("0" * 64), follows=False))


def _read(table: str, row: CommittedRow) -> Read:
    digest = Digest(bytes(row.whole).hex())  # type: ignore[attr-defined]  # `_whole` adds it
    try:
        commit = row.commitment() if row.SUBJECT == "id" else digest  # an entry states a batch's, and no leaf's
        stored = Stored(commit, digest, row.follows())
    except Exception:  # a document that cannot be read, a salt of another length
        stored = Stored(None, digest, follows=False)
    about = row.case if isinstance(row, CaseRow) else None
    return Read(row.id, RowKey(table, getattr(row, row.SUBJECT)), about, stored)


def _whole(model: type[CommittedRow]) -> "QuerySet[CommittedRow]":
    """Its rows, without what need not travel, and with the digest of all their columns."""
    columns = ", ".join(
        f"sha256({_quoted(field.column)})" if field.get_internal_type() == "BinaryField" else _quoted(field.column)
        for field in model._meta.concrete_fields
    )
    digest = RawSQL(f"sha256(convert_to(row({columns})::text, 'utf8'))", [])  # noqa: S611 - names of our own
    return _of_agency(model).defer(*model.BULKY).annotate(whole=digest)


def _of_agency(model: type[CommittedRow]) -> "QuerySet[CommittedRow]":
    """The rows of the agency whose scope is open. Row-level security shows no others, but for accounts, which are of the directory."""
    return model.objects.extra(where=[f"{_agency(model)} = current_setting('offmon.agency')::uuid"])  # noqa: S610 - a name of ours


def _agency(model: type[CommittedRow]) -> str:
    column: Any = model._meta.get_field("agency")
    return f"{_quoted(model._meta.db_table)}.{_quoted(column.column)}"


def _quoted(name: str | None) -> str:
    return connection.ops.quote_name(name or "")
