"""Enrolment codes: any code is read back as printed, and any text is a code or refused (formats §2)."""

from hypothesis import given, settings
from hypothesis import strategies as st

from offmon.core.formats.protocol import Code, code_for
from tests.unit.core.formats.test_protocol import ROOT
from tests.unit.core.samples import code_of

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
