"""Whatever a person reads can be read at eleven or twelve, each area of the catalogue by itself (R-WEB-3, R-RGT-6).

Rules
- An area is a file of the catalogue; of the site and of the portal, a page. None is graded only in a lump with easier ones.
- What a text is given (`{name}`) and what is typed count as one short word: neither is ours to write.
- What holds no sentence is named below, with the reason. A new area is graded without anybody remembering to.
"""

import re

import pytest

from offmon.words.catalogue import Language, texts
from offmon.words.linked import parts
from tests.unit.words.test_notice import GRADE, grade

BY_PAGE = {"site", "portal"}
NO_SENTENCES = {
    "date": "the names of months and days",
    "indicator": "a label of the screen, with room for one line: what it says must be exact, and “monitoring” is its longest word",
    "portal.role": "what people are called at work: their titles are not ours to choose",
}
LONGEST = 32  # words of a sentence


def area(key: str) -> str:
    first, second, *_ = key.split(".")
    return f"{first}.{second}" if first in BY_PAGE else first


AREAS = sorted({area(key) for key in texts(Language.ENGLISH)})


def read_out(text: str) -> str:
    return re.sub(r"\{[^}]+\}", "it", "".join("it" if part.typed else part.text for part in parts(text)))


def sentences(of: str) -> list[str]:
    """Each sentence, and each line of a list, that has more than one word."""
    said = [read_out(text) for key, text in texts(Language.ENGLISH).items() if area(key) == of]
    lines = [line.removeprefix("- ").strip() for text in said for line in text.splitlines()]
    return [one for line in lines for one in re.split(r"(?<=[.?!:])\s+", line) if len(one.split()) > 1]


@pytest.mark.parametrize("of", [one for one in AREAS if one not in NO_SENTENCES])
def test_it_can_be_read_at_twelve(of: str) -> None:
    said = sentences(of)
    assert grade(said) <= GRADE
    assert [one for one in said if len(one.split()) > LONGEST] == []


def test_no_area_is_graded_by_nothing_but_what_holds_labels_alone() -> None:
    assert set(NO_SENTENCES) <= set(AREAS)
    held = {key: text for key, text in texts(Language.ENGLISH).items() if area(key) in NO_SENTENCES and "." in text}
    assert set(held) == {"indicator.monitored"}, "a label grew into a sentence: grade its area"
