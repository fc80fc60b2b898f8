"""Frozen dataclasses to documents and back, with nothing that the type does not name.

Rules
- A document has `type` (`offmon/x@1`, the class's `TYPE`) and every field of its class, `null` where empty. An unknown or missing field,
  kind or type refuses the whole document. An old reader that skipped a restriction would widen it (formats §1).
- `kind` (the class's `KIND`) tells the members of a union apart. A new field is appended, with a default **and a new type version**.
- `EARLIER` names the types that a class had before, each with the fields that it lacks. They are read, with defaults, and never written.
- But what is hashed as it stands (`HASHED`) has one form alone: the earliest type that lacks only fields which are None. So no hash moves.
- A `MemoryOnly` type has no document form: a raw fact can be neither written nor read.
- Bytes travel as standard base64. Fields typed by `offmon.core.ids` are checked on reading and on writing.
- Readers and writers are built once a type, from the same hints, and are equally strict, so that nothing unreadable is written. (Reading
  each document back would prove the same, but doubled the cost at ingest and for every log entry.)
"""

import base64
import binascii
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, NewType, NoReturn, Union, get_args, get_origin, get_type_hints

from offmon.core.errors import Malformed
from offmon.core.formats import canon
from offmon.core.formats.canon import Json
from offmon.core.ids import CHECKS

type Reader = Callable[[Any], Any]
type Writer = Callable[[Any], Any]


class MemoryOnly:
    """A raw fact. It is never written, sent, pickled or logged (design §1.3)."""

    __slots__ = ()

    def __reduce__(self) -> NoReturn:
        raise TypeError("a raw fact is never serialised")

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: kept in memory only>"


def dump(record: object) -> bytes:
    """The canonical bytes of a record. Raises Malformed if a value does not fit its field."""
    return canon.encode(to_doc(record))


def load[T](cls: type[T], data: bytes, *, max_size: int) -> T:
    """The record of class `cls` whose canonical bytes are `data`. Raises Malformed."""
    return from_doc(cls, canon.decode(data, max_size=max_size))


def to_doc(record: object) -> dict[str, Json]:
    """A record as a JSON object. Raises Malformed for what could not be read back."""
    kind: Any = type(record)
    return _writer(kind)(record)  # type: ignore[no-any-return]


def from_doc[T](cls: type[T], doc: Json) -> T:
    """A JSON object as a record of class `cls`. Raises Malformed."""
    kind: Any = cls
    result: T = _reader(kind)(doc)
    return result


def _head(kind: Any) -> dict[str, Json]:
    return {key.lower(): getattr(kind, key) for key in ("TYPE", "KIND") if hasattr(kind, key)}


def _wrong(what: str) -> Malformed:
    return Malformed("bad-field", f"{what} The document was not written by a version that this one understands.")


@cache
def _reader(kind: Any) -> Reader:
    """How to read one type; built once a type."""
    if isinstance(kind, NewType) or get_origin(kind) is Annotated:
        return _checked(kind)
    if isinstance(kind, type) and is_dataclass(kind):
        return _record(kind)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return _choice(kind)
    if kind in (str, int, bool, bytes, NoneType):
        return _plain(kind)
    origin, args = get_origin(kind), get_args(kind)
    if origin is tuple and len(args) == 2 and args[1] is ...:
        return _many(_reader(args[0]))
    if origin in (Union, UnionType):
        return _union(args)
    if hasattr(kind, "__value__"):  # `type X = A | B`
        return _reader(kind.__value__)
    raise TypeError(f"no document form for {kind!r}")


def _plain(kind: type) -> Reader:
    def read(value: Any) -> Any:
        if kind is bytes:
            try:
                raw = binascii.a2b_base64(value, strict_mode=True)
            except (ValueError, TypeError):
                raise _wrong("A field is not base64.") from None
            if binascii.b2a_base64(raw, newline=False).decode() != value:
                raise _wrong("A field is not base64 in its one form.")
            return raw
        if type(value) is not kind:
            raise _wrong(f"A field should be {kind.__name__}.")
        return value

    return read


def _checked(kind: Any) -> Reader:
    check = CHECKS[kind]
    what = f"a well-formed {kind.__name__}" if isinstance(kind, NewType) else get_args(kind)[1]

    def read(value: Any) -> Any:
        if not check(value):
            raise _wrong(f"A field is not {what}.")
        return value

    return read


def _choice(kind: type[StrEnum]) -> Reader:
    known = {member.value: member for member in kind}

    def read(value: Any) -> Any:
        if not isinstance(value, str) or value not in known:
            raise _wrong(f"A field is not a known {kind.__name__}.")
        return known[value]

    return read


def _many(item: Reader) -> Reader:
    def read(value: Any) -> Any:
        if not isinstance(value, list | tuple):
            raise _wrong("A field should be a list.")
        return tuple(map(item, value))

    return read


