"""What the status of a licence means for monitoring under it (R-LEG-14, R-LEG-16).

Rules
- Each status that the licence system has is a row of `STATUSES`: monitoring may run, is held back, or must end.
- A status that is not in the table holds monitoring back, and a person is asked. It never lets monitoring run.
- While a variation is prepared, monitoring runs only if the version that was approved before is still active.
- An end stays an end, whatever comes later: a new release is a new licence, recorded anew.
- Otherwise the newest status counts, by its own time. Of two with one time, the stricter counts.
- So neither the order in which changes arrive, nor how often, makes a difference (`joined`).
- A status starts nothing. What was held back goes on when a person takes the suspension back.
- Post-sentence supervision is no licence any more (R-LEG-17).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from offmon.core.authority.no_basis import NO_BASIS, NoBasis
from offmon.core.authority.standstill import Why
from offmon.core.errors import Refused
from offmon.core.ids import Ms


class LicenceStatus(StrEnum):
    """The statuses of the licence system, in its own words (create-and-vary-a-licence)."""

    IN_PROGRESS = "IN_PROGRESS"
    SUBMITTED = "SUBMITTED"
    APPROVED = "APPROVED"
    ACTIVE = "ACTIVE"
    REJECTED = "REJECTED"
    INACTIVE = "INACTIVE"
    RECALLED = "RECALLED"
    VARIATION_IN_PROGRESS = "VARIATION_IN_PROGRESS"
    VARIATION_SUBMITTED = "VARIATION_SUBMITTED"
    VARIATION_REJECTED = "VARIATION_REJECTED"
    VARIATION_APPROVED = "VARIATION_APPROVED"
    NOT_STARTED = "NOT_STARTED"
    NOT_IN_PILOT = "NOT_IN_PILOT"
    TIMED_OUT = "TIMED_OUT"
    REVIEW_NEEDED = "REVIEW_NEEDED"
    OOS_BOTUS = "OOS_BOTUS"
    OOS_RECALL = "OOS_RECALL"


class LicenceType(StrEnum):
    """What a licence is: one of a sentence, with or without post-sentence supervision after it, or that supervision alone."""

    AP = "AP"
    AP_PSS = "AP_PSS"
    PSS = "PSS"


class Effect(StrEnum):
    """What a status does to monitoring under the licence, the mildest first."""

    RUN = "run"
    HOLD = "hold"
    END = "end"


@dataclass(frozen=True, slots=True)
class StatusRule:
    """What a status does, and why in an officer's words. `if_active`: it runs only while the version approved before is active."""

    effect: Effect
    says: str
    if_active: bool = False


_VARIED: Final = "A variation is being prepared."
STATUSES: Final[Mapping[LicenceStatus, StatusRule]] = {
    LicenceStatus.IN_PROGRESS: StatusRule(Effect.HOLD, "The licence is being written."),
    LicenceStatus.SUBMITTED: StatusRule(Effect.HOLD, "The licence waits for approval."),
    LicenceStatus.APPROVED: StatusRule(Effect.HOLD, "The licence is approved, but the person is not released."),
    LicenceStatus.ACTIVE: StatusRule(Effect.RUN, "The licence is active."),
    LicenceStatus.REJECTED: StatusRule(Effect.HOLD, "The licence was not approved."),
    LicenceStatus.INACTIVE: StatusRule(Effect.END, "The licence is not in force any more."),
    LicenceStatus.RECALLED: StatusRule(Effect.END, "The licence was recalled."),
    LicenceStatus.VARIATION_IN_PROGRESS: StatusRule(Effect.RUN, _VARIED, if_active=True),
    LicenceStatus.VARIATION_SUBMITTED: StatusRule(Effect.RUN, _VARIED, if_active=True),
    LicenceStatus.VARIATION_REJECTED: StatusRule(Effect.RUN, _VARIED, if_active=True),
    LicenceStatus.VARIATION_APPROVED: StatusRule(Effect.RUN, _VARIED, if_active=True),
    LicenceStatus.NOT_STARTED: StatusRule(Effect.HOLD, "The licence is not written yet."),
    LicenceStatus.NOT_IN_PILOT: StatusRule(Effect.HOLD, "The licence system does not keep this licence."),
    LicenceStatus.TIMED_OUT: StatusRule(Effect.HOLD, "The licence was not approved in time."),
    LicenceStatus.REVIEW_NEEDED: StatusRule(Effect.HOLD, "The licence waits for a review."),
    LicenceStatus.OOS_BOTUS: StatusRule(Effect.HOLD, "A breach of supervision took the licence out of the system."),
    LicenceStatus.OOS_RECALL: StatusRule(Effect.END, "A recall took the licence out of the system."),
}
_UNKNOWN: Final = StatusRule(
    Effect.HOLD, "The licence has a status that Offmon does not know. Ask the probation service."
)
_NO_VERSION: Final = "A variation is being prepared, and no approved version is active."
_STRICTER: Final = tuple(Effect)
RECALLS: Final = frozenset({LicenceStatus.RECALLED.value, LicenceStatus.OOS_RECALL.value})


@dataclass(frozen=True, slots=True)
class Standing:
    """A status of a licence, in the word of the system that sent it, and since when. `active`: an approved version is active."""

    status: str
    at: Ms
    active: bool = False


def rule_of(standing: Standing) -> StatusRule:
    """What a status does to monitoring, and why."""
    rule = next((rule for status, rule in STATUSES.items() if status == standing.status), _UNKNOWN)
    if rule.if_active and not standing.active:
        return StatusRule(Effect.HOLD, _NO_VERSION)
    return rule


def effect_of(standing: Standing | None) -> Effect:
    """What a status does to monitoring. Where none is known, monitoring rests on what the officers recorded alone."""
    return Effect.RUN if standing is None else rule_of(standing).effect


def why_of(standing: Standing) -> Why:
    """The reason for which monitoring is suspended at such a status."""
    return Why.LICENCE_RECALLED if standing.status in RECALLS else Why.LICENCE_HELD


def joined(one: Standing | None, other: Standing) -> Standing:
    """Which of two statuses of one licence counts. Commutative, associative and idempotent."""
    return other if one is None else max(one, other, key=_rank)


def _rank(one: Standing) -> tuple[bool, int, int, str, bool]:
    effect = rule_of(one).effect
    ends = effect is Effect.END
    # Of several ends the first counts: from then on nothing was to be collected.
    return ends, -one.at if ends else one.at, _STRICTER.index(effect), one.status, one.active


def check_type(kind: LicenceType) -> None:
    """Raises Refused for post-sentence supervision, which allows no monitoring (R-LEG-17)."""
    if kind is LicenceType.PSS:
        raise Refused("no-basis", f"{NO_BASIS[NoBasis.PSS].why} Record it with the person's details.")
