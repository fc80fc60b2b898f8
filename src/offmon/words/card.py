"""The card that stays with the device, in the words that the kept notice gives it (R-RGT-1).

Rules
- It is made only from the kept notice, so that the digest of the notice fixes the card's words too.
- It names no order, condition or person (`words.notice`): whoever is beside the device may read it.
- A notice with other heads has no card.
"""

from offmon.core.authority.notice import NoticeSection
from offmon.words.agency_text import Parts, in_parts
from offmon.words.catalogue import Language, translate
from offmon.words.document import Block, Kind, Paper
from offmon.words.notice import by_section


def card(notice: Paper, language: Language) -> tuple[Parts, ...] | None:
    """The lines of the card of a notice in that language; None where the notice has none."""
    sections = by_section(notice)
    if sections is None:
        return None
    head = Block.of(Kind.HEADING, translate(language, f"notice.head.{NoticeSection.CARD}"))
    lines = (block for block in sections[NoticeSection.CARD] if block.kind is Kind.ITEM)
    parts = in_parts(Paper((Block.of(Kind.TITLE, notice.title), head, *lines)), language)
    return next(texts for kind, texts in parts if kind is Kind.ITEM)
