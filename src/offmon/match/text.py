"""Words and phrases in a text, in one form, with their positions.

Rules
- Words are compared without case, accents and punctuation. An apostrophe does not split a word. A phrase is its words in sequence.
- A phrase is found by whole words: `pie` never in `piece`. Nothing is guessed: no stems, no spelling, no meaning.
- A match comes with at most 120 characters on either side, as captured, cut at words.
- The work is linear in the text's length.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from offmon.core.authority.lists import ListEntry
from offmon.core.errors import Malformed

CONTEXT: Final = 120
# Combining marks belong to the word that they are written on.
_TOKEN: Final = re.compile(r"[\w\u0300-\u036f'’]+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word in its one form, and where it stands in the text."""

    form: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PhraseMatch:
    """A listed phrase where it first occurs, with what stands around it."""

    entry: ListEntry
    before: str
    after: str


def words_in(text: str) -> Iterator[Word]:
    """The words of a text."""
    for token in _TOKEN.finditer(text):
        plain = unicodedata.normalize("NFKD", token[0]).casefold()
        form = "".join(c for c in plain if c.isalnum())
        if form:
            yield Word(form, token.start(), token.end())


def words(text: str) -> tuple[str, ...]:
    """The words of a text, in their one form."""
    return tuple(word.form for word in words_in(text))


class Phrases:
    """A list of phrases, made ready to be asked. Raises Malformed where an entry has no word."""

    def __init__(self, entries: Iterable[ListEntry]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], ListEntry]]] = {}
        for entry in entries:
            phrase = words(entry.pattern)
            if not phrase:
                raise Malformed("bad-pattern", "A listed phrase has no word in it.")
            self._by_first.setdefault(phrase[0], []).append((phrase, entry))

    def find(self, text: str) -> tuple[PhraseMatch, ...]:
        """Each entry that occurs, once, where it occurs first."""
        line = tuple(words_in(text))
        found: dict[str, PhraseMatch] = {}
        for at, word in enumerate(line):
            for phrase, entry in self._by_first.get(word.form, ()):
                span = line[at : at + len(phrase)]
                if entry.rule not in found and tuple(w.form for w in span) == phrase:
                    found[entry.rule] = PhraseMatch(entry, _before(text, span[0].start), _after(text, span[-1].end))
        return tuple(found.values())


def _before(text: str, end: int) -> str:
    cut = text[max(0, end - CONTEXT) : end]
    return cut.strip() if end <= CONTEXT else cut.partition(" ")[2].strip()


def _after(text: str, start: int) -> str:
    cut = text[start : start + CONTEXT]
    return cut.strip() if start + CONTEXT >= len(text) else cut.rpartition(" ")[0].strip()
