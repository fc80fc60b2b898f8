"""Documents and their types: any value is read back as written, or refused (formats §1)."""

from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offmon.core import ids
from offmon.core.clock import Period
from offmon.core.errors import Malformed
from offmon.core.formats import codec, event
from offmon.core.formats.event import PageClass
from offmon.core.ids import Ms
from tests.unit.core.formats.test_codec import DOCUMENTS, places, put
from tests.unit.core.samples import profile as sample_profile

HEX = "0123456789abcdef"

SMALL: dict[object, st.SearchStrategy[Any]] = {
    ids.Id: st.text(HEX, min_size=32, max_size=32),
    ids.Digest: st.text(HEX, min_size=64, max_size=64),
    ids.Ms: st.integers(0, ids.YEAR_9000_MS - 1),
    ids.Slug: st.sampled_from(["a", "site", "x_y-z.9"]),
    ids.Versioned: st.sampled_from(["a@0", "sites@12"]),
    ids.VKey: st.just(sample_profile().device_key),
    ids.Origin: st.just("log.invalid/86"),
    ids.Count: st.integers(0, 2**53 - 1),
    str: st.text(max_size=5),
    bytes: st.binary(max_size=5),
    bool: st.booleans(),
    int: st.integers(-(2**53) + 1, 2**53 - 1),
    NoneType: st.none(),
    Period: st.tuples(st.integers(0, 2**40), st.none() | st.integers(1, 2**40)).map(
        lambda p: Period(Ms(p[0]), None if p[1] is None else Ms(p[0] + p[1]))
    ),
}


def values(kind: Any) -> st.SearchStrategy[Any]:
    """What a field of that type may hold."""
    if kind in SMALL:
        return SMALL[kind]
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return st.sampled_from(kind)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind, include_extras=True)
        return st.builds(kind, **{f.name: values(hints[f.name]) for f in fields(kind)})
    if get_origin(kind) is tuple:
        return st.lists(values(get_args(kind)[0]), max_size=2).map(tuple)
    if get_origin(kind) in (Union, UnionType):
        return st.one_of([values(arg) for arg in get_args(kind)])
    return values(kind.__value__)


@pytest.mark.parametrize("cls", DOCUMENTS, ids=lambda cls: cls.__name__)
@settings(max_examples=6, deadline=None, database=None)
@given(data=st.data())
def test_every_document_is_read_back_as_it_was_written(cls: type[Any], data: st.DataObject) -> None:
    record = data.draw(values(cls))
    written = codec.dump(record)
    assert codec.load(cls, written, max_size=1 << 20) == record
    assert codec.dump(codec.load(cls, written, max_size=1 << 20)) == written


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["kind", "type", "n", "id"]), inner),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(DOCUMENTS), JSON, st.data())
def test_whatever_stands_in_a_field_is_read_or_refused(cls: type[Any], junk: Any, data: st.DataObject) -> None:
    doc = codec.to_doc(data.draw(values(cls)))
    path = data.draw(st.sampled_from(list(places(doc))))
    try:
        read = codec.from_doc(cls, put(doc, path, junk))
    except Malformed:
        return
    codec.dump(read)


# What Python lets stand in a field though its type says otherwise: text for a member, a member for text, a list for a tuple, another
# record, and values that have no document form at all.
STRAY = st.recursive(
    JSON
    | st.binary(max_size=5)
    | st.sampled_from([*ids.CHECKS])
    | st.sampled_from([PageClass.MESSAGE, PageClass.MESSAGE.value, bytearray(b"ab"), {1, 2}, object(), 2**60, "a" * 32])
    | st.builds(event.NoteLeaf, st.none(), st.binary(max_size=2)),
    lambda inner: st.lists(inner, max_size=2) | st.lists(inner, max_size=2).map(tuple),
    max_leaves=3,
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(DOCUMENTS), STRAY, st.data())
def test_what_could_not_be_read_back_is_not_written(cls: type[Any], stray: Any, data: st.DataObject) -> None:
    record = data.draw(values(cls))
    named = data.draw(st.sampled_from([f.name for f in fields(cls)]))
    with suppress(Exception):  # a class that looks at its own fields as it is made
        record = replace(record, **{named: stray})
    try:
        written = codec.dump(record)
    except Malformed:
        return
    assert codec.dump(codec.load(cls, written, max_size=1 << 20)) == written
