"""What is found fast is what the plain definition finds: phrases word by word, sites one pattern after the other."""

import unicodedata
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from offmon.core.authority.lists import ListEntry
from offmon.core.errors import Malformed
from offmon.core.formats.event import Gravity
from offmon.core.ids import Slug
from offmon.core.text.addresses import PageAddress
from offmon.match import phrases, text
from offmon.match.phrases import PhraseMatch, Phrases
from offmon.match.sites import Pattern, Sites
from offmon.match.text import line_of, words, words_in

EVERY = "".join(map(chr, range(0x110000)))
# Letters that change, join, part or vanish; an iota below is the one mark that becomes a letter.
ODD = "aAbB '’_-.,\n\t\0éÉe\u0301\u0345αΣςßﬁ½ﱞ가İıǅ漢€🐘\ud800"
RULES = st.sampled_from(["one", "two", "three", "four"]).map(Slug)


def entries_of(patterns: st.SearchStrategy[str]) -> st.SearchStrategy[list[ListEntry]]:
    return st.lists(st.builds(ListEntry, RULES, patterns, st.sampled_from(Gravity)), max_size=9)


def word_by_word(entries: list[ListEntry], page: str) -> tuple[PhraseMatch, ...]:
    """Each entry at each word of the page, in that order."""
    line, found = tuple(words_in(page)), dict[str, PhraseMatch]()
    for at in range(len(line)):
        for entry in entries:
            phrase = words(entry.pattern)
            span = line[at : at + len(phrase)]
            if entry.rule not in found and tuple(word.form for word in span) == phrase:
                around = phrases._before(page, span[0].start), phrases._after(page, span[-1].end)
                found[entry.rule] = PhraseMatch(entry, *around)
    return tuple(found.values())


def one_by_one(entries: list[ListEntry], place: PageAddress) -> ListEntry | None:
    """Of the patterns that cover the place the first with the longest host, then the longest path."""
    read = [(Pattern.parse(entry.pattern), entry) for entry in entries]
    covering = [(len(one.host), len(one.path), entry) for one, entry in read if one.covers(place)]
    return max(covering, key=lambda found: found[:2], default=(0, 0, None))[2]


def test_every_character_becomes_the_same_alone_and_in_a_word() -> None:
    inside = "".join(text.TOKEN.findall(EVERY))
    assert line_of("".join(set(EVERY) - set(inside))) == b""
    plain = unicodedata.normalize("NFKD", " ".join(inside)).casefold()
    changing = set(inside) - (set(inside) & set(plain)) | {char for char in inside if not char.isalnum()}
    page = " ".join(f"a{char}b" for char in changing)
    assert line_of(page) == " ".join(words(page)).encode()
    assert len(text._FORMS) <= text._MAX_FORMS
    for form in map(text._one, changing):
        assert "".join(map(text._one, form)) == form  # so the order in which letters are replaced changes nothing


@settings(max_examples=300)
@given(st.text() | st.text(alphabet=ODD), st.sampled_from([0, text._FEW]))
def test_a_line_has_the_words_of_the_text(page: str, few: int) -> None:
    with patch.object(text, "_FEW", few):
        assert line_of(page) == " ".join(words(page)).encode()


@settings(max_examples=300)
@given(
    entries_of(st.text(alphabet=ODD, max_size=5) | st.text(alphabet="ab ", max_size=5)),
    st.text(alphabet=ODD) | st.text(alphabet="ab ", max_size=300),
    st.sampled_from([1, 7, phrases._BLOCK]),
    st.sampled_from([1, 7, phrases._WINDOW]),
)
@example([], "a", 1, 1)
def test_phrases_are_found_as_word_by_word(entries: list[ListEntry], page: str, block: int, window: int) -> None:
    named = [entry for entry in entries if words(entry.pattern)]
    if named != entries:
        with pytest.raises(Malformed):
            Phrases(entries)
    with patch.multiple(phrases, _BLOCK=block, _WINDOW=window):
        assert Phrases(named).find(page) == word_by_word(named, page)


@settings(max_examples=300)
@given(
    entries_of(st.from_regex(r"(a\.|b\.){1,3}example(/[ab]){0,3}", fullmatch=True)),
    st.from_regex(r"(a\.|b\.){0,5}example", fullmatch=True),
    st.lists(st.sampled_from(["a", "b"]), max_size=4).map(tuple),
    st.booleans(),
)
def test_sites_are_found_as_one_by_one(
    entries: list[ListEntry], host: str, path: tuple[str, ...], collides: bool
) -> None:
    place = PageAddress(host, path, "")
    with patch("offmon.match.sites.hash", (lambda _: 7) if collides else hash, create=True):
        assert Sites(entries).find(place) == one_by_one(entries, place)
