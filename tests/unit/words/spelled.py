"""A page spelled out, block by block, for a test to compare: each text by its key, in one language, filled in."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from offmon.core.authority import inventory
from offmon.core.authority.capability import Capability
from offmon.core.authority.inventory import Part
from offmon.words.catalogue import Language, translate
from offmon.words.document import Block, Kind


@dataclass(frozen=True)
class Spelled:
    """The blocks of a page in one language."""

    of: Language

    def title(self, *keys: str, **given: str | int) -> Iterator[Block]:
        return self._each(Kind.TITLE, keys, given)

    def head(self, *keys: str, **given: str | int) -> Iterator[Block]:
        return self._each(Kind.HEADING, keys, given)

    def sub(self, *keys: str, **given: str | int) -> Iterator[Block]:
        return self._each(Kind.SUBHEADING, keys, given)

    def text(self, *keys: str, **given: str | int) -> Iterator[Block]:
        return self._each(Kind.TEXT, keys, given)

    def item(self, *keys: str, **given: str | int) -> Iterator[Block]:
        return self._each(Kind.ITEM, keys, given)

    def code(self, *lines: str) -> Iterator[Block]:
        return (Block(Kind.CODE, line) for line in lines)

    def _each(self, kind: Kind, keys: Iterable[str], given: dict[str, str | int]) -> Iterator[Block]:
        return (Block(kind, translate(self.of, key, **given)) for key in keys)

    def collected(self, names: str, *kinds: Capability) -> Iterator[Block]:
        """What is collected under both kinds, each line of the inventory once, and what never is."""
        lines = inventory.lines(inventory.FIELDS)
        yield from self.sub("notice.what.collected")
        yield from self.text("notice.what.compares", *(f"capability.{kind}.notice" for kind in kinds))
        yield from self.text("notice.what.lists", names=names)
        yield from self.text("notice.what.record")
        for part in (Part.BODY, Part.CLAIM):
            yield from self.item(*(f"inventory.leaves.{line}" for line in lines[part]))
        yield from self.text("inventory.journal", "notice.what.around")
        for part in Part:
            if part not in {Part.BODY, Part.CLAIM}:
                told = "; ".join(translate(self.of, f"inventory.leaves.{line}") for line in lines[part])
                yield Block(Kind.ITEM, f"{translate(self.of, f'inventory.about.{part}')}: {told}")
        yield from self.never()

    def never(self) -> Iterator[Block]:
        """What is never collected, all nine of it."""
        yield from self.sub("notice.what.not")
        yield from self.text("notice.what.never")
        yield from self.item(*(f"inventory.never.{number}" for number in range(9)))
