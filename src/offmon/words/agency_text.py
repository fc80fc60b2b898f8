"""Finds an agency's own words in the kept text of a notice, so that a Welsh page can mark them as English.

Rules (WCAG 2.2, 3.1.2; R-RGT-5)
- An agency writes in English: its name, how it is reached, the words of an order. A Welsh notice repeats them unchanged. The words for the
  person of a term may be recorded in Welsh too: `welsh` says which they are.
- Only the kept text counts, and it has no marks. The catalogue's own texts identify the lines with such words, each under its own head. A
  line of an older catalogue matches none of them and is shown unmarked.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from string import Formatter
from typing import Final

from offmon.core.authority.notice import NoticeSection
from offmon.core.authority.profile import PersonText, Profile
from offmon.words.catalogue import Language, texts, translate
from offmon.words.document import Kind, Paper

type Parts = tuple[tuple[str, Language], ...]
"""A text in pieces, each with its language."""

_LINES: Final[Mapping[NoticeSection | None, tuple[str, ...]]] = {
    None: ("short.what", "short.why", "short.call"),
    NoticeSection.WHO: ("who.lead", "who.joint"),
    NoticeSection.CONTACT: ("contact.party",),
    NoticeSection.WHY: ("when.fixed", "when.open", "why.ground"),
    NoticeSection.WHAT: ("what.lists",),
    NoticeSection.WHEN: ("when.permitted", "when.left-out-site", "when.left-out-week"),
    NoticeSection.FAULT: ("fault.contact",),
    NoticeSection.HOURS: ("hours.watched", "hours.behind", "hours.called"),
    NoticeSection.PAPER: ("paper.witness", "paper.root"),
    NoticeSection.CARD: ("card.by", "card.reference", "card.call"),
}
"""The texts of the notice that are said around an agency's words, under each head that has any, and before the first."""
_THEIRS: Final = frozenset({"name", "contact", "reference", "made_by", "text", "names", "operator", "hours"})


def theirs(text: str) -> Parts:
    """What an agency wrote."""
    return ((text, Language.ENGLISH),)


def told_in(profile: Profile, said: PersonText, language: Language) -> Parts:
    """What the person is told of a term: in Welsh where that is the page's language and the term has it."""
    welsh = {one.term: one.text for one in profile.welsh_texts} if language is Language.WELSH else {}
    return ((welsh[said.term], language),) if said.term in welsh else theirs(said.text)


def in_parts(
    paper: Paper, language: Language, welsh: Iterable[str | None] = ()
) -> Iterator[tuple[Kind, tuple[Parts, ...]]]:
    """`paper.parts`, of a notice or its Easy Read form in that language, each text in pieces."""
    head: NoticeSection | None = None
    own = frozenset(" ".join(one.split()) for one in welsh if one)
    for kind, said in paper.parts:
        if kind is Kind.HEADING:
            head = _heads(language).get(said[0])
        yield kind, tuple(_pieces(text, head, language, own) for text in said)


def _pieces(text: str, head: NoticeSection | None, of: Language, own: frozenset[str]) -> Parts:
    for line in _lines(head, of):
        found = line.fullmatch(text)
        if found is not None:
            spans = sorted(found.span(name) for name in found.groupdict() if name in _THEIRS and found[name] not in own)
            return _cut(text, spans, of)
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
    return tuple(_pattern(texts(of)[f"notice.{key}"]) for key in _LINES.get(head, ()))


def _pattern(text: str) -> re.Pattern[str]:
    """What that text looks like once it is filled in. What an agency wrote takes as much as fits: it may have our punctuation in it."""
    written = [
        re.escape(said) + (f"(?P<{name}>.+{'' if name in _THEIRS else '?'})" if name else "")
        for said, name, _, _ in Formatter().parse(text)
    ]
    return re.compile("".join(written))
