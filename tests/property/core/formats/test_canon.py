"""Canonical bytes of any value equal RFC 8785's; any bytes are read or refused (formats §1)."""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from unittest.mock import patch

import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from offmon.core.errors import Malformed
from offmon.core.formats import canon
from offmon.core.formats.canon import MAX_INT, decode, encode
from tests.unit.core.samples import code_of

NUMBERS = st.integers(-MAX_INT + 1, MAX_INT - 1)

KEYS = st.text(st.characters(max_codepoint=127), max_size=6)

DOCUMENTS = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def slowly[R](do: Callable[..., R], *given: Any, **by_name: Any) -> R:
    """What the standard library alone makes of it."""
    with patch.multiple(canon, _read=canon._read_slowly, _write=canon._write_slowly):
        return do(*given, **by_name)


def either_way(data: bytes) -> bool:
    """Whether a server and a verifier read the same in these bytes, or refuse them by the same code."""
    codes = code_of(decode, data, max_size=1 << 20), slowly(code_of, decode, data, max_size=1 << 20)
    if codes != (None, None):
        return codes[0] == codes[1]
    return decode(data, max_size=1 << 20) == slowly(decode, data, max_size=1 << 20)


FEW = settings(max_examples=40, deadline=None)


@FEW
@given(DOCUMENTS)
def test_our_bytes_are_those_of_rfc_8785(value: Any) -> None:
    assert encode(value) == rfc8785.dumps(value) == slowly(encode, value)
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
    assert either_way(other)
    if other != exact:
        with suppress(Malformed):  # else it is another document, in its own canonical form
            assert encode(decode(other, max_size=1 << 20)) == other


@FEW
@given(st.binary(max_size=60) | st.text('[]{}",:\\u0d8eE.-+ 1truefalsn', max_size=30).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    assert either_way(data)
    assert code_of(decode, data, max_size=50) is not None or encode(decode(data, max_size=50)) == data
