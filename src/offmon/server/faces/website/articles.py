"""A text of the catalogue as a page shows it: paragraphs, lists, and the inline markup of `words.inline_markup`.

Rules
- A section is a table of the catalogue, in its order there. Blank lines separate its paragraphs; lines that begin with "- " are a list.
- A link names a page of this site, or one of the few outside places named here.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

from django.urls import reverse

from offmon.words import inline_markup
from offmon.words.catalogue import Language, texts, translate

OUTSIDE: Final = {
    "ico": "https://ico.org.uk/make-a-complaint/",
    "iopc": "https://www.policeconduct.gov.uk/",
    "ppo": "https://ppo.gov.uk/",
    "eass": "https://www.equalityadvisoryservice.com/",
}


@dataclass(frozen=True, slots=True)
class LinkedWords:
    """Words, and where they lead; None: nowhere. `typed`: they are typed at a keyboard."""

    text: str
    href: str | None = None
    typed: bool = False


@dataclass(frozen=True, slots=True)
class ArticleBlock:
    """A paragraph, or (`listed`) a list: each line as its parts."""

    listed: bool
    lines: tuple[tuple[LinkedWords, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it. `name` is its anchor."""

    name: str
    heading: str
    blocks: tuple[ArticleBlock, ...]


@cache
def sections(language: Language, page: str) -> tuple[Section, ...]:
    """The sections of a page, in the catalogue's order."""
    prefix = f"site.{page}.body."
    names = [key.removeprefix(prefix).removesuffix(".heading") for key in texts(language) if key.startswith(prefix)]
    return tuple(_section(language, page, name) for name in names if "." not in name)


def line(language: Language, text: str) -> tuple[LinkedWords, ...]:
    """One line of the catalogue, as its parts."""
    return tuple(
        LinkedWords(part.text, _address(language, part.leads_to), part.typed) for part in inline_markup.parts(text)
    )


def _section(language: Language, page: str, name: str) -> Section:
    key = f"site.{page}.body.{name}"
    parts = translate(language, f"{key}.text").strip().split("\n\n")
    return Section(name, translate(language, f"{key}.heading"), tuple(_block(language, part) for part in parts))


def _block(language: Language, part: str) -> ArticleBlock:
    lines = part.strip().splitlines()
    listed = all(line.startswith("- ") for line in lines)
    said = [line.removeprefix("- ") for line in lines] if listed else [" ".join(lines)]
    return ArticleBlock(listed, tuple(line(language, one) for one in said))


def _address(language: Language, name: str | None) -> str | None:
    return None if name is None else OUTSIDE.get(name) or reverse(name, args=[language])
