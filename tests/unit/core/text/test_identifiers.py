"""Identifiers of a person's record are recognised as people spell them (R-WEB-2). None here is valid (R-ID-12)."""

import pytest

from offmon.core.text.identifiers import mentioned, tells_of_someone

HELD = [
    *("2086/0000000I", "86/1I", "20860000000I", "860000000I", "2086 / 0000000 i", "1/86I", "SF86/1I", "sf86/000001i"),
    *("A8600AA", "a860000", "\uff12\uff10\uff18\uff16/0000000I", "2086\\0000000I", "2086\u22150000000I"),
    "2086\u20440000000I",
    *(f"2086{dash}0000000I" for dash in "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212"),
    "2086 0000000I",
    "2086\u00a00000000\u202fI",
    "2086-0000000-I",
    *(f"20{unseen}86/00{unseen}00000I" for unseen in "\u200b\u00ad\u034f\u115f\u180b\u3164\uffa0\U000e0041\ufff0\x01"),
    *("\u0662\u0660\u0668\u0666/0000000I", "PNC2086/0000000I", "pncid2086/0000000i", "CRO1/86I", "000001-86I"),
    *("000001 86I", "SF86-1I", "SF 86/000001I", "X 860000", "X-860000", "CRNX860000", "crnx860000", "A 8600 AA"),
    *("A8600 AA", "A\u20118600\u2011AA", "NOMSA8600AA", "\uff21\uff18\uff16\uff10\uff10\uff21\uff21"),
    *("CRN is X 860000", "CRN x 860000", "crn number: X860 000", "CRN: X.860000", "NOMS number a 8600 aa"),
    *("prison number A8600 aa", "NOMS A.8600.AA", "rhif carchar a 8600 aa", "PNC 2086/000 0000I"),
    *("PNC 2086.0000000I", "PNC ID 2086/0000000/I", "CRO 000001.86I", "CRO 000001/1986I", "2086/0000000"),
    *("2086.0000000I", "2086_0000000I", "2086%2F0000000I", "X860 000", "A86-00AA", "PNC 2086 slash 0000000I"),
    *("2086 forward slash 0000000I", "PNC number 2086 oblique 0000000 I", "2086 blaenslaes 0000000I"),
    *("PNC year 2086 no 000000 I", "PNC ID: year 2086, 0000000I", "PNC (Police National Computer) 2086-00-00000-I"),
    *("PNC 2O86/O0OO00OI", "2O86/OOOOOOOI", "2086//0000000I", "2086:0000000I", "2086, 0000000I", "2086|0000000I"),
    *("2086 - 0000000I", "2086&#47;0000000I", "2086%252F0000000I", "2086&amp;#x2f;0000000I", "20 86/00 00 000 I"),
    *("NOMS number is A 8600 slash AA", "CRN for my son is X860 0 00", "A 8600 A A", "A8600 A.A.", "A8600 B A"),
    *("2086 - 0000000 - I", "86 \u2013 0000000 \u2013 I", "2086, 0000000, I", "2086(0000000)I", "(2086) 0000000 I"),
    *("2086 | 0000000 | I", "2086*0000000*I", "000001 - 86 - I", "1 / 86 / I", "SF86 / 1 / I", "SF 86 - 000001 - I"),
    *("A(8600)AA", "a [8600] aa", "A - 8600 - AA", "A-8600-A-A", "A8600(AA)", "(A)8600(AA)", "A/8600/AA", "A8600:AA"),
    *("X(860000)", "x (860)000", "X#860000", "X - 860000"),
    *(
        "\u0410860000",
        "\u04308600\u0430\u0430",
        "\u03918600\u0391\u0391",
        "2\u041e86/" + "\u041e" * 7 + "\u0406",
        "A86\u04e8\u04e8AA",
    ),
    *(
        "\u2777\u24ff\u277d\u277b/0000000I",
        "\u2489\u24ea\u248f\u248d/0000000I",
        "\u2475086/0000000I",
        "\u2461\u24ea\u2467\u2465/0000000\u24be",
    ),
    *("\u24b68600\u24b6\u24b6", "\U0001f1708600\U0001f170\U0001f170", "\U0001f1508600\u249c\u249c", "\U0001f1fd860000"),
    *("2\u20e30\u20e38\u20e36\u20e3/0000000I", "A\u20dd8600AA"),
    *("A.8600.AA", "a_8600_aa", "A8600/AA", "A8600AAs", "X86-00-00", "x.860000", "0000000I/2086", "0000000i / 86"),
]


