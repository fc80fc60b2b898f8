"""Why monitoring stands still or ends, and how it goes on (requirements §0.3).

Rules
- Each reason is data, and is one for a suspension or one for an end.
- From either on, the signer signs only profiles that grant nothing. A suspension is taken back by one act; an end by none.
- What was authorised counts again after a suspension, as nothing new is allowed. What has ended is drafted and authorised anew.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from offmon.core.errors import Refused
from offmon.core.states import DeploymentState


class Why(StrEnum):
    """Why monitoring was suspended or ended."""

    CUSTODY = "custody"
    HOSPITAL = "hospital"
    ABROAD = "abroad"
    SEIZED = "seized"
    REPAIR = "repair"
    LOST = "lost"
    SOLD = "sold"
    LICENCE_RECALLED = "licence_recalled"
    LICENCE_HELD = "licence_held"
    EXPIRED = "expired"
    DISCHARGED = "discharged"
    QUASHED = "quashed"
    SUPERSEDED = "superseded"
    LICENCE_END = "licence_end"
    RECALLED = "recalled"
    WITHDRAWN = "withdrawn"
    NOT_NEEDED = "not_needed"
    DEATH = "death"
    ERROR = "error"


class HandedHow(StrEnum):
    """How the person was given the end certificate."""

    IN_PERSON = "in_person"
    POST = "post"
    REPRESENTATIVE = "representative"


REASONS: Final[Mapping[DeploymentState, tuple[Why, ...]]] = {
    DeploymentState.SUSPENDED: (
        *(Why.CUSTODY, Why.HOSPITAL, Why.ABROAD, Why.SEIZED),
        *(Why.REPAIR, Why.LOST, Why.SOLD, Why.LICENCE_RECALLED, Why.LICENCE_HELD),
    ),
    DeploymentState.ENDED: (
        *(Why.EXPIRED, Why.DISCHARGED, Why.QUASHED, Why.SUPERSEDED, Why.LICENCE_END),
        *(Why.RECALLED, Why.WITHDRAWN, Why.NOT_NEEDED, Why.DEATH, Why.ERROR),
    ),
}


def check_why(to: DeploymentState, why: Why) -> None:
    """Raises Refused where the reason is none of that move."""
    if why not in REASONS.get(to, ()):
        raise Refused("other-reason", "That is no reason for this. Select one of those that are offered.")
