"""An exhibit: one disclosure of a decided alert, sealed to its own key, and everyone who has held it since (R-EVD-5 to R-EVD-7).

Rules
- An exhibit has its producer's reference (initials and a running number, such as AB1), which the case never uses again. It is not sealed
  without an officer in charge of the investigation.
- The vault encloses body and salt again, to the exhibit's own key. The commitment stays the device's. The copy is kept as long as the
  exhibit, whatever is erased elsewhere (formats §8). `seal` is the digest of that enclosed copy.
- Continuity is a chain of links. A link gives its start and ends when the next begins, so there is no gap and no overlap.
- The current holder hands the exhibit over. The seal is computed again and must equal the first.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, Final

from offmon.core.authority.profile import HpkeKey
from offmon.core.clock import Period
from offmon.core.errors import NotAuthentic, Refused
from offmon.core.ids import Count, Digest, Id, Ms
from offmon.core.log.kinds import TEXT, RecordKind, at
from offmon.core.log.records import REJECTING, DecisionOutcome, LeafPlace
from offmon.core.log.verbs import Verb

MOST: Final = 9999
_INITIALS: Final = re.compile(r"[A-Z]{2,4}")


@dataclass(frozen=True, slots=True)
class ExhibitRecord:
    """A disclosure as an exhibit: asked for by its producer, then sealed by the vault. `content` is the item's own commitment."""

    KIND: ClassVar[str] = "exhibit"
    RECORD: ClassVar = RecordKind(
        made={Verb.EXHIBIT_ASKED},
        changed={Verb.EXHIBIT_SEALED},
        times=(at("asked_at", Verb.EXHIBIT_ASKED), at("sealed_at", Verb.EXHIBIT_SEALED)),
        withholds={"reason": TEXT},
    )

    id: Id
    alert: Id
    leaf: LeafPlace
    initials: str
    number: Count
    producer: Id
    oic: Id
    asked_at: Ms
    reason: str
    content: Digest | None
    seal: Digest | None
    key: HpkeKey | None
    sealed_at: Ms | None

    @property
    def reference(self) -> str:
        """As it stands on a label: AB1."""
        return f"{self.initials}{self.number}"


@dataclass(frozen=True, slots=True)
class CustodyRecord:
    """One link of continuity: who has it since when, where, why, from whom, and what it hashed to then."""

    KIND: ClassVar[str] = "custody"
    RECORD: ClassVar = RecordKind(
        made={Verb.EXHIBIT_SEALED, Verb.EXHIBIT_HANDED_OVER},
        times=(at("since", Verb.EXHIBIT_SEALED, Verb.EXHIBIT_HANDED_OVER),),
        withholds={"reason": TEXT, "place": TEXT},
    )

    id: Id
    exhibit: Id
    number: Count
    since: Ms
    place: str
    given_by: Id
    held_by: Id
    reason: str
    seal: Digest


def place_of(exhibit: Id) -> bytes:
    """What an exhibit's body is bound to: HPKE's `info`."""
    return f"offmon/exhibit@1 {exhibit}".encode()


def check_initials(initials: str) -> None:
    """Raises Refused unless these are a producer's initials as they stand on a label."""
    if not _INITIALS.fullmatch(initials):
        raise Refused("bad-initials", "Give your initials as two to four capital letters, such as AB.")


def next_number(taken: Collection[int]) -> int:
    """The number after every one that was ever given. Raises Refused where there is none left."""
    number = max(taken, default=0) + 1
    if number > MOST:
        raise Refused("no-number-left", "These initials have no number left in this case. Use other initials.")
    return number


def check_sealable(outcome: DecisionOutcome | None) -> None:
    """Raises Refused unless a person has decided the alert, and did not reject it: a lead is no exhibit (R-EVD-21)."""
    if outcome is None or outcome in REJECTING:
        raise Refused(
            "not-decided",
            "Decide the possible breach first. You can seal only disclosures that were reviewed and not rejected.",
        )


def periods(links: Sequence[CustodyRecord]) -> list[Period]:
    """From when to when each link lasts; the last one still does. Raises Malformed where one ends before it begins."""
    ends = [*(link.since for link in links[1:]), None]
    return [Period(link.since, end) for link, end in zip(links, ends, strict=True)]


def check_hand_over(last: CustodyRecord, following: CustodyRecord) -> None:
    """Raises NotAuthentic or Refused unless one link follows on from another."""
    if following.seal != last.seal:
        raise NotAuthentic(
            "seal-broken", "What is held does not hash to what was sealed; do not use it, and find out why."
        )
    if (following.exhibit, following.number, following.given_by) != (last.exhibit, last.number + 1, last.held_by):
        raise Refused("not-yours", "Only the present holder can hand over the exhibit, once.")
    if following.since <= last.since or following.held_by == last.held_by:
        raise Refused("no-hand-over", "A hand-over must be later than the one before, and to another person.")


def check_continuity(exhibit: ExhibitRecord, links: Sequence[CustodyRecord]) -> None:
    """Raises NotAuthentic unless the links account for a sealed exhibit from its sealing on, without a hole (R-EVD-7)."""
    first = links[0] if links else None
    began = first and (first.exhibit, first.number, first.since, first.given_by, first.held_by, first.seal)
    if began != (exhibit.id, 0, exhibit.sealed_at, exhibit.producer, exhibit.producer, exhibit.seal):
        raise NotAuthentic("continuity-broken", "An exhibit's continuity does not begin with its sealing.")
    try:
        for last, following in pairwise(links):
            check_hand_over(last, following)
    except Refused:
        raise NotAuthentic(
            "continuity-broken", "An exhibit's continuity has a hole: it is not said who had it."
        ) from None
