"""From an observation to findings, cheapest first (design §2).

Rules
- Exclusions, the person's own protected contacts and the sites that their profile leaves out come first of all. No detector looks at
  such a page.
- A list is asked by the detector that its capability names (`detectors`).
- Text is wanted only of a READABLE page, and only while some list is of a capability that reads it.
- A list outside its own validity is silent.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from offmon.core.authority.capability import CapabilityRule, Detector, rule_of
from offmon.core.authority.lists import Exclusions, ListDocument, ListEntries
from offmon.core.authority.profile import ListRef
from offmon.core.authority.protected_contacts import ProtectedContact
from offmon.core.formats.event import Finding, Observation, PageClass
from offmon.core.ids import Ms, Versioned
from offmon.core.text.addresses import place_of
from offmon.match.detectors import DETECTORS, Detects
from offmon.match.exclusions import Excluded
from offmon.match.pages import page_class


@dataclass(frozen=True, slots=True)
class HeldList:
    """A list that a device holds, checked: how profiles name it, what it declares, what it looks for."""

    ref: ListRef
    document: ListDocument
    entries: ListEntries


@dataclass(frozen=True, slots=True)
class _Ready:
    """A list as it is asked, without its entries."""

    ref: ListRef
    document: ListDocument
    rule: CapabilityRule
    called: Detector
    detector: Detects


class Pipeline:
    """The detectors of one profile, with its lists, exclusions and protected contacts. Raises Malformed where one is not usable.

    Of each list it keeps what its detector makes of the entries, and takes the next one only then: all at once they need much memory.
    """

    def __init__(
        self,
        exclusions: Exclusions,
        lists: Iterable[HeldList],
        contacts: Sequence[ProtectedContact] = (),
        sites: Sequence[str] = (),
    ) -> None:
        self._excluded = Excluded(exclusions, contacts, sites)
        rules = ((held, rule_of(held.document.capability)) for held in lists)
        self._lists = [
            _Ready(held.ref, held.document, rule, rule.detector, DETECTORS[rule.detector](held.entries.entries))
            for held, rule in rules
            if rule.detector is not None
        ]

    def excludes(self, url: str) -> bool:
        """Whether the page yields nothing at all. Never raises."""
        return self._excluded.covers(url)

    def wants_text(self, url: str, when: Ms, lists: Collection[ListRef]) -> bool:
        """Whether the text of the page at this address may be read, and would be used: by one of those `lists`. Never raises."""
        looks = any(one.rule.reads_text and one.ref in lists and when in one.document.valid for one in self._lists)
        return looks and not self.excludes(url) and page_class(url) is PageClass.READABLE

    def examine(self, seen: Observation, captured_at: Ms, clock_offset_ms: int) -> tuple[Finding, ...]:
        """What the detectors say of a page. `captured_at` and the offset are the device's, as findings carry them."""
        place = None if self.excludes(seen.url) else place_of(seen.url)
        if place is None:
            return ()
        when = Ms(max(0, seen.at + clock_offset_ms))
        return tuple(
            Finding(
                kind=one.document.capability,
                detector=Versioned(one.called.value),
                list=one.ref,
                rule=hit.entry.rule,
                band=hit.band,
                gravity=hit.entry.gravity,
                origin=seen.origin,
                event_at=seen.at,
                captured_at=captured_at,
                clock_offset_ms=clock_offset_ms,
                body=hit.body,
            )
            for one in self._lists
            if when in one.document.valid
            for hit in one.detector.find(seen, place)
        )
