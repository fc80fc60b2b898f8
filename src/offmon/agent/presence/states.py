"""What the agent and the indicator's window both know of it: its states, its two forms, their least sizes, and how long a measure holds.

The window is a process of its own that is always there. It imports this, and nothing of what the agent is made of.
"""

from enum import StrEnum
from types import MappingProxyType

MEASURE_HOLDS_MS = 5_000


class AgentState(StrEnum):
    """What the agent is doing, as the person needs to know it."""

    COLLECTING = "collecting"
    STARTING = "starting"
    NOT_ALLOWED_NOW = "not-allowed-now"
    LEASE_OVER = "lease-over"
    MAINTENANCE = "maintenance"
    NOT_VISIBLE = "not-visible"
    FAULT = "fault"


class Form(StrEnum):
    """How the indicator stands on the screen."""

    OPEN = "open"
    STRIP = "strip"


LEAST_SIZE = MappingProxyType({Form.OPEN: (240, 48), Form.STRIP: (120, 24)})
