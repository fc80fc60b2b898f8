"""A document to hand over, in blocks that a page, a printer and a plain file all show the same.

Rules
- It has one text form, in which each line begins with its type. The text is kept, and its SHA-256 is recorded: `sha256sum` checks it.
- `Paper.parse(paper.text)` is the same document. What is shown later is what was kept; nothing is made again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from itertools import groupby, pairwise
from typing import Final

from offmon.core.errors import Malformed
from offmon.core.ids import Digest


class Kind(StrEnum):
    """What a block is. A field is a place to fill in by hand."""

    TITLE = "title"
    HEADING = "heading"
    SUBHEADING = "subheading"
    ITEM = "item"
    CODE = "code"
    FIELD = "field"
    TEXT = "text"


# What a line of each begins with, longer ones first: a paragraph begins with none of them.
_BEGINS: Final = {
    Kind.SUBHEADING: "### ",
    Kind.HEADING: "## ",
    Kind.TITLE: "# ",
    Kind.ITEM: "- ",
    Kind.CODE: "    ",
    Kind.FIELD: "____ ",
    Kind.TEXT: "",
}
_CLOSE: Final = {Kind.ITEM, Kind.CODE, Kind.FIELD}  # no empty line between two of these


@dataclass(frozen=True, slots=True)
class Block:
    """One line of a paper. What was typed with line breaks in it becomes one line."""

    kind: Kind
    text: str

    @classmethod
    def of(cls, kind: Kind, text: str) -> "Block":
        """With its white space in order."""
        return cls(kind, " ".join(text.split()))


@dataclass(frozen=True, slots=True)
class Paper:
    """Blocks in their order; the first is the title."""

    blocks: tuple[Block, ...]

    @classmethod
    def parse(cls, text: str) -> "Paper":
        """The paper of a text. Raises Malformed where the text is not the one form of a paper."""
        paper = cls(tuple(_block(line) for line in text.splitlines() if line))
        if paper._written() != text:
            raise Malformed(
                "bad-paper", "The text is not in the form of a paper; it was altered, or written by another."
            )
        return paper

    @property
    def text(self) -> str:
        """The one text of this paper. Raises Malformed where some text would be read as another kind of block."""
        written = self._written()
        if Paper.parse(written) != self:
            raise Malformed("bad-paper", "A text begins like a heading or a list; write it otherwise.")
        return written

    @property
    def digest(self) -> Digest:
        """SHA-256 of the text in UTF-8."""
        return Digest(sha256(self.text.encode()).hexdigest())

    @property
    def title(self) -> str:
        """What it is called."""
        return self.blocks[0].text

    @property
    def parts(self) -> Iterator[tuple[Kind, tuple[str, ...]]]:
        """What follows the title, items, fields and lines of code together with their neighbours of the kind."""
        for kind, blocks in groupby(self.blocks[1:], key=lambda block: block.kind):
            texts = tuple(block.text for block in blocks)
            if kind in _CLOSE:
                yield kind, texts
            else:
                yield from ((kind, (text,)) for text in texts)

    @property
    def under(self) -> tuple[tuple[Block, ...], ...]:
        """The blocks under each heading, in the order of the headings."""
        starts = [place for place, block in enumerate(self.blocks) if block.kind is Kind.HEADING]
        return tuple(self.blocks[one + 1 : after] for one, after in pairwise((*starts, len(self.blocks))))

    def _written(self) -> str:
        lines = [_line(block) for block in self.blocks[:1]]
        for before, block in pairwise(self.blocks):
            apart = "" if before.kind is block.kind and block.kind in _CLOSE else "\n"
            lines.append(apart + _line(block))
        return "\n".join(lines) + "\n"


def _line(block: Block) -> str:
    return _BEGINS[block.kind] + block.text


def _block(line: str) -> Block:
    kind = next(kind for kind, begins in _BEGINS.items() if line.startswith(begins))
    return Block(kind, line.removeprefix(_BEGINS[kind]))
