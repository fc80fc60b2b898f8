"""What can be collected, in one table: all that any room needs to know of a capability (R-LEG-5, R-DPA-1, R-DPA-8, R-DPA-31).

Rules
- A capability is a value, and a row of `CAPABILITIES`. Each room reads the row, and asks for no capability by name.
- What `core` cannot hold, a room looks up by the row's `detector`: `match.detectors` what compares, `server.detectors.entries` what
  an entry may be. A test shows that each of these tables is whole.
- A capability without a detector compares nothing and has no lists of its own. It sends nothing, unless it `follows`: then it sends only
  beside a finding of another capability, and its grants name that one's lists. What sends nothing names no list and no field.
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
    HISTORY_KEPT = "history-kept"
    CONTEXT = "context"


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

    `as_listed`: only what the list's entry names of an address leaves, and no title: which site, not which page (`text.addresses`). Its
    grants name the title, as they always did, so that bundles of before this rule verify.

    `detector` None: nothing is compared, so it has no lists. `follows`: it sends what stands beside a finding of another capability, and
    is no finding.

    Of the texts, `called` names it, `hint` says how far it goes, `noticed` names a finding and `reported` does so to a court; `entry` is
    what a list of it holds. `found` says where the match was, by how sure it is. `not_looked_at` is what a finding does not rest on.
    """

    sources: tuple[Source, ...]
    detector: Detector | None
    fields: tuple[str, ...]
    purpose: Purpose
    reads_text: bool
    as_listed: bool
    entry: str
    called: str
    hint: str
    noticed: str
    reported: str
    found: Mapping[Band, str]
    not_looked_at: tuple[str, ...]
    follows: bool = False

    @property
    def leaving(self) -> frozenset[str]:
        """The fields of a body that a device lets leave under it."""
        return frozenset(self.fields) - ({"title"} if self.as_listed else set())

    @property
    def sends(self) -> bool:
        """Whether anything may leave a device under it."""
        return self.detects or self.follows

    @property
    def detects(self) -> bool:
        """Whether it finds something by lists of its own: what alerts are of."""
        return self.detector is not None


CAPABILITIES: Final[Mapping[Capability, CapabilityRule]] = {
    Capability.SITE: CapabilityRule(
        sources=(Source.BROWSER,),
        detector=Detector.SITE,
        fields=("matched_entry", "title", "url"),
        purpose=Purpose.SUPERVISION,
        reads_text=False,
        as_listed=True,
        entry="site",
        called="Visits to listed sites",
        hint="The device says which listed site was opened, and not which page, unless the list names it. It does not read the page.",
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
        as_listed=False,
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
    Capability.HISTORY_KEPT: CapabilityRule(
        sources=(Source.BROWSER,),
        detector=None,
        fields=(),
        purpose=Purpose.SUPERVISION,
        reads_text=False,
        as_listed=False,
        entry="",
        called="History kept on the device",
        hint="The device keeps which sites were opened, encrypted. It sends nothing. You see it on the device at a visit.",
        noticed="History kept on the device",
        reported="the history that the device keeps",
        found={},
        not_looked_at=(),
    ),
    Capability.CONTEXT: CapabilityRule(
        sources=(Source.BROWSER,),
        detector=None,
        fields=("context_after", "context_before"),
        purpose=Purpose.SUPERVISION,
        reads_text=False,
        as_listed=False,
        entry="",
        called="Sites opened around a finding",
        hint="With a finding, the device sends the names of up to ten sites opened within five minutes of it. No page, no excluded place.",
        noticed="Sites opened around a finding",
        reported="which sites were opened within five minutes of a finding",
        found=dict.fromkeys(Band, "In the browser, around the finding"),
        not_looked_at=("which page of a site was open", "excluded places", "who was at the keyboard"),
        follows=True,
    ),
}

SENDING: Final[tuple[Capability, ...]] = tuple(one for one, rule in CAPABILITIES.items() if rule.sends)
"""The capabilities under which something may leave a device."""
DETECTING: Final[tuple[Capability, ...]] = tuple(one for one, rule in CAPABILITIES.items() if rule.detects)
"""Those that lists, findings and alerts are of."""
FOLLOWING: Final[tuple[Capability, ...]] = tuple(one for one, rule in CAPABILITIES.items() if rule.follows)
"""Those of what stands beside a finding: never an alert."""


def rule_of(capability: Capability) -> CapabilityRule:
    """The capability's row. Raises Refused for a kind of collection that this release does not know, whatever it is called."""
    rule = CAPABILITIES.get(capability)
    if rule is None:
        raise Refused("unknown-capability", "This release does not know this type of collection. Update it first.")
    return rule


def leaving_under(field: str) -> tuple[Capability, ...]:
    """The capabilities under which a field of a body may leave a device."""
    return tuple(one for one, rule in CAPABILITIES.items() if field in rule.leaving)
