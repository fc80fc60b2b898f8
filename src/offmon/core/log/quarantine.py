"""What is locked because its time had no authority, and what two people decide of it (design §1.9; R-LEG-16).

Rules
- The vault locks, by `core.authority.learned_late`. Its record names each disclosure by its place, so that a bundle can count them.
- One person asks that they are erased, or kept since there was authority after all. Another agrees, or refuses with a reason.
- To erase removes bodies and envelopes. Each leaf keeps its place and hashes, so that the device's journal still verifies. The record says
  how many.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from offmon.core.ids import Count, Id, Ms
from offmon.core.log.kinds import TEXT, RecordKind, at, before
from offmon.core.log.records import LeafPlace
from offmon.core.log.verbs import Verb
from offmon.core.states import QuarantineState

NO_AUTHORITY: Final = "no-authority"
"""Why a leaf is withheld, or the rule by which it was erased."""


class LateReason(StrEnum):
    """Why a time has no authority."""

    NEVER = "never"  # the order ended before it began: it was quashed, or recorded in error
    ENDED = "ended"
    VARIED = "varied"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    SERVED_ENDED = "served-ended"  # what an agreement served
    NOT_IN_FORCE = "not-in-force"  # outside the term's own dates, or no such term is confirmed


class LateChoice(StrEnum):
    """What becomes of what is locked."""

    ERASE = "erase"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class QuarantineRecord:
    """That these disclosures are locked: why, by which order (None: none is known), true from when, and known from when. ms UTC."""

    KIND: ClassVar[str] = "quarantine"
    RECORD: ClassVar = RecordKind(
        made={Verb.QUARANTINE_MADE},
        times=(at("locked_at", Verb.QUARANTINE_MADE), before("known_at", Verb.QUARANTINE_MADE)),
    )

    id: Id
    why: LateReason
    order: Id | None
    since: Ms
    known_at: Ms
    locked_at: Ms
    leaves: tuple[LeafPlace, ...]


@dataclass(frozen=True, slots=True)
class QuarantineDecision:
    """What is to become of a quarantine: asked by one, agreed to by another. `erased`: how many disclosures the vault erased, and when."""

    KIND: ClassVar[str] = "quarantine-decision"
    RECORD: ClassVar = RecordKind(
        made={Verb.QUARANTINE_DECISION_ASKED},
        changed={
            Verb.QUARANTINE_DECISION_AGREED,
            Verb.QUARANTINE_DECISION_REFUSED,
            Verb.QUARANTINE_PURGED,
        },
        times=(
            at("asked_at", Verb.QUARANTINE_DECISION_ASKED),
            at("agreed_at", Verb.QUARANTINE_DECISION_AGREED),
            at("refused_at", Verb.QUARANTINE_DECISION_REFUSED),
            at("erased_at", Verb.QUARANTINE_PURGED),
        ),
        withholds={"reason": TEXT, "refusal": TEXT},
    )

    id: Id
    quarantine: Id
    choice: LateChoice
    state: QuarantineState
    asked_by: Id
    asked_at: Ms
    reason: str
    agreed_by: Id | None
    agreed_at: Ms | None
    refused_by: Id | None
    refused_at: Ms | None
    refusal: str | None
    erased: Count | None
    erased_at: Ms | None
