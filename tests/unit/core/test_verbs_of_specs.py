"""The specs name an act by the word that its entry holds (formats §7)."""

import re
from pathlib import Path

import pytest

from offmon.core.log.audit import Verb

SPECS = Path(__file__).parents[3] / "docs" / "specs"
NO_VERB = re.compile(r"(?:actor|core)\.|.*\.(?:json|html|txt)$")  # a field of an entry, a file
PAGES = sorted(SPECS.glob("*.md"))


def verbs(text: str) -> set[str]:
    return {word for word in re.findall(r"`([a-z_]+\.[a-z_]+)`", text) if not NO_VERB.match(word)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_each_verb_that_a_spec_names_is_one_that_an_entry_holds(page: Path) -> None:
    text = page.read_text("utf-8")
    assert verbs(text) <= set(Verb)
    assert not set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)*\b", text)) & set(Verb.__members__)
