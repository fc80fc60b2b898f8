"""What the indicator says is neutral, whole in every language, and legible (design §1.6, R-RGT-5; WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
from dataclasses import fields

import pytest

from offmon.agent.presence import style
from offmon.agent.presence.states import AgentState
from offmon.agent.presence.words import CATALOGUE, IndicatorLanguage, IndicatorText
from offmon.words import catalogue
from offmon.words.catalogue import texts

TELLING = re.compile(
    r"\b(police|force|probation|prison|officer|offen\w+|crim\w+|convict\w*|court|order|licen[cs]e|sex\w*|harm|risk|suspect\w*)\b"
)


def said_by(words: IndicatorText) -> list[str]:
    return [words.title, words.monitored, words.details, words.move, *words.states.values(), *words.strip.values()]


def test_every_language_has_words_for_every_state() -> None:
    assert set(CATALOGUE) == set(IndicatorLanguage)
    for words in CATALOGUE.values():
        assert set(words.states) == set(AgentState)
        assert len(said_by(words)) == len(fields(words)) - 2 + 2 * len(AgentState), "said_by leaves something out"
        assert all(line.strip() for line in said_by(words))


def test_each_text_is_that_of_its_key_and_both_languages_stand_in_their_order() -> None:
    def told(key: str, between: str = "\n") -> dict[IndicatorLanguage, str]:
        english, welsh = (texts(catalogue.Language(language))[f"indicator.{key}"] for language in ("en", "cy"))
        return {
            IndicatorLanguage.ENGLISH: english,
            IndicatorLanguage.WELSH: welsh,
            IndicatorLanguage.BOTH: f"{english}{between}{welsh}",
        }

    for language, words in CATALOGUE.items():
        assert words.title == told("title", " / ")[language]
        for key, said in (("monitored", words.monitored), ("details", words.details), ("move", words.move)):
            assert said == told(key)[language]
        assert words.states == {state: told(f"state.{state}")[language] for state in AgentState}
        on, off = (told(f"strip.{one}", " / ")[language] for one in ("on", "off"))
        assert words.strip == {state: on if state is AgentState.COLLECTING else off for state in AgentState}


def test_each_state_reads_differently() -> None:
    for words in CATALOGUE.values():
        assert len(set(words.states.values())) == len(AgentState)


def test_a_bystander_learns_of_no_force_offence_or_order() -> None:
    assert TELLING.search("a court order"), "the pattern itself must be able to find something"
    for line in said_by(CATALOGUE[IndicatorLanguage.ENGLISH]):
        assert not TELLING.search(line.lower()), line


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("ground", [style.PAPER, style.BUTTON, style.BUTTON_PRESSED])
def test_text_can_be_read_on_its_ground(ground: str) -> None:
    assert contrast(style.INK, ground) >= 4.5


@pytest.mark.parametrize("state", AgentState)
def test_the_mark_can_be_told_from_the_paper(state: AgentState) -> None:
    assert contrast(style.mark_of(state), style.PAPER) >= 3


def test_the_contrast_is_computed_as_wcag_does() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
