"""The notice in Easy Read: each head in short sentences, and under them the notice's own lines about this person.

Rules (R-RGT-6)
- It is made only from the kept notice. Names, dates and words of an order are the notice's own lines, unchanged.
- It has every head of the notice, in order. A notice with other heads has no Easy Read form: none is better than a wrong one.
- It says that the notice is what counts, and ends with the notice's fingerprint. It has no pictures, and whoever offers it says so.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Final

from offmon.core.authority.notice import NoticeSection
from offmon.words.catalogue import Language, texts, translate
from offmon.words.document import Block, Kind, Paper
from offmon.words.notice import by_section

_QUOTES: Final = {
    NoticeSection.WHO: (Kind.TEXT,),
    NoticeSection.CONTACT: (Kind.ITEM,),
    NoticeSection.WHY: (Kind.ITEM,),
    NoticeSection.DEVICES: (Kind.ITEM,),
    NoticeSection.WHEN: (Kind.ITEM,),
    NoticeSection.HOURS: (Kind.ITEM,),
    NoticeSection.DELAY: (Kind.TEXT,),
}
"""Which blocks under a head are about this person alone, so that the notice's own words are shown."""


def easy(notice: Paper, language: Language) -> Paper | None:
    """The Easy Read form of a notice in its own language; None where it has other heads than these sentences are for."""
    sections = by_section(notice)
    if sections is None:
        return None
    return Paper(
        (
            *_all(sections, language),
            Block.of(Kind.TEXT, translate(language, "easy.number")),
            Block(Kind.CODE, notice.digest),
        )
    )


def _all(under: Mapping[NoticeSection, Sequence[Block]], of: Language) -> Iterator[Block]:
    yield Block.of(Kind.TITLE, translate(of, "easy.title"))
    yield from _sentences("about", of)
    for head in NoticeSection:
        yield Block.of(Kind.HEADING, translate(of, f"easy.head.{head}"))
        yield from _sentences(head, of)
        quoted = [block.text for block in under[head] if block.kind in _QUOTES.get(head, ())]
        if quoted:
            yield Block.of(Kind.TEXT, translate(of, "easy.says"))
            yield from (Block.of(Kind.ITEM, text) for text in quoted)


def _sentences(area: str, of: Language) -> Iterator[Block]:
    """The sentences of a head: numbered from 1 in the catalogue, a line each."""
    for number in count(1):
        if f"easy.{area}.{number}" not in texts(of):
            return
        yield Block.of(Kind.TEXT, translate(of, f"easy.{area}.{number}"))
