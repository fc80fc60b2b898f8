"""How many words a person may meet on the screen of their device: at most 1,500 a language, strip, window and every page together."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

import pytest

from offmon.agent.presence.details import tools
from offmon.agent.presence.words import IndicatorLanguage
from offmon.words import catalogue
from offmon.words.catalogue import Language, texts
from tests.support.snapshots import words_of
from tests.unit.agent.presence.test_snapshots import lines, pages

MOST_WORDS = 1_500


class Noted(Mapping[str, str]):
    """The texts of a language, and which of them were asked for."""

    def __init__(self, language: Language) -> None:
        self.said, self.asked = texts(language), set[str]()

    def __getitem__(self, key: str) -> str:
        self.asked.add(key)
        return self.said[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.said)

    def __len__(self) -> int:
        return len(self.said)


@pytest.mark.parametrize("language", Language)
def test_all_that_the_screen_can_say_is_short(monkeypatch: pytest.MonkeyPatch, language: Language) -> None:
    """Each text once, as the catalogue has it; the strip and the window in each state, each page with each outcome."""
    noted = {one: Noted(one) for one in Language}
    monkeypatch.setattr(catalogue, "texts", MappingProxyType(noted).__getitem__)
    monkeypatch.setattr(catalogue, "_text", lambda of, key: noted[of].get(key))
    shown = [lines(page) for _, page in pages(IndicatorLanguage(language))]
    monkeypatch.undo()
    assert len(shown) > 40
    asked = noted[language].asked | {key for key in texts(language) if key.startswith("indicator.")}
    said = [texts(language)[key] for key in sorted(asked)] + list(tools(IndicatorLanguage(language)))
    unseen = [key for key in texts(language) if key.startswith("device.") and key not in asked]
    assert {key.split(".")[1] for key in unseen} <= {"marker", "larger", "smaller", "close"}
    assert sum(words_of(text) for text in said) <= MOST_WORDS
