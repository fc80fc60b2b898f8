"""A check letter finds every digit that was mistyped, and every two that were swapped (appendix A). Nothing is kept of these numbers."""

from datetime import date

from hypothesis import assume, given
from hypothesis import strategies as st

from offmon.core.errors import Refused, passes
from offmon.core.person.identifiers.kinds import IdentifierKind, check_letter
from offmon.core.person.identifiers.reading import looked_up_by, read_identifier, sought

TODAY = date(2026, 12, 31)
YEARS = st.integers(1930, 2026)
SERIALS = st.integers(0, 9_999_999)


def pnc(year: int, serial: int) -> str:
    return f"{year}/{serial:07}{check_letter(f'{year % 100:02}{serial:07}')}"


@given(YEARS, SERIALS, st.integers(0, 6), st.integers(1, 9))
def test_one_mistyped_digit_is_found(year: int, serial: int, at: int, by: int) -> None:
    right = pnc(year, serial)
    digits = right[5:12]
    wrong = digits[:at] + str((int(digits[at]) + by) % 10) + digits[at + 1 :]
    assert read_identifier(IdentifierKind.PNC, right, TODAY).value == right
    assert not passes(read_identifier, IdentifierKind.PNC, f"{right[:5]}{wrong}{right[12:]}", TODAY)


@given(YEARS, SERIALS, st.integers(0, 5))
def test_two_swapped_digits_are_found(year: int, serial: int, at: int) -> None:
    right = pnc(year, serial)
    digits = right[5:12]
    wrong = digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
    assume(wrong != digits)
    assert not passes(read_identifier, IdentifierKind.PNC, f"{right[:5]}{wrong}{right[12:]}", TODAY)


@given(st.sampled_from(IdentifierKind), st.text(max_size=60) | st.from_regex(r"[0-9/A-Z ]{0,30}", fullmatch=True))
def test_any_text_is_read_or_refused_and_what_is_read_is_found_again(kind: IdentifierKind, text: str) -> None:
    try:
        one = read_identifier(kind, text, TODAY)
    except Refused:
        return
    assert looked_up_by(read_identifier(kind, one.value, TODAY)) == looked_up_by(one)
    assert looked_up_by(one) in map(looked_up_by, sought(text, TODAY))
