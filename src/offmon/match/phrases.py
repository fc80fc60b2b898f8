"""Phrases in a text, all of a list at once, with what stands around them.

Rules
- A phrase is its words in sequence, in their one form (`text`). It is found by whole words: `pie` never in `piece`.
- A match comes with at most 120 characters on either side, as captured, cut at words.
- All phrases are looked for in one pass, by an automaton (Aho and Corasick). The work is linear in the text's length and in what is found.
- Where a word stands in the text as captured is worked out for what was found only, block by block.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, islice
from typing import Final

from ahocorasick_rs import BytesAhoCorasick, Implementation

from offmon.core.authority.lists import ListEntry
from offmon.core.errors import Malformed
from offmon.match.held_entries import HeldEntries
from offmon.match.text import TOKEN, has_form, line_of

CONTEXT: Final = 120
_BLOCK: Final = 2_048  # characters of a text whose words are counted together
_WINDOW: Final = 1 << 16  # bytes that are searched at once: a page that repeats a phrase makes no long list of matches
type _Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class PhraseMatch:
    """A listed phrase where it first occurs, with what stands around it."""

    entry: ListEntry
    before: str
    after: str


class Phrases:
    """A list of phrases, made ready to be asked. Raises Malformed where an entry has no word."""

    def __init__(self, entries: Iterable[ListEntry]) -> None:
        self._entries = HeldEntries()
        # By the number of its entry each phrase, and the spaces that keep it from being part of longer words.
        phrases = list(map(self._hold, entries))
        self._longest = max(map(len, phrases), default=0)
        self._automaton = BytesAhoCorasick(phrases, implementation=Implementation.ContiguousNFA)

    def find(self, text: str) -> tuple[PhraseMatch, ...]:
        """Each entry that occurs, once, where it occurs first."""
        line, found = _Line(text), dict[str, PhraseMatch]()
        for start, number, end in sorted(self._first_in(line.words)):
            entry = self._entries[number]
            if entry.rule not in found:
                begins, ends = line.as_captured(start, end)
                found[entry.rule] = PhraseMatch(entry, _before(text, begins), _after(text, ends))
        return tuple(found.values())

    def _first_in(self, words: bytes) -> Iterator[tuple[int, int, int]]:
        """Where each phrase begins first, its number, and where it ends there."""
        first: dict[int, _Span] = {}
        whole = memoryview(words)
        for begin in range(0, len(words), _WINDOW):
            part = whole[begin : begin + _WINDOW + self._longest]
            for number, start, end in self._automaton.find_matches_as_indexes(part, overlapping=True):
                first.setdefault(number, (begin + start, begin + end))
        return ((start, number, end) for number, (start, end) in first.items())

    def _hold(self, entry: ListEntry) -> bytes:
        phrase = line_of(entry.pattern)
        if not phrase:
            raise Malformed("bad-pattern", "A listed phrase has no word in it.")
        self._entries.add(entry)
        return b" %b " % phrase


class _Line:
    """A text as one line of its words, each with a space on either side, and where they stand in the text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._blocks = list(_blocks(text))
        lines = [line_of(text[start:end]) for start, end in self._blocks]
        # Where each block's words begin in the line: a space before them.
        self._begins = list(accumulate((len(line) + bool(line) for line in lines), initial=0))
        self.words = b" ".join((b"", *filter(None, lines), b""))

    def as_captured(self, start: int, end: int) -> _Span:
        """Where that part of the line, which begins and ends with a space, stands first in the text."""
        block = bisect_right(self._begins, start) - 1
        before = self.words.count(b" ", self._begins[block], start)
        after = before + self.words.count(b" ", start, end) - 1
        tokens = list(islice(TOKEN.finditer(self._text, self._blocks[block][0]), after))
        span = tokens[before].start(), tokens[-1].end()
        if line_of(self._text[slice(*span)]) == self.words[start + 1 : end - 1]:
            return span
        # Tokens without a word stand before it: apostrophes alone, or marks.
        named = (token for token in TOKEN.finditer(self._text, self._blocks[block][0]) if has_form(token[0]))
        tokens = list(islice(named, after))
        return tokens[before].start(), tokens[-1].end()


def _blocks(text: str) -> Iterator[_Span]:
    """The text in parts that each end before a space, so that no word is parted."""
    start = 0
    while start < len(text):
        end = text.find(" ", start + _BLOCK)
        end = len(text) if end < 0 else end
        yield start, end
        start = end


def _before(text: str, end: int) -> str:
    cut = text[max(0, end - CONTEXT) : end]
    return cut.strip() if end <= CONTEXT else cut.partition(" ")[2].strip()


def _after(text: str, start: int) -> str:
    cut = text[start : start + CONTEXT]
    return cut.strip() if start + CONTEXT >= len(text) else cut.rpartition(" ")[0].strip()
