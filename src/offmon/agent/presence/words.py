"""What the indicator says, in every language it speaks.

Rules
- Neutral for a bystander: no force, offence or order. Family and visitors read it too (design §1.6).
- A closed set of states, so that no text from a server can reach the screen.
- A language is whole or absent: `Words` has no optional field, and a test asks for every state. Welsh is one more entry (R-RGT-5).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class State(StrEnum):
    """What the agent is doing, as the person needs to know it."""

    COLLECTING = "collecting"
    STARTING = "starting"
    NOT_ALLOWED_NOW = "not-allowed-now"
    LEASE_OVER = "lease-over"
    MAINTENANCE = "maintenance"
    NOT_VISIBLE = "not-visible"
    FAULT = "fault"


class Language(StrEnum):
    """A language of the indicator, by its BCP 47 tag."""

    ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Words:
    """All text of the indicator in one language."""

    title: str
    monitored: str
    details: str
    move: str
    states: Mapping[State, str]


CATALOGUE: Mapping[Language, Words] = MappingProxyType(
    {
        Language.ENGLISH: Words(
            title="Monitoring notice",
            monitored="This account is monitored under a legal requirement.",
            details="See what is monitored",
            move="Move",
            states=MappingProxyType(
                {
                    State.COLLECTING: "Monitoring is on",
                    State.STARTING: "Monitoring is off: it is starting",
                    State.NOT_ALLOWED_NOW: "Monitoring is off: not allowed at this time",
                    State.LEASE_OVER: "Monitoring is off: it has not been renewed",
                    State.MAINTENANCE: "Monitoring is off: maintenance",
                    State.NOT_VISIBLE: "Monitoring is paused: this notice was hidden",
                    State.FAULT: "Monitoring is off: something went wrong",
                }
            ),
        ),
    }
)