def _union(args: tuple[Any, ...]) -> Reader:
    optional = NoneType in args
    rest = [arg for arg in args if arg is not NoneType]
    if len(rest) == 1:
        inner = _reader(rest[0])
    else:
        readers = {arg.KIND: _reader(arg) for arg in rest}

        def inner(value: Any) -> Any:
            tag = value.get("kind") if isinstance(value, dict) else None
            if not isinstance(tag, str) or tag not in readers:
                raise _wrong("A part is of a kind that is not known here.")
            return readers[tag](value)

    return lambda value: None if optional and value is None else inner(value)


def _record(cls: Any) -> Reader:
    head, hints = _head(cls), _hints(cls)
    readers = [(name, _reader(hint)) for name, hint in hints.items()]
    forms = {head.get("type"): (head, readers, {*head, *hints})}
    for earlier, lacks in getattr(cls, "EARLIER", {}).items():
        forms[earlier] = (head | {"type": earlier}, [r for r in readers if r[0] not in lacks], {*head, *hints} - lacks)
    newest = forms[head.get("type")]
    hashed = getattr(cls, "HASHED", False)

    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            raise _wrong(f"A {cls.__name__} should be an object.")
        said = value.get("type")
        head, readers, names = forms.get(said, newest) if isinstance(said, str) else newest
        if value.keys() != names:
            raise _wrong(f"The fields of a {cls.__name__} are not exactly the ones it has.")
        for key, expected in head.items():
            if value[key] != expected:
                raise _wrong(f"A {cls.__name__} says that it is something else.")
        record = cls(*[reader(value[name]) for name, reader in readers])  # what an earlier type lacks comes last
        if hashed and _type_of(record) != said:
            raise _wrong(f"A {cls.__name__} is written in another type than its own.")
        return record

    return read


def _type_of(record: Any) -> str:
    """The type that a hashed record is written in."""
    fits = [one for one, lacks in record.EARLIER.items() if all(getattr(record, name) is None for name in lacks)]
    return str(fits[-1] if fits else record.TYPE)


def _hints(cls: Any) -> dict[str, Any]:
    """The type of each field of a document's class, by name. TypeError for a class that has no document form."""
    if issubclass(cls, MemoryOnly):
        raise TypeError(f"{cls.__name__} is kept in memory only")
    hints = get_type_hints(cls, include_extras=True)
    found = {f.name: hints[f.name] for f in fields(cls)}
    if found.keys() & _head(cls).keys():
        raise TypeError(f"{cls.__name__} has a field that its document head uses")
    return found


@cache
def _writer(kind: Any) -> Writer:
    """How to write a value of one type; built once a type."""
    if isinstance(kind, type) and is_dataclass(kind):
        return _write_record(kind)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        read = _choice(kind)
        return lambda member: read(member).value
    if kind is bytes:
        return _write_bytes
    origin, args = get_origin(kind), get_args(kind)
    if origin is tuple:
        return _write_many(_writer(args[0]))
    if origin in (Union, UnionType):
        return _write_union(args)
    if hasattr(kind, "__value__"):  # `type X = A | B`
        return _writer(kind.__value__)
    read_as_it_is = _reader(kind)  # text and numbers stand in a document as they are: to read them is to check them
    if kind is str:
        return lambda value: read_as_it_is(value.value if isinstance(value, StrEnum) else value)
    return read_as_it_is


def _write_bytes(raw: Any) -> str:
    if not isinstance(raw, bytes):
        raise _wrong("A field should be bytes.")
    return base64.b64encode(raw).decode()


def _write_many(item: Writer) -> Writer:
    def write(value: Any) -> Any:
        if not isinstance(value, list | tuple):
            raise _wrong("A field should be a list.")
        return list(map(item, value))

    return write


def _write_union(args: tuple[Any, ...]) -> Writer:
    optional = NoneType in args
    rest = [arg for arg in args if arg is not NoneType]
    if len(rest) == 1:
        inner = _writer(rest[0])
    else:
        writers = {arg: _writer(arg) for arg in rest}

        def inner(value: Any) -> Any:
            if type(value) not in writers:
                raise _wrong("A part is of a kind that is not known here.")
            return writers[type(value)](value)

    return lambda value: None if optional and value is None else inner(value)


def _write_record(cls: Any) -> Writer:
    head, writers = _head(cls), [(name, _writer(hint)) for name, hint in _hints(cls).items()]
    hashed = getattr(cls, "HASHED", False)

    def write(record: Any) -> Any:
        if type(record) is not cls:
            raise _wrong(f"A part should be a {cls.__name__}.")
        if not hashed:
            return head | {name: writer(getattr(record, name)) for name, writer in writers}
        said = _type_of(record)
        lacks = cls.EARLIER.get(said, frozenset())
        return {"type": said} | {name: writer(getattr(record, name)) for name, writer in writers if name not in lacks}

    return write
