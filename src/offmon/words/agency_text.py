"""Finds an agency's own words in the kept text of a notice, so that a Welsh page can mark them as English.

Rules (WCAG 2.2, 3.1.2; R-RGT-5)
- An agency writes in English: its name, how it is reached, the words of an order. A Welsh notice repeats them unchanged.
- Only the kept text counts, and it has no marks. The catalogue's own texts identify the lines with such words, each under its own head. A
  line of an older catalogue matches none of them and is shown unmarked.
"""

import re
from collections.abc import Iterator
from functools import cache
from string import Formatter
from typing import Final

from offmon.core.authority.notice import NoticeSection
from offmon.words.catalogue import Language, texts, translate
from offmon.words.document import Kind, Paper

type Parts = tuple[tuple[str, Language], ...]
"""A text in pieces, each with its language."""

_LINES: Final = {
    NoticeSection.WHO: ("who.lead", "who.joint"),
    NoticeSection.CONTACT: ("contact.party",),
    NoticeSection.WHY: ("why.term", "why.ground"),
    NoticeSection.WHAT: ("what.lists",),
    NoticeSection.WHEN: ("when.fixed", "when.open"),
    NoticeSection.FAULT: ("fault.contact",),
    NoticeSection.HOURS: ("hours.watched", "hours.behind", "hours.called"),
    NoticeSection.PAPER: ("paper.witness", "paper.root"),
}
"""The texts of the notice that are said around an agency's words, under each head that has any."""
_THEIRS: Final = frozenset({"name", "contact", "reference", "made_by", "text", "names", "operator", "hours"})


def theirs(text: str) -> Parts:
    """What an agency wrote."""
    return ((text, Language.ENGLISH),)


def in_parts(paper: Paper, language: Language) -> Iterator[tuple[Kind, tuple[Parts, ...]]]:
    """`paper.parts`, of a notice or its Easy Read form in that language, each text in pieces."""
    head: NoticeSection | None = None
    for kind, said in paper.parts:
        if kind is Kind.HEADING:
            head = _heads(language).get(said[0])
        yield kind, tuple(_pieces(text, head, language) for text in said)


def _pieces(text: str, head: NoticeSection | None, of: Language) -> Parts:
    for line in _lines(head, of):
        found = line.fullmatch(text)
        if found is not None:
            return _cut(text, sorted(found.span(name) for name in found.groupdict() if name in _THEIRS), of)
    return ((text, of),)


def _cut(text: str, spans: list[tuple[int, int]], of: Language) -> Parts:
    pieces, done = list[tuple[str, Language]](), 0
    for since, until in spans:
        pieces += [(text[done:since], of), (text[since:until], Language.ENGLISH)]
        done = until
    return tuple(piece for piece in (*pieces, (text[done:], of)) if piece[0])


@cache
def _heads(of: Language) -> dict[str, NoticeSection]:
    return {translate(of, f"{form}.head.{head}"): head for form in ("notice", "easy") for head in NoticeSection}


@cache
def _lines(head: NoticeSection | None, of: Language) -> tuple[re.Pattern[str], ...]:
    return tuple(_pattern(texts(of)[f"notice.{key}"]) for key in (_LINES.get(head, ()) if head else ()))


def _pattern(text: str) -> re.Pattern[str]:
    """What that text looks like once it is filled in. What an agency wrote takes as much as fits: it may have our punctuation in it."""
    written = [
        re.escape(said) + (f"(?P<{name}>.+{'' if name in _THEIRS else '?'})" if name else "")
        for said, name, _, _ in Formatter().parse(text)
    ]
    return re.compile("".join(written))
