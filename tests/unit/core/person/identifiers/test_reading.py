"""Each identifier is checked as it is typed. Valid ones here are published vectors, or have no check (R-ID-12)."""

from datetime import date

import pytest

from offmon.core.errors import Refused
from offmon.core.person.identifiers.forces import FORCES, LEGACY, RESERVED, SPECIAL, TERRITORIAL
from offmon.core.person.identifiers.kinds import Caution, IdentifierKind, check_letter, masked
from offmon.core.person.identifiers.reading import looked_up_by, read_identifier, sought
from tests.support.refused import code_of

TODAY = date(2026, 12, 31)
PNC, CRO, ASN, PRISON, CRN, VISOR, IMEI, OTHER = IdentifierKind


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        # R-ID-1: with and without slash, long and short; and the year is what comes before the slash
        (PNC, "2003/0000003Y", "2003/0000003Y"),
        (PNC, "03/3Y", "2003/0000003Y"),
        (PNC, "033Y", "2003/0000003Y"),
        (PNC, "20030000003Y", "2003/0000003Y"),
        (PNC, " 2003/3y ", "2003/0000003Y"),
        (PNC, "1952/10B", "1952/0000010B"),
        # R-ID-2: the vectors of appendix A
        (PNC, "2019/0123456E", "2019/0123456E"),
        (PNC, "1987/1234567U", "1987/1234567U"),
        (PNC, "2024/7654321D", "2024/7654321D"),
        (PNC, "1979/0163001B", "1979/0163001B"),
        (PNC, "2002/0073319Z", "2002/0073319Z"),
        (PNC, "81/34U", "1981/0000034U"),
        (PNC, "00/223R", "2000/0000223R"),
        (PNC, "67/9893091D", "1967/9893091D"),
        # R-ID-4
        (CRO, "123456/08T", "123456/08T"),
        (CRO, "65656/91h", "065656/91H"),
        (CRO, "029906/12J", "029906/12J"),
        (CRO, "SF83/50058Z", "SF83/50058Z"),
        (CRO, "SF61/1234J", "SF61/1234J"),
        (CRO, "SF39/9H", "SF39/9H"),
        (ASN, "1101ZD0100000448754K", "11/01ZD/01/00000448754K"),
        (ASN, "11/01ZD/01/448754K", "11/01ZD/01/00000448754K"),
        # R-ID-5: no check digit is invented
        (PRISON, "a8600aa", "A8600AA"),
        (CRN, "A860000", "A860000"),
        # R-ID-6: no form is imposed
        (VISOR, "an  Invented/reference 1", "an Invented/reference 1"),
        (OTHER, "86-INVENTED", "86-INVENTED"),
        # R-ID-11
        (IMEI, "490154203237518", "490154203237518"),
    ],
)
def test_an_identifier_is_kept_in_one_form_beside_what_was_typed(kind: IdentifierKind, typed: str, value: str) -> None:
    one = read_identifier(kind, typed, TODAY)
    assert (one.kind, one.value, one.typed) == (kind, value, typed.strip())
    again = read_identifier(kind, one.value, TODAY)
    assert looked_up_by(again) == looked_up_by(one)
    assert looked_up_by(one) in map(looked_up_by, sought(typed, TODAY))


@pytest.mark.parametrize(
    ("kind", "typed", "code"),
    [
        (PNC, "200/3Y", "identifier-form"),  # R-ID-1: never three digits
        (PNC, "2003/00000003Y", "identifier-form"),
        (PNC, "2003-0000003Y", "identifier-form"),
        (PNC, "٢٠٠٣/3Y", "identifier-form"),
        (PNC, "20030011985Z", "identifier-letter"),  # R-ID-2: the vectors that are wrong
        (PNC, "20120052494O", "identifier-letter"),
        (PNC, "20230583843N", "identifier-letter"),
        (PNC, "2001/0171310S", "identifier-letter"),
        (PNC, "2086/0000000A", "identifier-year"),
        (PNC, "1899/0000000A", "identifier-year"),
        (CRO, "123456/08U", "identifier-letter"),
        (CRO, "SF39/9J", "identifier-letter"),
        (CRO, "12345608T", "identifier-form"),
        (ASN, "1101ZD0100000448754L", "identifier-letter"),
        (ASN, "1186ZD0100000448754K", "identifier-force"),
        (ASN, "1101ZD01K", "identifier-form"),
        (PRISON, "A860AA", "identifier-form"),  # R-ID-5
        (CRN, "A86000", "identifier-form"),
        (IMEI, "490154203237519", "identifier-digit"),  # R-ID-11
        (IMEI, "49015420323751", "identifier-form"),
        (VISOR, " ", "identifier-length"),
        (VISOR, "x" * 51, "identifier-length"),
    ],
)
def test_what_is_no_such_identifier_is_refused_and_never_repeated(kind: IdentifierKind, typed: str, code: str) -> None:
    assert code_of(read_identifier, kind, typed, TODAY) == code
    with pytest.raises(Refused) as refusal:
        read_identifier(kind, typed, TODAY)
    assert typed.strip() not in refusal.value.message or not typed.strip()


def test_a_wrong_letter_is_told_in_one_sentence_that_corrects_nothing() -> None:
    with pytest.raises(Refused) as refusal:
        read_identifier(PNC, "2001/0171310S", TODAY)
    said = "The last letter does not fit the numbers of this PNC number. Compare it with the source."
    assert refusal.value.message == said
    assert check_letter("010171310") == "W"


def test_a_year_of_two_digits_is_of_the_century_that_today_says_and_is_a_caution() -> None:
    """R-ID-3: `27/1L` is of 1927 on the last day of 2026, and of 2027 from the next day on."""
    before, after = (read_identifier(PNC, "27/1L", day) for day in (TODAY, date(2027, 1, 1)))
    assert (before.value, after.value) == ("1927/0000001L", "2027/0000001L")
    assert before.cautions == after.cautions == (Caution.CENTURY,)
    assert read_identifier(PNC, "1927/1L", TODAY).cautions == ()


@pytest.mark.parametrize("typed", ["SF05/1A", "SF05/1B", "SF39/09H"])
def test_where_systems_disagree_a_special_form_is_a_caution_and_no_refusal(typed: str) -> None:
    assert read_identifier(CRO, typed, TODAY).cautions == (Caution.SYSTEMS_DISAGREE,)


def test_a_force_code_is_two_characters_of_one_sort_alone() -> None:
    """R-ID-7: 43 territorial forces of England and Wales, of which one has two codes."""
    assert len(set(TERRITORIAL.values())) == 43
    assert len(TERRITORIAL) == 44
    sorts = [TERRITORIAL.keys(), SPECIAL.keys(), LEGACY, RESERVED]
    assert sum(map(len, sorts)) == len(set().union(*sorts))
    assert all(len(code) == 2 for code in set().union(*sorts))
    assert "1" not in FORCES
    assert not RESERVED & FORCES


def test_a_list_shows_the_last_three_characters_and_of_a_short_one_nothing() -> None:
    """R-ID-10."""
    assert masked("2003/0000003Y") == "…03Y"
    assert masked("ABC123") == "…"
