"""When a device was heard: the silence before a run of its agent, which the run's first batch then says (issue 16).

Rules
- A silence is noted where another run is heard than before. Its first batch says it, and until then the server keeps it.
- It is said in the device's own raw time, so that its notes and gaps compare with it.
- When a device is heard tells when somebody is awake. After 48 hours only the hour is kept (`folded`), and every rule goes by the hour.
- So what follows from a time is the same before it is folded and after. Where a cause began then, its hour's end counts (`since_then`).
- A later silence counts from that hour's end as well: what may have been covered is not called uncovered.
"""

from dataclasses import dataclass
from typing import Final

from offmon.core import clock
from offmon.core.ids import Id, Ms
from offmon.core.person.coverage import NOTICED_MS, Silence

FOLDED_AFTER_MS: Final = 2 * clock.DAY_MS
FOLDED_TO_MS: Final = clock.HOUR_MS


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
    return Silence(since_then(last.at, at), at) if is_another and at - last.at >= NOTICED_MS else None


def in_device_time(silence: Silence, at: Ms, said_at: Ms) -> Silence:
    """As long before the checkpoint of a batch (`said_at`) as it was before that came (`at`). A clock that was set moves nothing."""
    behind = at - said_at
    return Silence(Ms(max(0, silence.since - behind)), Ms(max(0, silence.until - behind)))


def hour_of(then: Ms) -> Ms:
    """The beginning of an instant's hour."""
    return Ms(then - then % FOLDED_TO_MS)


def is_folded(then: Ms, at: Ms) -> bool:
    """Whether at `at` only the hour of `then` is kept."""
    return at - then >= FOLDED_AFTER_MS


def folded(then: Ms, at: Ms) -> Ms:
    """When a device was heard, as a reader sees it at `at`: to the hour, once that is 48 hours ago."""
    return hour_of(then) if is_folded(then, at) else then


def since_then(then: Ms, at: Ms) -> Ms:
    """From when on something counts that began when a device was heard: from the hour's end, once that is 48 hours ago."""
    return Ms(hour_of(then) + FOLDED_TO_MS) if is_folded(then, at) else then
