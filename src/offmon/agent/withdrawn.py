"""What the person withdrew at this device of what they had agreed to: at once, offline too, and for good (R-LEG-20).

Rules
- It is on the disk before the page says so. From then on no source is given a profile that holds such a grant, whatever the agency sends.
- The journal then says it in a note, once the store takes one. A note that was written twice withdraws once.
- Only what the profile names as agreed can be withdrawn. What a court or authority ordered stays.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from offmon.agent.home import AgentHome
from offmon.agent.profiles import AcceptedProfile
from offmon.core.authority.profile import without
from offmon.core.formats import codec
from offmon.core.ids import Id, Ms

_FILE: Final = "withdrawn"
_MAX: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class WithdrawnItem:
    """An item, since when in raw device time, and whether the journal says it."""

    KIND: ClassVar[str] = "withdrawn-item"

    term: Id
    at: Ms
    noted: bool


@dataclass(frozen=True, slots=True)
class WithdrawnItems:
    """All that was withdrawn here."""

    TYPE: ClassVar[str] = "offmon/agent-withdrawn@1"

    items: tuple[WithdrawnItem, ...]

    @property
    def terms(self) -> frozenset[Id]:
        """The items."""
        return frozenset(one.term for one in self.items)

    def adding(self, terms: Iterable[Id], at: Ms) -> "WithdrawnItems":
        """With these too, which no note says yet; what is there stays as it was."""
        new = (WithdrawnItem(term, at, noted=False) for term in sorted({*terms} - self.terms))
        return WithdrawnItems((*self.items, *new))

    def noted(self, term: Id) -> "WithdrawnItems":
        """With that one said in the journal."""
        return WithdrawnItems(tuple(replace(one, noted=one.noted or one.term == term) for one in self.items))


def load(home: AgentHome) -> WithdrawnItems:
    """What was withdrawn here. Raises Refused or Malformed where the file cannot be read: then nothing may be collected by agreement."""
    data = home.read(_FILE)
    return WithdrawnItems(()) if data is None else codec.load(WithdrawnItems, data, max_size=_MAX)


def save(home: AgentHome, items: WithdrawnItems) -> None:
    """On the disk when this returns. Raises Refused."""
    home.write(_FILE, codec.dump(items))


def less(held: AcceptedProfile | None, terms: frozenset[Id]) -> AcceptedProfile | None:
    """The profile less what was withdrawn; its digest stays that of what was signed."""
    return None if held is None else replace(held, profile=without(held.profile, terms))
