"""Columns whose Python side is a type of `core`: an id is an `Id` in Python and a `uuid` in PostgreSQL, and so on.

Rules
- A row holds the same types as core's records, so `values()` converts nothing.
- `null=True` shows in the type, so mypy knows without a plugin which columns may be empty.
- A reference never cascades: a row that others refer to is not deleted under them.
"""

import uuid
from collections.abc import Collection
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Literal, overload

from django.core.exceptions import EmptyResultSet, ValidationError
from django.db import models

from offmon.core.errors import Malformed
from offmon.core.ids import CHECKS, Digest, Id, Ms

if TYPE_CHECKING:

    class _Column[T](models.Field[T, T]):
        """A field that reads and writes T."""

else:

    class _Column(models.Field):
        """Django's Field takes no parameters when it runs; the stubs' does."""

        def __class_getitem__(cls, _parameter: object) -> type["_Column"]:
            return cls


class _Kept[T](_Column[T]):
    """A column that lies in PostgreSQL as one of Django's own kinds of field does."""

    STORED_AS: ClassVar[str]

    def get_internal_type(self) -> str:
        """Which kind that is."""
        return self.STORED_AS


class IdField[T](_Kept[T]):
    """An `Id`, stored as uuid."""

    STORED_AS = "UUIDField"  # PostgreSQL's uuid

    @overload
    def __init__(self: "IdField[Id]", *, null: Literal[False] = False, **options: Any) -> None: ...
    @overload
    def __init__(self: "IdField[Id | None]", *, null: Literal[True], **options: Any) -> None: ...
    def __init__(self, **options: Any) -> None:
        super().__init__(**options)

    def from_db_value(self, value: uuid.UUID | None, _expression: object, _connection: object) -> Id | None:
        """The 32 hex digits."""
        return None if value is None else Id(value.hex)

    def to_python(self, value: Any) -> Any:
        """The 32 hex digits, from those or from a UUID. Raises ValidationError."""
        found = value.hex if isinstance(value, uuid.UUID) else value
        if found is not None and not CHECKS[Id](found):
            raise ValidationError("not an id", code="invalid")
        return found

    def get_prep_value(self, value: Any) -> Any:
        """A UUID for the driver. A value that is no id is a fault of ours: ValueError."""
        if value is None or isinstance(value, uuid.UUID):
            return value
        if not CHECKS[Id](value):
            raise ValueError(f"{self.name}: not an id")
        return uuid.UUID(hex=value)


@IdField.register_lookup
class Among(models.Lookup):
    """`case__among=cases`: one of so many ids. They go to the database as one value, which takes a twentieth of the time of `in`."""

    lookup_name = "among"
    prepare_rhs = False
    rhs: Collection[Id]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """A comparison with an array. Of no ids nothing is asked, as by `in`."""
        if not self.rhs:
            raise EmptyResultSet
        column, values = self.process_lhs(compiler, connection)
        return f"{column} = any (%s::uuid[])", (*values, f"{{{','.join(self.rhs)}}}")


class DigestField[T](_Kept[T]):
    """A `Digest`, stored as its 32 bytes."""

    STORED_AS = "BinaryField"  # PostgreSQL's bytea

    @overload
    def __init__(self: "DigestField[Digest]", *, null: Literal[False] = False, **options: Any) -> None: ...
    @overload
    def __init__(self: "DigestField[Digest | None]", *, null: Literal[True], **options: Any) -> None: ...
    def __init__(self, **options: Any) -> None:
        super().__init__(**options)

    def from_db_value(self, value: bytes | None, _expression: object, _connection: object) -> Digest | None:
        """The 64 hex digits."""
        return None if value is None else Digest(bytes(value).hex())

    def get_prep_value(self, value: Any) -> Any:
        """Bytes for the driver. A value that is no digest is a fault of ours: ValueError."""
        if value is None or isinstance(value, bytes):
            return value
        if not CHECKS[Digest](value):
            raise ValueError(f"{self.name}: not a digest")
        return bytes.fromhex(value)


class MsField[T](_Kept[T]):
    """An instant in milliseconds UTC, stored as bigint: what is hashed is what is stored, to the digit."""

    STORED_AS = "BigIntegerField"  # PostgreSQL's bigint

    @overload
    def __init__(self: "MsField[Ms]", *, null: Literal[False] = False, **options: Any) -> None: ...
    @overload
    def __init__(self: "MsField[Ms | None]", *, null: Literal[True], **options: Any) -> None: ...
    def __init__(self, **options: Any) -> None:
        super().__init__(**options)


