"""Canonical bytes: ours equal RFC 8785's, and nothing else is read (formats §1)."""

import json
from contextlib import suppress
from types import MappingProxyType
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from offmon.core.canon import MAX_DEPTH, MAX_INT, Tag, decode, digest, encode
from offmon.core.errors import Malformed
from tests.unit.core.samples import code_of

NUMBERS = st.integers(-MAX_INT + 1, MAX_INT - 1)
KEYS = st.text(st.characters(max_codepoint=127), max_size=6)
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
FEW = settings(max_examples=80, deadline=None)


@FEW
@given(DOCUMENTS)
def test_our_bytes_are_those_of_rfc_8785(value: Any) -> None:
    assert encode(value) == rfc8785.dumps(value)
    assert decode(encode(value), max_size=1 << 20) == value


@FEW
@given(DOCUMENTS, st.data())
def test_what_is_not_its_own_canonical_form_is_refused(value: Any, data: st.DataObject) -> None:
    exact = encode(value)
    other = data.draw(
        st.sampled_from(
            [
                json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False).encode("utf-8"),
                json.dumps(value, separators=(",", ":"), sort_keys=True).encode(),
                json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode("utf-8"),
                exact + b" ",
                b" " + exact,
                exact + exact,
                exact[:-1],
            ]
        )
    )
    if other != exact:
        with suppress(Malformed):  # else it is another document, in its own canonical form
            assert encode(decode(other, max_size=1 << 20)) == other


@FEW
@given(st.binary(max_size=60) | st.text('[]{}",:\\u0d8eE.-+ 1truefalsn', max_size=30).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    assert code_of(decode, data, max_size=50) is not None or encode(decode(data, max_size=50)) == data


def test_size_is_checked_before_anything_is_parsed() -> None:
    assert code_of(decode, b"[" * 101, max_size=100) == "too-large"
    assert code_of(decode, b"[" * (1 << 20), max_size=1 << 20) == "not-json"
    assert code_of(decode, b"1" * 10_000, max_size=1 << 20) == "not-json"


def nested(levels: int, inside: bytes = b"") -> bytes:
    return b"[" * levels + inside + b"]" * levels


@pytest.mark.parametrize("inside", [b"", b"1"])
def test_sixteen_levels_and_no_more(inside: bytes) -> None:
    assert code_of(decode, nested(MAX_DEPTH, inside), max_size=100) is None
    assert code_of(decode, nested(MAX_DEPTH + 1, inside), max_size=100) == "too-deep"


def test_a_value_that_holds_itself_is_too_deep() -> None:
    endless: list[object] = []
    endless.append(endless)
    assert code_of(encode, endless) == "too-deep"


@pytest.mark.parametrize(
    ("value", "refused"),
    [
        (1.0, "not-json"),
        (float("nan"), "not-json"),
        (b"bytes", "not-json"),
        ({1, 2}, "not-json"),
        (MappingProxyType({}), "not-json"),
        (MAX_INT, "number-too-large"),
        (-MAX_INT, "number-too-large"),
        ({"é": 1}, "bad-key"),
        ({1: 1}, "bad-key"),
        ("half \ud83d", "lone-surrogate"),
        (["\udc00"], "lone-surrogate"),
        (MAX_INT - 1, None),
        ("whole \U0001f600", None),
    ],
)
def test_what_has_no_canonical_form(value: Any, refused: str | None) -> None:
    assert code_of(encode, value) == refused


def test_a_refusal_does_not_repeat_what_it_refuses() -> None:
    with pytest.raises(Malformed) as refusal:
        encode({"name": "Somebody \ud800"})
    assert "Somebody" not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_a_tag_is_part_of_what_is_hashed() -> None:
    assert digest(Tag.FIELD, b"x") != digest(Tag.RECORD, b"x")
    assert all(tag.isascii() and tag.startswith("offmon/") and tag.endswith("@1") for tag in Tag)
    starts = [tag.encode() + b"\0" for tag in Tag]
    assert not [a for a in starts for b in starts if a is not b and b.startswith(a)]
