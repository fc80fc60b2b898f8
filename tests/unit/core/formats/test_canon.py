"""Canonical bytes: ours equal RFC 8785's, and nothing else is read (formats §1)."""

from types import MappingProxyType
from typing import Any

import pytest

from offmon.core.errors import Malformed
from offmon.core.formats.canon import MAX_DEPTH, MAX_INT, Tag, decode, digest, encode
from tests.unit.core.samples import code_of


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
        (None, None),
        (True, None),
        ({"key": 1}, None),
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
