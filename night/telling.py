"""Which messages a night should bring, and by when: from whom each alert came to, without the code that is judged.

Rules
- Everybody by name whom an alert comes to is told; its first holder only where the class calls them at once.
- A flood is one message: to one person, of one gravity, no two are closer than the class's time. The first leaves at once.
- A message whose alerts are all answered before it can be delivered is not sent. Where both fall together, either is right.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from night.chain import Chain, Person
from night.hours import MINUTE
from night.times import CALLED_AT_ONCE, LONGEST_WAIT_MS, TOLD_APART_MS
from offmon.core.formats.event import Gravity

NEAR: Final = 2 * MINUTE
"""A turn comes up to a minute after its time: what lies nearer to another thing than this could fall out either way."""
LATE: Final = LONGEST_WAIT_MS + NEAR

type Downs = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Message:
    """A message to a person: when it leaves, when the last of its alerts was answered, and whether it stands for several."""

    who: Person
    gravity: Gravity
    leaves: int
    answered: int
    waited: bool


@dataclass(frozen=True, slots=True)
class Due:
    """A message at one channel: between when it comes, and whether it must."""

    since: int
    until: int
    must: bool
    held_up: bool


def messages(chains: Iterable[Chain]) -> list[Message]:
    """The messages of an agency's alerts, in the order in which they leave."""
    found = list[Message]()
    for (who, gravity), tellings in _tellings(chains).items():
        for leaves, group in _spread(tellings, TOLD_APART_MS[gravity]):
            waited = leaves > group[0][0]
            found.append(Message(who, gravity, leaves, max(answered for _, answered in group), waited))
    return sorted(found, key=lambda one: one.leaves)


def is_clear(chains: Iterable[Chain]) -> bool:
    """Whether each message falls out one way, however late a turn is."""
    for (_, gravity), tellings in _tellings(chains).items():
        last: int | None = None
        for leaves, group in _spread(tellings, TOLD_APART_MS[gravity]):
            times = [at for at, _ in group]
            if last is not None and any(
                abs(at - last - TOLD_APART_MS[gravity]) < NEAR or at - last < NEAR for at in times
            ):
                return False
            if any(0 <= leaves - at < NEAR for at in times[1:]) or any(0 < leaves - at < NEAR for at in times):
                return False
            last = leaves
    return True


def due_at(one: Message, downs: Downs) -> Due | None:
    """When a message comes to a channel that is down at these times; None: it does not come."""
    ends = [until for since, until in downs if since - NEAR <= one.leaves < until]
    first, last = max([one.leaves, *ends]), max([one.leaves + NEAR, *(until + LATE for until in ends)])
    if one.answered < first - NEAR:
        return None
    return Due(one.leaves, last, one.answered > last, bool(ends))


def _tellings(chains: Iterable[Chain]) -> dict[tuple[Person, Gravity], list[tuple[int, int]]]:
    """By person and gravity: when each telling came, and when its alert was answered after it."""
    found = defaultdict[tuple[Person, Gravity], list[tuple[int, int]]](list)
    for one in chains:
        for told in one.told[0 if one.gravity in CALLED_AT_ONCE else 1 :]:
            if told.who is not None:
                answered = next(act.at for act in one.acts if act.at > told.at)
                found[told.who, one.gravity].append((told.at, answered))
    return {key: sorted(tellings) for key, tellings in found.items()}


def _spread(tellings: Iterable[tuple[int, int]], apart: int) -> list[tuple[int, list[tuple[int, int]]]]:
    """Each message: when it leaves, and the tellings that it stands for."""
    found = list[tuple[int, list[tuple[int, int]]]]()
    for one in tellings:
        last = found[-1][0] if found else None
        if last is not None and last > one[0]:
            found[-1][1].append(one)
        elif last is not None and one[0] < last + apart:
            found.append((last + apart, [one]))
        else:
            found.append((one[0], [one]))
    return found
