"""Enrolment codes and what device and ingest say to each other (formats §2, §6)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offmon.core import codec, protocol
from offmon.core.ids import Digest
from offmon.core.profile import HpkeKey
from offmon.core.protocol import Code, Enrol, code_for, list_place
from tests.unit.core.samples import DEVICE_KEY, code_of, digest, ident, key

ROOT = key("root.invalid/86").public
HALVES = st.binary(min_size=10, max_size=10)


@settings(max_examples=60)
@given(HALVES, HALVES)
def test_a_code_is_read_back_as_it_was_printed(secret: bytes, half: bytes) -> None:
    code = Code(secret, half)
    assert Code.parse(code.text) == code
    assert [len(group) for group in code.text.split("-")] == [4] * 8


@settings(max_examples=60)
@given(HALVES, st.data())
def test_case_spaces_and_dashes_do_not_matter(secret: bytes, data: st.DataObject) -> None:
    code = code_for(secret, ROOT)
    typed = "".join(
        data.draw(st.sampled_from([c, c.lower()])) + data.draw(st.sampled_from(["", "", " ", "-", "\n", "\u00a0"]))
        for c in code.text
    )
    assert Code.parse(typed) == code


@settings(max_examples=80)
@given(HALVES, st.integers(0, 31), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_a_mistyped_letter_is_another_code(secret: bytes, index: int, letter: str) -> None:
    letters = code_for(secret, ROOT).text.replace("-", "")
    typed = letters[:index] + letter + letters[index + 1 :]
    if typed != letters:
        other = Code.parse(typed)
        assert other != code_for(secret, ROOT)
        assert other.names(ROOT) == (index < 16)  # a slip in the second half is noticed before anything is sent


@settings(max_examples=60)
@given(st.text(max_size=45) | st.text("ABC234=", min_size=30, max_size=42))
def test_any_text_is_a_code_or_refused(text: str) -> None:
    assert code_of(Code.parse, text) in (None, "bad-code")


@pytest.mark.parametrize("text", ["", "A" * 31, "A" * 33, "A" * 31 + "1", "A" * 31 + "0", "A" * 31 + "=", "A" * 40])
def test_a_code_has_32_letters(text: str) -> None:
    assert code_of(Code.parse, text) == "bad-code"


def test_a_code_names_one_root() -> None:
    code = code_for(bytes(10), ROOT)
    assert code.names(ROOT)
    assert not code.names(key("root.invalid/other").public)


def test_an_enrolment_asks_with_exactly_what_it_needs() -> None:
    ask = Enrol(bytes(10), DEVICE_KEY.public.vkey, HpkeKey(1, bytes(32)), 1, digest("release"), digest("account"))
    data = codec.dump(ask)
    assert len(data) < protocol.MAX_ENROL
    assert codec.load(Enrol, data, max_size=protocol.MAX_ENROL) == ask


def test_a_lists_entries_are_bound_to_device_and_list() -> None:
    one = list_place(ident("device"), Digest("ab" * 32))
    assert one != list_place(ident("other"), Digest("ab" * 32))
    assert one != list_place(ident("device"), Digest("cd" * 32))
