"""An eleven- or twelve-year-old can read each area of the catalogue (R-WEB-3, R-RGT-6).

Rules
- An area is a file of the catalogue; of the site and of the portal, a page. No area is graded only together with easier ones.
- A grade is a mean, so easy sentences could hide an unreadable one. So each sentence has a cap of its own, of words and of grade. The
  formula says little of a few words; at most one of those may be long.
- The formula is for English. Welsh only has a limit of sentence length: a few words more, since it often needs more.
- Names of bodies and standards, filled-in texts (`{name}`) and typed input count as one short word, since we do not write them.
- Texts without a sentence are named below, with the reason. A new area is graded by itself.
"""

import re

import pytest

from offmon.words.catalogue import Language, texts
from offmon.words.inline_markup import parts
from tests.unit.words.test_notice import GRADE, grade, syllables

BY_PAGE = {"site", "portal"}
NO_SENTENCES = {
    "date": "the names of months and days",
    "indicator": "a label of the screen, with room for one line: what it says must be exact, and “monitoring” is its longest word",
    "portal.role": "what people are called at work: their titles are not ours to choose",
}
NAMES = re.compile(
    r"Equality Advisory and Support Service|Independent Office for Police Conduct|Information Commissioner(?:[’']s Office)?"
    r"|Internet Watch Foundation|National Cyber Security Centre|Prisons and Probation Ombudsman|Web Content Accessibility Guidelines"
)
AS_ON_THE_SCREEN = texts(Language.ENGLISH)["indicator.monitored"].removesuffix(".")  # a page has it as its title
LONGEST = {Language.ENGLISH: 25, Language.WELSH: 28}  # words of a sentence
HARDEST = 12.0  # of one sentence: what the last year of school reads
TOO_FEW = 6  # words, of which a grade says little
LONG_WORD = 4  # syllables


def area(key: str) -> str:
    first, second, *_ = key.split(".")
    return f"{first}.{second}" if first in BY_PAGE else first


AREAS = sorted({area(key) for key in texts(Language.ENGLISH)})


def read_out(text: str) -> str:
    said = "".join("it" if part.typed else part.text for part in parts(text))
    return NAMES.sub("it", re.sub(r"\{[^}]+\}", "it", said))


def split(text: str) -> list[str]:
    """Each sentence, and each line of a list, that has more than one word."""
    lines = [line.removeprefix("- ").strip() for line in read_out(text).splitlines()]
    return [one for line in lines for one in re.split(r"(?<=[.?!:])\s+", line) if len(one.split()) > 1]


def sentences(of: str, language: Language = Language.ENGLISH) -> list[str]:
    return [one for key, text in texts(language).items() if area(key) == of for one in split(text)]


def is_too_hard(sentence: str) -> bool:
    if len(sentence.split()) >= TOO_FEW:
        return grade([sentence]) > HARDEST
    return sum(syllables(word) >= LONG_WORD for word in re.findall(r"[a-z’']+", sentence.lower())) > 1


@pytest.mark.parametrize("of", [one for one in AREAS if one not in NO_SENTENCES])
def test_it_can_be_read_at_twelve(of: str) -> None:
    said = sentences(of)
    assert grade(said) <= GRADE
    assert [one for one in said if is_too_hard(one) and one != AS_ON_THE_SCREEN] == []


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("of", AREAS)
def test_no_sentence_is_long(of: str, language: Language) -> None:
    assert [one for one in sentences(of, language) if len(one.split()) > LONGEST[language]] == []


@pytest.mark.parametrize(
    "absurd",
    [
        "Algorithmically instantiated comprehensibility quantification methodologies unconditionally necessitate documentation.",
        "Comprehensibility necessitates quantification.",
    ],
)
def test_one_sentence_that_nobody_can_read_hides_behind_no_easy_ones(absurd: str) -> None:
    assert grade([*sentences("site.safeguards"), absurd]) <= GRADE
    assert is_too_hard(absurd)


def test_no_area_is_graded_by_nothing_but_what_holds_labels_alone() -> None:
    assert set(NO_SENTENCES) <= set(AREAS)
    held = {key: text for key, text in texts(Language.ENGLISH).items() if area(key) in NO_SENTENCES and "." in text}
    assert set(held) == {"indicator.monitored"}, "a label grew into a sentence: grade its area"