class IntField[T](_Kept[T]):
    """A whole number, stored as bigint."""

    STORED_AS = "BigIntegerField"  # PostgreSQL's bigint

    @overload
    def __init__(self: "IntField[int]", *, null: Literal[False] = False, **options: Any) -> None: ...
    @overload
    def __init__(self: "IntField[int | None]", *, null: Literal[True], **options: Any) -> None: ...
    def __init__(self, **options: Any) -> None:
        super().__init__(**options)


class BoolField(_Kept[bool]):
    """Yes or no; never unknown."""

    STORED_AS = "BooleanField"  # PostgreSQL's boolean


class TextField[T](_Kept[T]):
    """Text. How long it may be is for the form or parser that let it in."""

    STORED_AS = "TextField"  # PostgreSQL's text

    @overload
    def __init__(self: "TextField[str]", *, null: Literal[False] = False, **options: Any) -> None: ...
    @overload
    def __init__(self: "TextField[str | None]", *, null: Literal[True], **options: Any) -> None: ...
    def __init__(self, **options: Any) -> None:
        super().__init__(**options)


class BytesField[T](_Kept[T]):
    """Bytes: a salt, a ciphertext, the canonical form of a document as it was hashed or signed."""

    STORED_AS = "BinaryField"  # PostgreSQL's bytea

    @overload
    def __init__(self: "BytesField[bytes]", *, null: Literal[False] = False, **options: Any) -> None: ...
    @overload
    def __init__(self: "BytesField[bytes | None]", *, null: Literal[True], **options: Any) -> None: ...
    def __init__(self, **options: Any) -> None:
        super().__init__(**options)

    def from_db_value(self, value: Any, _expression: object, _connection: object) -> bytes | None:
        """Plain bytes, whatever buffer the driver hands out."""
        return None if value is None else bytes(value)


class EnumField[T](_Kept[T]):
    """One of a closed list, stored as its text: `state = EnumField(State)`. A value that left the list does not load."""

    STORED_AS = "TextField"  # PostgreSQL's text

    @overload
    def __init__[E: StrEnum](
        self: "EnumField[E]", members: type[E], *, null: Literal[False] = False, **options: Any
    ) -> None: ...
    @overload
    def __init__[E: StrEnum](
        self: "EnumField[E | None]", members: type[E], *, null: Literal[True], **options: Any
    ) -> None: ...
    def __init__(self, members: type[StrEnum], **options: Any) -> None:
        self.members = members
        super().__init__(**options)

    def deconstruct(self) -> Any:
        """For migrations: the list lives in `core` and grows there, so a migration names none and stays valid."""
        name, _, args, kwargs = super().deconstruct()
        return name, f"{TextField.__module__}.{TextField.__qualname__}", args, kwargs

    def clone(self) -> Any:
        """A copy, which Django would make from `deconstruct`."""
        _, _, _, options = self.deconstruct()
        return EnumField(self.members, **options)

    def from_db_value(self, value: str | None, _expression: object, _connection: object) -> StrEnum | None:
        """The member. Raises Malformed as `member` does."""
        return None if value is None else member(self.members, value)

    def get_prep_value(self, value: Any) -> Any:
        """The member's text. Another value is a fault of ours: ValueError."""
        return None if value is None else self.members(value).value


class TextsField(_Column[list[str]]):
    """A list of short texts, stored as text[]."""

    def db_type(self, connection: object) -> str:  # noqa: ARG002  # Django's signature
        """PostgreSQL's array of text."""
        return "text[]"


def member[E: StrEnum](members: type[E], text: str) -> E:
    """The member of a closed list that a row names. Raises Malformed where it names none: whoever writes rows by hand can have them so."""
    try:
        return members(text)
    except ValueError:
        raise Malformed("unknown-value", "A row says what this release does not know; nothing rests on it.") from None


def reference(to: str, **options: Any) -> "models.ForeignKey[Any, Any]":
    """A foreign key that names its target by string (`"orders.Instrument"`) and protects it from deletion."""
    options.setdefault("related_name", "+")
    return models.ForeignKey(to, on_delete=models.PROTECT, **options)
