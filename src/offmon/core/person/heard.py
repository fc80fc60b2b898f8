"""When a device was heard: the silence before a run of its agent, which the run's first batch then says (issue 16).

Rules
- A silence is noted where another run is heard than before. Its first batch says it, and until then the server keeps it.
- It is said in the device's own raw time, so that its notes and gaps compare with it.
"""

from dataclasses import dataclass

from offmon.core.ids import Id, Ms
from offmon.core.person.coverage import NOTICED_MS, Silence


@dataclass(frozen=True, slots=True)
class LastHeard:
    """When a device was last heard, in which run of its agent, and the silence that no batch has said yet."""

    at: Ms
    boot: Id | None
    unsaid: Silence | None


def silence_at(last: LastHeard, boot: Id, at: Ms) -> Silence | None:
    """The silence that is to be said once a checkpoint of this run came at that instant; all by the agency's clock."""
    if last.unsaid is not None:
        return last.unsaid
    is_another = last.boot is not None and last.boot != boot
    return Silence(last.at, at) if is_another and at - last.at >= NOTICED_MS else None


def in_device_time(silence: Silence, at: Ms, said_at: Ms) -> Silence:
    """As long before the checkpoint of a batch (`said_at`) as it was before that came (`at`). A clock that was set moves nothing."""
    behind = at - said_at
    return Silence(Ms(max(0, silence.since - behind)), Ms(max(0, silence.until - behind)))