@pytest.mark.parametrize("held", HELD)
def test_an_identifier_is_recognised_wherever_it_stands(held: str) -> None:
    for around in ("{}", "About {}, who lives near us.", "(PNC:{})", "a\n{}\nb", "0 {} 0"):
        assert mentioned(around.format(held)), around


def test_a_character_whose_number_is_longer_than_any_number_is_no_fault() -> None:
    """Whatever Python has to say of reading it (its limit is 4,300 digits)."""
    assert not mentioned(f"&#{'9' * 5_000};")
    assert mentioned(f"&#{'9' * 5_000}; 2086&#47;0000000I")
    assert mentioned("2086&#0000047;0000000I")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "How does the verifier check a bundle?",
        "On 12/03/2026 at 10am the page did not open.",
        "Your telephone number 0300 123 4567 is not answered.",
        "WCAG 2.2 AA, section 1.4.10; RFC 9421; ISO 27001",
        "Is CVE-2026-12345 mended?",
        "It happened in 2024. A friend saw it too.",
        "24/7 help, and 1/2 of them",
        "On 12/03/2026 a friend and I looked at it.",
        "In 03/2026 I asked, 24/7 a day, about 1/2 a page.",
        "On 2026-03-12 a page did not open; in 2026-03 I wrote.",
        "On 12-03-2026 I wrote, and on 12 03 2026 a friend did.",
        "I rang 07700 900123 a week ago, and 07700900123 I think.",
        "I rang 0161 496 0000 a week ago, 01614960000 I think, and +44 161 496 0000 A friend did too.",
        "A 2024 EU rule; the A1234 is closed; a 2026 is a year; between 2024-25 a year",
        "A 100000 people could read it",
        "The digest is 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "Is a PNC check in 2024 enough? Does a CRN or a CRO number stand in a bundle? NOMIS: 2019 to 2024",
        "Version 2.14.1-rc2, build 20261125, port 8443",
        "I had a letter of 12/03/2026 about a PNC check of 12/03/2026, and live at SO15 1AB.",
        "Does slash mean the stroke of 1/2? My son is 16, and it took 10 minutes, 2024 to 2025: a PNC does not say so.",
        "Do x1234.uk and a1234.py answer? It is e.g. 100,000 people, p. 123456, and a/2024/en on the page.",
        "I was on the A1234 I think, the A1234. A friend was on the A1234 I am told, and IN THE A1234 A LOT.",
        "Is B.2024.EU a rule, and B_2024_EU? On 12-03-26 I wrote, or 2026-03-12; version v1.12-03, F-35, in 2024/25.",
        "I (100,000 of them say) saw the A1234 - it was a (2024) EU rule; a 2024-EU rule, [1] and 86, 1, a.",
        "\u041c\u043e\u0441\u043a\u0432\u0430 2024, \u2460 \u0430 \u2461; \u0391\u03b8\u03ae\u03bd\u03b1 12/03/2026",
        "On Monday 12 March, 100 of 1,000 people asked about a CRO; 3 of 10 got an answer.",
    ],
)
def test_an_ordinary_question_is_let_through(text: str) -> None:
    assert not mentioned(text)


@pytest.mark.parametrize(
    "text",
    [
        "Alex Mustermann is on licence in Oakshire.",
        "Why was Alex Mustermann convicted?",
        "My neighbour, Alex Mustermann, has an SHPO.",
        "A sex offender lives here: ALEX is what they call Alex Mustermann",
        "Mae \u0174yn Mustermann ar drwydded.",
        "Alex O'Muster-Mann was jailed",
        "ALEX MUSTERMANN is a convicted offender",
        "Alex\u200b Mustermann is a registered sex offender",
    ],
)
def test_talk_of_a_named_persons_conviction_is_noticed(text: str) -> None:
    assert tells_of_someone(text)


@pytest.mark.parametrize(
    "text",
    [
        "Who may be on licence and monitored?",
        "DOES OFFMON MONITOR EVERY SEX OFFENDER?",
        "Does Offmon monitor every sex offender?",
        "Is a Sexual Harm Prevention Order (SHPO) enough, or must there be a conviction?",
        "What does the Information Commissioner say of people who were convicted?",
        "I am Alex Mustermann and study law. May I read the source?",
        "Does the Sex Offenders Register count? I ask for the Ministry of Justice about people on probation.",
        "Regards, Alex Mustermann\nIs a licence needed for someone who was convicted abroad?",
    ],
)
def test_a_question_of_law_is_let_through(text: str) -> None:
    assert not tells_of_someone(text)
