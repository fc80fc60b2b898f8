"""When the key of what a deployment's devices disclosed may be destroyed: once nobody needs what it opens (R-RET-9; design §1.4).

Rules
- Console, approver and vault each ask this of the rows as they are then. One thing that is open is enough to refuse.
- Monitoring has ended when no condition is in force, now or later, and no profile in force lets a device collect.
- A bundle is open until the vault releases it or a second person refuses it. An exhibit is open until it is sealed.
- A request of the person is open until it is answered: the answer may need what the key opens.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from offmon.core.errors import Refused


class Obstacle(StrEnum):
    """What stands in the way, by the code of its refusal."""

    COLLECTING = "monitoring-goes-on"
    ALERT = "alert-open"
    EXPORT = "export-open"
    EXHIBIT = "exhibit-open"
    REQUEST = "request-open"


OBSTACLE_WORDS: Final = {
    Obstacle.COLLECTING: "The monitoring has not ended. Record the end of each order and licence, and wait for each device’s last profile.",
    Obstacle.ALERT: "A possible breach is not decided. Decide it first.",
    Obstacle.EXPORT: "An evidence bundle is being prepared. Release it or refuse it first.",
    Obstacle.EXHIBIT: "An exhibit is requested and not sealed. Seal it first.",
    Obstacle.REQUEST: "A request of the person is not answered. Answer it first.",
}
STOPPED_WORDS: Final = (
    "Something of this case is not finished: an alert, a bundle, an exhibit or a request. You may not see all of these. "
    "The data protection officer can."
)
"""Why the vault stopped one, for whoever works on the case: one sentence for every obstacle, since they may not hear of a complaint."""


@dataclass(frozen=True, slots=True)
class OpenWork:
    """What of a case still needs the key: whether anything is collected, and how much of each other thing is open."""

    collecting: bool
    alerts: int
    exports: int
    exhibits: int
    requests: int


def obstacles(work: OpenWork) -> tuple[Obstacle, ...]:
    """Everything that stands in the way, in a fixed order."""
    counts = {
        Obstacle.COLLECTING: int(work.collecting),
        Obstacle.ALERT: work.alerts,
        Obstacle.EXPORT: work.exports,
        Obstacle.EXHIBIT: work.exhibits,
        Obstacle.REQUEST: work.requests,
    }
    return tuple(one for one, count in counts.items() if count)


def check_destroyable(work: OpenWork) -> None:
    """Raises Refused, by the first obstacle, unless nothing is open."""
    for one in obstacles(work):
        raise Refused(one.value, OBSTACLE_WORDS[one])
