"""What can be collected, in one table: all that any room needs to know of a capability (R-LEG-5, R-DPA-1, R-DPA-8, R-DPA-31).

Rules
- A capability is a value, and a row of `CAPABILITIES`. Each room reads the row, and asks for no capability by name.
- What `core` cannot hold, a room looks up by the row's `detector`: `match.detectors` what compares, `server.detectors.entries` what
  an entry may be. A test shows that each of these tables is whole.
- Whoever meets a kind without a row refuses it (`rule_of`).
- What a person is told of a capability is `capability.<its value>` in the catalogue. Staff and courts read the texts here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from offmon.core.errors import Refused


class Capability(StrEnum):
    """What may be collected. Each is a kind of grant; each is off unless a term makes it necessary (R-LEG-5, R-DPA-9)."""

    SITE = "site"
    PHRASE = "phrase"


class Band(StrEnum):
    """How sure a detector is, in words that an officer reads. A listed site is EXACT or it is nothing."""

    EXACT = "exact"
    STRONG = "strong"
    POSSIBLE = "possible"


class Source(StrEnum):
    """Where on a device something is read. A new one is in no assessment yet."""

    BROWSER = "browser"


SOURCE_WORDS: Final[Mapping[Source, str]] = {Source.BROWSER: "In the browser"}
"""Where that is, as staff read it."""


class Purpose(StrEnum):
    """Why, within DPA 2018 s.31. Of R-DPA-1 the regime and a change of purpose are not here."""

    SUPERVISION = "supervision"


class Detector(StrEnum):
    """What compares what a source saw with the entries of a list, by the name and version that a claim carries."""

    SITE = "site@1"
    PHRASE = "phrase@1"


@dataclass(frozen=True, slots=True)
class CapabilityRule:
    """One capability. `fields`: those of a body that may leave, sorted. `reads_text`: whether a device reads the words of a page for it.

    Of the texts, `called` names it, `hint` says how far it goes, `noticed` names a finding and `reported` does so to a court; `entry` is
    what a list of it holds. `found` says where the match was, by how sure it is. `not_looked_at` is what a finding does not rest on.
    """

    sources: tuple[Source, ...]
    detector: Detector
    fields: tuple[str, ...]
    purpose: Purpose
    reads_text: bool
    entry: str
    called: str
    hint: str
    noticed: str
    reported: str
    found: Mapping[Band, str]
    not_looked_at: tuple[str, ...]


CAPABILITIES: Final[Mapping[Capability, CapabilityRule]] = {
    Capability.SITE: CapabilityRule(
        sources=(Source.BROWSER,),
        detector=Detector.SITE,
        fields=("matched_entry", "title", "url"),
        purpose=Purpose.SUPERVISION,
        reads_text=False,
        entry="site",
        called="Visits to listed sites",
        hint="The device says when a site on a list was opened. It does not read the page.",
        noticed="Visit to a listed site",
        reported="a listed place",
        found={Band.EXACT: "In the address"},
        not_looked_at=(
            "what the page says or shows",
            "what was typed, sent or watched there",
            "who was at the keyboard",
        ),
    ),
    Capability.PHRASE: CapabilityRule(
        sources=(Source.BROWSER,),
        detector=Detector.PHRASE,
        fields=("context_after", "context_before", "matched_entry", "title", "url"),
        purpose=Purpose.SUPERVISION,
        reads_text=True,
        entry="phrase",
        called="Listed phrases on readable pages",
        hint="The device reads pages of search results for phrases on a list. It never reads messages.",
        noticed="Listed phrase on a page",
        reported="a listed phrase on a page",
        found={
            Band.STRONG: "In the search that was made on the account",
            Band.POSSIBLE: "In the page, not in the search",
        },
        not_looked_at=("pictures and video on the page", "messages, mail and forms", "who was at the keyboard"),
    ),
}


def rule_of(capability: Capability) -> CapabilityRule:
    """The capability's row. Raises Refused for a kind of collection that this release does not know, whatever it is called."""
    rule = CAPABILITIES.get(capability)
    if rule is None:
        raise Refused("unknown-capability", "This release does not know this type of collection. Update it first.")
    return rule


def leaving_under(field: str) -> tuple[Capability, ...]:
    """The capabilities under which a field of a body may leave a device."""
    return tuple(one for one, rule in CAPABILITIES.items() if field in rule.fields)
