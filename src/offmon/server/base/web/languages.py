"""Two languages in one face: which one an address means (`<language:language>` in a pattern), and what pages need to speak it.

An agency writes in English. Unmarked on a Welsh page, a screen reader reads it as Welsh (WCAG 2.2, 3.1.2). So its text is in pieces
(`words.agency_text.Parts`), and `marked.html` marks those in another language than the page.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.http import HttpRequest

from offmon.server.base.web.converters import known_in_addresses
from offmon.words.agency_text import Parts, theirs
from offmon.words.catalogue import Language, translate

known_in_addresses("language", Language, "|".join(Language))  # Django takes a converter's name once a process


def language_of(path: str) -> Language:
    """The language of an address, which may be one that we do not have: English, unless it begins as Welsh ones do."""
    return Language.WELSH if path.startswith(f"/{Language.WELSH}/") else Language.ENGLISH


def say_around(language: Language, key: str, written: Mapping[str, str | Parts], **ours: str | int) -> Parts:
    """A text of the catalogue around what an agency wrote (`written`, in English or in pieces); `ours` is in the page's language."""
    said = translate(language, key, **{name: f"\0{name}\0" for name in written}, **ours).split("\0")
    pieces = [_pieces(written[one]) if place % 2 else ((one, language),) for place, one in enumerate(said)]
    return tuple(piece for several in pieces for piece in several if piece[0])


def _pieces(written: str | Parts) -> Parts:
    return theirs(written) if isinstance(written, str) else written


def spoken(request: HttpRequest, language: Language) -> dict[str, Any]:
    """What the templates of a page in a language ask for (`bilingual.html`); `other_path` is the same page in the other one."""
    return {
        "lang": language.value,
        "language": language,
        "translate": partial(translate, language),
        "say_around": partial(say_around, language),
        "theirs": theirs,
        "other_path": f"/{language.other.value}/{request.path_info.removeprefix(f'/{language}/')}",
    }
