"""From an observation to findings, cheapest first (design §2).

Rules
- Exclusions come first. No detector ever looks at an excluded page.
- `site@1`: a SITE list names the place. One finding a list, for its most specific entry. It holds the address, the entry and, for a
  READABLE page, the title. Nothing else of the page.
- A title is page content: the subject of mail, the partner of a chat. So no finding holds the title of a page that is not READABLE. A
  MESSAGE page's address is its host alone, because the rest names a conversation (R-LEG-30). Every address is redacted
  (`address_redaction`).
- `phrase@1`: a READABLE page's text holds a phrase of a PHRASE list. One finding a rule. STRONG if the person's own search term holds the
  phrase, POSSIBLE if only the page does: others wrote that.
- Text is wanted only of a READABLE page, and only while some list looks for phrases.
- A list outside its own validity finds nothing.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from offmon.core.authority.capability import Capability
from offmon.core.authority.lists import Exclusions, ListDocument, ListEntries, ListEntry
from offmon.core.authority.profile import ListRef
from offmon.core.formats.event import Band, Body, Finding, Observation, PageClass
from offmon.core.ids import Ms, Versioned
from offmon.match.address_redaction import kept_address
from offmon.match.exclusions import Excluded
from offmon.match.pages import page_class, search_terms
from offmon.match.sites import Place, Sites, place_of
from offmon.match.text import Phrases

SITE: Final = Versioned("site@1")
PHRASE: Final = Versioned("phrase@1")


@dataclass(frozen=True, slots=True)
class HeldList:
    """A list that a device holds, checked: how profiles name it, what it declares, what it looks for."""

    ref: ListRef
    document: ListDocument
    entries: ListEntries


class Pipeline:
    """The detectors of one profile, with its lists and exclusions. Raises Malformed where a list or exclusion is not usable."""

    def __init__(self, exclusions: Exclusions, lists: Sequence[HeldList]) -> None:
        self._excluded = Excluded(exclusions)
        self._sites = [(h, Sites(h.entries.entries)) for h in lists if h.document.capability is Capability.SITE]
        self._phrases = [(h, Phrases(h.entries.entries)) for h in lists if h.document.capability is Capability.PHRASE]

    def excludes(self, url: str) -> bool:
        """Whether the page yields nothing at all. Never raises."""
        return self._excluded.covers(url)

    def wants_text(self, url: str, when: Ms, lists: Collection[ListRef]) -> bool:
        """Whether the text of the page at this address may be read, and would be used: by one of those `lists`. Never raises."""
        looks = any(held.ref in lists and when in held.document.valid for held, _ in self._phrases)
        return looks and not self.excludes(url) and page_class(url) is PageClass.READABLE

    def examine(self, seen: Observation, captured_at: Ms, clock_offset_ms: int) -> tuple[Finding, ...]:
        """What the detectors say of a page. `captured_at` and the offset are the device's, as findings carry them."""
        place = None if self.excludes(seen.url) else place_of(seen.url)
        if place is None:
            return ()
        when = Ms(max(0, seen.at + clock_offset_ms))
        return tuple(
            Finding(
                kind=held.document.capability,
                detector=detector,
                list=held.ref,
                rule=entry.rule,
                band=band,
                gravity=entry.gravity,
                origin=seen.origin,
                event_at=seen.at,
                captured_at=captured_at,
                clock_offset_ms=clock_offset_ms,
                body=body,
            )
            for held, detector, entry, band, body in (*self._find_sites(seen, place), *self._find_phrases(seen, place))
            if when in held.document.valid
        )

    def _find_sites(self, seen: Observation, place: Place) -> Iterator["_Hit"]:
        for held, sites in self._sites:
            entry = sites.find(place)
            if entry is not None:
                yield held, SITE, entry, Band.EXACT, Body(*_where(seen, place), entry.pattern, None, None)

    def _find_phrases(self, seen: Observation, place: Place) -> Iterator["_Hit"]:
        if seen.text is None or seen.page_class is not PageClass.READABLE:
            return
        for held, phrases in self._phrases:
            typed = {found.entry.rule: found for term in search_terms(place) for found in phrases.find(term)}
            shown = {found.entry.rule: found for found in phrases.find(seen.text)}
            for rule, found in (typed | shown).items():
                band = Band.STRONG if rule in typed else Band.POSSIBLE
                body = Body(*_where(seen, place), found.entry.pattern, found.before, found.after)
                yield held, PHRASE, found.entry, band, body


def _where(seen: Observation, place: Place) -> tuple[str, str | None]:
    """Address and title, as far as the page's class lets a finding say them."""
    url = place.host if seen.page_class is PageClass.MESSAGE else kept_address(seen.url)
    return url, seen.title if seen.page_class is PageClass.READABLE else None


type _Hit = tuple[HeldList, Versioned, ListEntry, Band, Body]
