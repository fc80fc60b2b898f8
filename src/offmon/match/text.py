"""The words of a text, in one form: what is compared, wherever words are compared.

Rules
- Words are compared without case, accents and punctuation. An apostrophe does not split a word.
- Nothing is guessed: no stems, no spelling, no meaning.
- `words_in` says what a word is. `line_of` gives the same words at once, for texts as long as pages (tests/property/match/test_same_found).
- The work is linear in the text's length.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

# Combining marks belong to the word that they are written on.
TOKEN: Final = re.compile(r"[\w\u0300-\u036f'’]+")
_ASCII: Final = bytes(range(0x80))
_FILL: Final = b"\xff"  # no UTF-8 has it
_IGNORED: Final = b"'_"
_SPACED: Final = bytes(byte if byte > 0x7F or chr(byte).isalnum() else 0x20 for byte in bytes(range(256)).lower())
_TYPESET: Final = "\u00a0–—‘’“”…"  # beyond ASCII, most English pages have these alone
_FEW: Final = 96  # so many kinds of letter are replaced sooner one after the other than each letter is looked up
_MAX_FORMS: Final = 4_096  # no page makes the agent remember more letters


@dataclass(frozen=True, slots=True)
class Word:
    """A word in its one form, and where it stands in the text."""

    form: str
    start: int
    end: int


def words_in(text: str) -> Iterator[Word]:
    """The words of a text."""
    for token in TOKEN.finditer(text):
        form = _form(token[0])
        if form:
            yield Word(form, token.start(), token.end())


def words(text: str) -> tuple[str, ...]:
    """The words of a text, in their one form."""
    return tuple(word.form for word in words_in(text))


def line_of(text: str) -> bytes:
    """The words of a text in their one form, as UTF-8 with one space between.

    What is too much is filled first and taken out last, since to replace in its place is five times as fast.
    """
    if not text.isascii():
        text = _replaced(text, _TYPESET)
    if not text.isascii():
        encoded = text.encode(errors="surrogatepass")
        beyond = set(encoded.translate(None, _ASCII).decode(errors="surrogatepass"))
        text = _replaced(text, beyond) if len(beyond) <= _FEW else text.translate(_FORMS)
    line = text.encode().translate(_SPACED, _IGNORED)
    line = line.replace(b"  ", b" " + _FILL).replace(_FILL + b" ", _FILL + _FILL)
    return line.replace(_FILL, b"").strip(b" ")


def has_form(token: str) -> bool:
    """Whether a token is a word, and not all apostrophes and marks."""
    return any(_FORMS[ord(char)] != "" for char in token)


def _form(token: str) -> str:
    plain = unicodedata.normalize("NFKD", token).casefold()
    return "".join(c for c in plain if c.isalnum())


def _one(char: str) -> str:
    """What a character becomes, wherever it stands. Of a form nothing changes again."""
    return _form(char) if TOKEN.match(char) else " "


def _replaced(text: str, chars: Iterable[str]) -> str:
    for char in chars:
        becomes = _filled(char)
        if becomes != char:
            text = text.replace(char, becomes)
    return text


@lru_cache(_MAX_FORMS)
def _filled(char: str) -> str:
    """What a character becomes, with something ignored in place of nothing: letter by letter is faster in place."""
    return _one(char) or "_"


class _Forms(dict[int, int | str]):
    """By code point: what it becomes; a code point where it is one, which is taken faster."""

    def __missing__(self, code: int) -> int | str:
        form = _one(chr(code))
        becomes = ord(form) if len(form) == 1 else form
        if len(self) < _MAX_FORMS:
            self[code] = becomes
        return becomes


_FORMS: Final = _Forms()
