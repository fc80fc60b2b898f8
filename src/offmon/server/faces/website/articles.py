"""A text of the catalogue as a page shows it: paragraphs, lists and links, and no other markup.

Rules
- A section is a table of the catalogue, in its order there. Blank lines part its paragraphs; lines that begin with "- " are a list.
- A link is `[words](name)`: the name of a page of this site, or of one of the few places outside that are named here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from django.urls import reverse

from offmon.words.catalogue import Language, say, texts

OUTSIDE: Final = {
    "ico": "https://ico.org.uk/make-a-complaint/",
    "iopc": "https://www.policeconduct.gov.uk/",
    "ppo": "https://ppo.gov.uk/",
    "eass": "https://www.equalityadvisoryservice.com/",
}
_LINK: Final = re.compile(r"\[([^\]]+)\]\(([a-z-]+)\)")


@dataclass(frozen=True, slots=True)
class Words:
    """Words, and where they lead; None: nowhere."""

    text: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or (`listed`) a list: each line as its parts."""

    listed: bool
    lines: tuple[tuple[Words, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it. `name` is its anchor."""

    name: str
    heading: str
    blocks: tuple[Block, ...]


@cache
def sections(language: Language, page: str) -> tuple[Section, ...]:
    """The sections of a page, in the catalogue's order."""
    prefix = f"site.{page}.body."
    names = [key.removeprefix(prefix).removesuffix(".heading") for key in texts(language) if key.startswith(prefix)]
    return tuple(_section(language, page, name) for name in names if "." not in name)


def _section(language: Language, page: str, name: str) -> Section:
    key = f"site.{page}.body.{name}"
    parts = say(language, f"{key}.text").strip().split("\n\n")
    return Section(name, say(language, f"{key}.heading"), tuple(_block(language, part) for part in parts))


def _block(language: Language, part: str) -> Block:
    lines = part.strip().splitlines()
    listed = all(line.startswith("- ") for line in lines)
    said = [line.removeprefix("- ") for line in lines] if listed else [" ".join(lines)]
    return Block(listed, tuple(tuple(_words(language, line)) for line in said))


def _words(language: Language, line: str) -> Iterator[Words]:
    at = 0
    for link in _LINK.finditer(line):
        if link.start() > at:
            yield Words(line[at : link.start()])
        yield Words(link[1], OUTSIDE.get(link[2]) or reverse(link[2], args=[language]))
        at = link.end()
    if at < len(line):
        yield Words(line[at:])
