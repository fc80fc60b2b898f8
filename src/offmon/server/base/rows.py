"""What a table may be. Each model has one of these parents; a test walks the registry and refuses any other.

Rules (design §5, "Scope"; formats §3)
- A `CaseRow` is about one case. An `AgencyRow` is about the agency and no case (a list it published, its keys). Both are committed field by
  field, lie behind forced row-level security, and change only with an audit entry that names the row (ADR 4).
- A `DirectoryRow` is read before its owner is known: agency, sign-in, device key id, session, nonce, job. It has no content, and its grants
  name columns.
- A `LogRow` is the log itself: insert-only, guarded by its own triggers.
- `values()` shows a row's columns; `commitment()` is what the audit entry and the log hold of it.
- `once` refuses a second row where one is allowed, also between two transactions that cannot see each other's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, ClassVar, Literal

from django.db import IntegrityError, connection, models

from offmon.core.bundle.layout import Record, open_record
from offmon.core.errors import Refused
from offmon.core.formats import commitment
from offmon.core.formats.canon import Json
from offmon.core.ids import Digest, Slug
from offmon.core.log.audit import Touched
from offmon.core.log.records import values_of
from offmon.server.base.fields import BytesField, IdField
from offmon.server.base.ids import new_id, new_salt
from offmon.server.base.statements import execute


@contextmanager
def once(constraint: str, code: str, message: str) -> Iterator[None]:
    """Around an insertion: what is there already, by that unique constraint, is Refused. What another constraint says is our mistake.

    A look beforehand can miss it: two act at once, or the row lies outside the actor's caseload. The transaction ends with the refusal.
    """
    try:
        yield
    except IntegrityError as there:
        said = getattr(there.__cause__, "diag", None)
        if said is None or said.constraint_name != constraint:
            raise
        raise Refused(code, message) from None


class Row(models.Model):
    """The root of all four kinds."""

    class Meta:
        """A parent, not a table."""

        abstract = True

    def stored(self) -> dict[str, Any]:
        """What stands in each column, by the column's name, as the driver takes it."""
        return {
            str(column.column): column.get_db_prep_save(getattr(self, column.attname), connection)
            for column in self._meta.concrete_fields
        }

    def save(self, **options: Any) -> None:
        """Write the row. A new one goes by a statement made once a model and planned once a connection (`base/statements.py`)."""
        if not options.get("force_insert"):
            super().save(**options)
            return
        execute(_insertion(type(self)), list(self.stored().values()))
        self._state.adding, self._state.db = False, connection.alias


@cache
def _insertion(model: type[Row]) -> str:
    """The statement that inserts a row of a model, its values in the order of `stored`."""
    columns = [f'"{column.column}"' for column in model._meta.concrete_fields]
    return f'insert into "{model._meta.db_table}" ({", ".join(columns)}) values ({", ".join(["%s"] * len(columns))})'  # noqa: S608 - names of our own


class AgencyRow(Row):
    """A committed row of one agency. `KIND` is the kind of record in core that it is the row of."""

    KIND: ClassVar[str]
    SUBJECT: ClassVar[Literal["id", "batch"]] = "id"  # by which column an audit entry names the row

    id = IdField(primary_key=True, default=new_id)
    agency = IdField(db_index=True)
    salt = BytesField(default=new_salt)

    class Meta:
        """A parent, not a table."""

        abstract = True

    def values(self) -> dict[str, Json]:
        """Every field that is committed to, by name, as core's record has it. Each model writes its own."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it commits to")

    def commitment(self) -> Digest:
        """The commitment to the row as it stands."""
        return commitment.commit(self.KIND, self.salt, self.values())

    def opened(self) -> Record:
        """The row as a bundle shows it, every field with its own salt; a model that withholds one writes its own."""
        return open_record(self.KIND, self.salt, self.values(), {})

    def touched(self) -> Touched:
        """How an audit entry names this row, by its kind of record: call it after the write."""
        return Touched(Slug(self.KIND), self.id, self.commitment())


class CaseRow(AgencyRow):
    """A committed row of one case: one supervised person under one lead agency (formats §7)."""

    case = IdField(db_index=True)

    class Meta:
        """A parent, not a table."""

        abstract = True


class RecordRow(CaseRow):
    """A row that projects one record of `core`: what is committed of it is that record, field by field."""

    class Meta:
        """A parent, not a table."""

        abstract = True

    def core(self) -> object:
        """The record of `core` that this row projects. Each model writes its own."""
        raise NotImplementedError(f"{type(self).__name__} does not say which record it projects")

    def values(self) -> dict[str, Json]:
        """The record's fields by name."""
        return values_of(self.core())


class DirectoryRow(Row):
    """A row that is read before a scope is open. No content: ids, keys, hashes and times."""

    id = IdField(primary_key=True, default=new_id)

    class Meta:
        """A parent, not a table."""

        abstract = True


class LogRow(Row):
    """A row of the log. It is inserted once and never changes."""

    class Meta:
        """A parent, not a table."""

        abstract = True
