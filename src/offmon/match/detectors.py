"""The detectors: each compares a page with the entries of one list, and says what it found of it (design §2).

Rules
- `site@1`: the list names the place. One finding a list, for its most specific entry. It holds the entry, and of the address the host and
  what the entry names of the path (`as_listed`). So it says which site it was, and not which page. Nothing else of the page.
- `phrase@1`: a READABLE page's text holds a phrase of the list. One finding a rule. STRONG if the person's own search term holds the
  phrase, POSSIBLE if only the page does: others wrote that.
- A title is page content: the subject of mail, the partner of a chat. So no finding holds the title of a page that is not READABLE, whoever
  told it. A MESSAGE page's address is its host alone, because the rest names a conversation (R-LEG-30).
- No address has a user name, a password or a fragment, nor what it names as a secret or a payment (`address_redaction`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from offmon.core.authority.capability import Band, Detector
from offmon.core.authority.lists import ListEntry
from offmon.core.formats.event import Body, Observation, PageClass
from offmon.core.text.addresses import PageAddress, as_listed
from offmon.match.address_redaction import kept_address
from offmon.match.pages import search_terms
from offmon.match.phrases import Phrases
from offmon.match.sites import Sites


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that what was seen matches, how sure that is, and what may be said of it."""

    entry: ListEntry
    band: Band
    body: Body


class Detects(Protocol):
    """A list's entries, made ready to be asked."""

    def find(self, seen: Observation, place: PageAddress) -> Iterator[Hit]:
        """Each entry that a page matches, once. Never raises."""


class _Sites:
    def __init__(self, entries: Iterable[ListEntry]) -> None:
        self._sites = Sites(entries)

    def find(self, seen: Observation, place: PageAddress) -> Iterator[Hit]:
        entry = self._sites.find(place)
        if entry is not None:
            yield Hit(entry, Band.EXACT, Body(*_where(seen, place, entry.pattern), entry.pattern, None, None))


class _Phrases:
    def __init__(self, entries: Iterable[ListEntry]) -> None:
        self._phrases = Phrases(entries)

    def find(self, seen: Observation, place: PageAddress) -> Iterator[Hit]:
        if seen.text is None or seen.page_class is not PageClass.READABLE:
            return
        typed = {found.entry.rule: found for term in search_terms(place) for found in self._phrases.find(term)}
        shown = {found.entry.rule: found for found in self._phrases.find(seen.text)}
        if not (typed or shown):
            return
        url, title = _where(seen, place)
        for rule, found in (typed | shown).items():
            band = Band.STRONG if rule in typed else Band.POSSIBLE
            yield Hit(found.entry, band, Body(url, title, found.entry.pattern, found.before, found.after))


def _where(seen: Observation, place: PageAddress, named: str | None = None) -> tuple[str, str | None]:
    """Address and title, as far as the page's class lets a finding say them. `named`: the address goes no further than this entry."""
    if seen.page_class is PageClass.MESSAGE:
        named = place.host
    if named is not None:
        return as_listed(seen.url, named), None
    return kept_address(seen.url), seen.title if seen.page_class is PageClass.READABLE else None


DETECTORS: Final[Mapping[Detector, Callable[[Iterable[ListEntry]], Detects]]] = {
    Detector.SITE: _Sites,
    Detector.PHRASE: _Phrases,
}
"""How the entries of a list are made ready. Each raises Malformed where an entry could never match."""
