"""The entries of a list in little memory: a device may hold a hundred thousand."""

from array import array
from typing import Final

from offmon.core.authority.lists import ListEntry
from offmon.core.formats.event import Gravity
from offmon.core.ids import Slug

_GRAVITIES: Final = tuple(Gravity)


class HeldEntries:
    """Entries by number, in the order in which they were added: their texts one after the other, and where each ends."""

    def __init__(self) -> None:
        self._texts = bytearray()
        self._ends = array("I", (0,))  # after each rule, and after each pattern
        self._gravities = bytearray()

    def __len__(self) -> int:
        return len(self._gravities)

    def add(self, entry: ListEntry) -> None:
        """One more."""
        for text in (entry.rule, entry.pattern):
            self._texts += text.encode("utf-8", errors="surrogatepass")
            self._ends.append(len(self._texts))
        self._gravities.append(_GRAVITIES.index(entry.gravity))

    def __getitem__(self, number: int) -> ListEntry:
        begins, between, ends = self._ends[2 * number : 2 * number + 3]
        return ListEntry(
            Slug(self._text(begins, between)), self._text(between, ends), _GRAVITIES[self._gravities[number]]
        )

    def _text(self, begins: int, ends: int) -> str:
        return self._texts[begins:ends].decode("utf-8", errors="surrogatepass")
