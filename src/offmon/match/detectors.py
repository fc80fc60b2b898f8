"""The detectors: each compares a page with the entries of one list, and says what it found of it (design §2).

Rules
- `site@1`: the place is one that the list names. One finding, for the most specific entry; what it says is the address and the entry, of
  a READABLE page its title, and nothing else of the page.
- `phrase@1`: a READABLE page's text holds a phrase of the list. One finding a rule. It is STRONG where the person's own search term
  holds the phrase, POSSIBLE where only the page does: others wrote that.
- A title is what a page says: of mail it is the subject, of a chat who it is with. So no finding holds the title of a page that is not
  READABLE, whoever told it; and of a MESSAGE page the address is its host alone, for what follows names a conversation (R-LEG-30).
  No address has a user name, a password or a fragment, nor what it names as a secret or a payment (`kept`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from offmon.core.authority.capability import Detector
from offmon.core.authority.lists import ListEntry
from offmon.core.formats.event import Band, Body, Observation, PageClass
from offmon.match.address_redaction import kept_address
from offmon.match.pages import search_terms
from offmon.match.sites import Place, Sites
from offmon.match.text import Phrases


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that what was seen matches, how sure that is, and what may be said of it."""

    entry: ListEntry
    band: Band
    body: Body


class Detects(Protocol):
    """A list's entries, made ready to be asked."""

    def find(self, seen: Observation, place: Place) -> Iterator[Hit]:
        """Each entry that a page matches, once. Never raises."""


class _Sites:
    def __init__(self, entries: Iterable[ListEntry]) -> None:
        self._sites = Sites(entries)

    def find(self, seen: Observation, place: Place) -> Iterator[Hit]:
        entry = self._sites.find(place)
        if entry is not None:
            yield Hit(entry, Band.EXACT, Body(*_where(seen, place), entry.pattern, None, None))


class _Phrases:
    def __init__(self, entries: Iterable[ListEntry]) -> None:
        self._phrases = Phrases(entries)

    def find(self, seen: Observation, place: Place) -> Iterator[Hit]:
        if seen.text is None or seen.page_class is not PageClass.READABLE:
            return
        typed = {found.entry.rule: found for term in search_terms(place) for found in self._phrases.find(term)}
        shown = {found.entry.rule: found for found in self._phrases.find(seen.text)}
        for rule, found in (typed | shown).items():
            band = Band.STRONG if rule in typed else Band.POSSIBLE
            yield Hit(found.entry, band, Body(*_where(seen, place), found.entry.pattern, found.before, found.after))


def _where(seen: Observation, place: Place) -> tuple[str, str | None]:
    """Address and title, as far as the page's class lets a finding say them."""
    url = place.host if seen.page_class is PageClass.MESSAGE else kept_address(seen.url)
    return url, seen.title if seen.page_class is PageClass.READABLE else None


DETECTORS: Final[Mapping[Detector, Callable[[Iterable[ListEntry]], Detects]]] = {
    Detector.SITE: _Sites,
    Detector.PHRASE: _Phrases,
}
"""How the entries of a list are made ready. Each raises Malformed where an entry could never match."""
