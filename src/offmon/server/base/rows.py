"""What a table may be. Each model has one of these parents; a test walks the registry and refuses any other.

Rules (design §5, "Scope"; formats §3)
- A `CaseRow` is about one case. An `AgencyRow` is about the agency and no case (a list it published, its keys). Both are committed field by
  field, lie behind forced row-level security, and change only with an audit entry that names the row (ADR 4).
- A `CommittedRow` is any row that an entry names with a commitment: those two, and of the directory each account.
- A `DirectoryRow` is read before its owner is known: agency, sign-in, device key id, session, nonce, job. It has no content, and its grants
  name columns.
- A `LogRow` is the log itself: insert-only, guarded by its own triggers.
- `values()` shows what is committed of a row: the fields of the record of `core` that it projects, or the columns in `COMMITS`.
  `commitment()` is what the audit entry and the log hold of it.
- `once` refuses a second row where one is allowed, also between two transactions that cannot see each other's.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from enum import StrEnum
from functools import cache
from operator import attrgetter
from typing import Any, ClassVar, Literal, get_args, get_origin, get_type_hints

from django.apps import apps
from django.db import IntegrityError, connection, models

from offmon.core.authority.profile import HpkeKey
from offmon.core.bundle.layout import Record, open_record
from offmon.core.errors import Refused
from offmon.core.formats import commitment
from offmon.core.formats.canon import Json
from offmon.core.ids import Digest, Id, Slug
from offmon.core.log.audit import Touched
from offmon.core.log.kinds import InBundle
from offmon.core.log.provenance import KINDS
from offmon.core.log.records import values_of
from offmon.server.base.fields import BytesField, IdField, member
from offmon.server.base.ids import new_id, new_salt, uuid_text
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


def projects[R](record: type[R], **given: Callable[[Any], Any]) -> Callable[[Any], R]:
    """The method by which a row makes its record: each field from the column of that name, or by what `given` has for it.

    A list of words becomes a tuple of the members that the record names, and a public key an `HpkeKey`.
    """

    @cache
    def readers(model: type[Row]) -> tuple[Callable[[Any], Any], ...]:
        hints = get_type_hints(record)
        return tuple(given.get(one.name) or _reader(model, one.name, hints[one.name]) for one in fields(record))  # type: ignore[arg-type]

    def core(row: Row) -> R:
        return record(*[read(row) for read in readers(type(row))])

    return core


def _reader(model: type["Row"], name: str, hint: Any) -> Callable[[Any], Any]:
    read, args = attrgetter(_attribute(model, name)), get_args(hint)
    if get_origin(hint) is tuple:
        words = args[0] if isinstance(args[0], type) and issubclass(args[0], StrEnum) else None
        return lambda row: tuple(one if words is None else member(words, one) for one in read(row))
    if HpkeKey in {hint, *args}:
        return lambda row: None if (key := read(row)) is None else HpkeKey(1, key)
    return read


def _attribute(model: type["Row"], name: str) -> str:
    """The attribute that holds a column's own value: of a reference, the id that it names."""
    column: Any = model._meta.get_field(name)
    return str(column.attname)


def _as_json(value: Any) -> Json:  # of a column that holds what JSON has, or bytes
    return value.hex() if isinstance(value, bytes) else value


def records_of(case: Id, *labels: str) -> list[tuple[Id, Record]]:
    """Every record of a case as a bundle shows it, inside the scope that is open. `labels`: of these apps alone."""
    models_of = (model for label in labels for model in apps.get_app_config(label).get_models())
    found = models_of if labels else apps.get_models()
    kept = (model for model in found if issubclass(model, RecordRow) and model.is_in_bundles())
    return [(row.id, row.opened()) for model in kept for row in model.objects.filter(case=case).defer(*model.UNREAD)]


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


class CommittedRow(Row):
    """A row that entries name with a commitment to it, of `id` and `salt`. `KIND`: the kind of record in core that it is the row of."""

    KIND: ClassVar[str]
    COMMITS: ClassVar[tuple[str, ...]] = ()  # the columns that are committed to beside `id`, by name; bytes as hex
    SUBJECT: ClassVar[Literal["id", "batch"]] = "id"  # by which column an audit entry names the row
    BULKY: ClassVar[tuple[str, ...]] = ()  # the columns that nobody reads who only compares rows with the log

    id: Any
    salt: Any

    class Meta:
        """A parent, not a table."""

        abstract = True

    def values(self) -> dict[str, Json]:
        """Every field that is committed to, by name."""
        if not self.COMMITS:
            raise NotImplementedError(f"{type(self).__name__} does not say what it commits to")
        return {name: _as_json(getattr(self, _attribute(type(self), name))) for name in ("id", *self.COMMITS)}

    def commitment(self) -> Digest:
        """The commitment to the row as it stands."""
        return commitment.commit(self.KIND, self.salt, self.values())

    def follows(self) -> bool:
        """Whether each copy in it says what the document says that it is made from. Raises where that document cannot be read."""
        return True

    def named(self) -> str:
        """How the log's backstop knows this row: by its table."""
        return f"{self._meta.db_table}:{uuid_text(self.id)}"

    def touched(self) -> Touched:
        """How an audit entry names this row, by its kind of record: call it after the write."""
        return Touched(Slug(self.KIND), self.id, self.commitment())


class AgencyRow(CommittedRow):
    """A committed row of one agency."""

    id = IdField(primary_key=True, default=new_id)
    agency = IdField(db_index=True)
    salt = BytesField(default=new_salt)

    class Meta:
        """A parent, not a table."""

        abstract = True

    def opened(self) -> Record:
        """The row as a bundle shows it, every field with its own salt, but for those that its kind closes."""
        kind = KINDS.get(self.KIND)
        return open_record(self.KIND, self.salt, self.values(), {} if kind is None else kind.closed)


class CaseRow(AgencyRow):
    """A committed row of one case: one supervised person under one lead agency (formats §7)."""

    case = IdField(db_index=True)

    class Meta:
        """A parent, not a table."""

        abstract = True


class RecordRow(CaseRow):
    """A row that projects one record of `core`: what is committed of it is that record, field by field.

    `core`: what `projects` makes. `UNREAD`: the columns that no process but the console reads.
    """

    core: ClassVar[Callable[[Any], Any]]
    UNREAD: ClassVar[tuple[str, ...]] = ()

    class Meta:
        """A parent, not a table."""

        abstract = True

    @classmethod
    def is_in_bundles(cls) -> bool:
        """Whether a bundle of the case shows these rows."""
        return cls.KIND in KINDS and KINDS[cls.KIND].bundle is not InBundle.NEVER

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
