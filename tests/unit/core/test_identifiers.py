"""Identifiers of a person's record are recognised as people spell them (R-WEB-2). None here is valid (R-ID-12)."""

import pytest

from offmon.core.identifiers import mentioned

HELD = [
    "2086/0000000I",
    "86/1I",
    "20860000000I",
    "860000000I",
    "2086 / 0000000 i",
    "1/86I",
    "SF86/1I",
    "sf86/000001i",
    "A8600AA",
    "a860000",
    "\uff12\uff10\uff18\uff16/0000000I",
    "2086\\0000000I",
]


@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("around", ["{}", "About {}, who lives near us.", "(PNC:{})", "a\n{}\nb"])
def test_an_identifier_is_recognised_wherever_it_stands(held: str, around: str) -> None:
    assert mentioned(around.format(held))


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
    ],
)
def test_an_ordinary_question_is_let_through(text: str) -> None:
    assert not mentioned(text)
