"""Which look-ups professional standards examine (R-SEC-19; DPA 2018 s.62(4)(b)).

Rules
- A look-up is an entry that somebody looked at one person: `LOOK_UPS`. A page that lists several people is none, for nobody chose them.
- It is outside any task (`NO_TASK`) if its reader does not keep the case, no list of their work named it within `WAITED_MS`, they did
  nothing there within `ACTED_MS`, and the case was not opened to them within `GIVEN_MS`. One a reader, person and day is enough.
- More than `MANY_PEOPLE` people within `MANY_WITHIN_MS` are many (`MANY_PEOPLE`), whoever keeps their cases. Once an hour and reader.
- A search for one's own family name is one (`OWN_NAME`). The log keeps that it was so, and not the words.
- One that a dip-check asks about is one (`SAMPLED`; `samples.py`).
- Being picked is no finding: a person examines each, and never their own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from offmon.core import clock
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.verbs import Verb

MANY_PEOPLE: Final = 20
MANY_WITHIN_MS: Final = clock.HOUR_MS
WAITED_MS: Final = clock.DAY_MS
ACTED_MS: Final = 28 * clock.DAY_MS
GIVEN_MS: Final = 7 * clock.DAY_MS
SHORTEST_NAME: Final = 2

LOOK_UPS: Final = frozenset(
    {
        Verb.ALERT_CONSULTED,
        Verb.ALERT_REVIEW,
        Verb.CASE_CONSULTED,
        Verb.DOCUMENT_OPENED,
        Verb.EXHIBIT_CONSULTED,
        Verb.EXPORT_CONSULTED,
    }
)

LISTS_OF_WORK: Final = frozenset(
    {Verb.ACTION_CONSULTED, Verb.QUEUE_CONSULTED, Verb.REQUEST_CONSULTED, Verb.START_PAGE_CONSULTED}
)
"""By these the log says that something waited for a reader in a case: it stood on their list."""


class Picked(StrEnum):
    """Why a look-up is to be examined."""

    NO_TASK = "no_task"
    MANY_PEOPLE = "many_people"
    OWN_NAME = "own_name"
    SAMPLED = "sampled"


class Finding(StrEnum):
    """What came of it."""

    EXPLAINED = "explained"
    PASSED_ON = "passed_on"


@dataclass(frozen=True, slots=True)
class LookUp:
    """One entry that somebody looked at a case. `request`: of which page; all entries of one page share it."""

    entry: Id
    staff: Id
    case: Id
    at: Ms
    request: Id | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a reader stood to a case when they looked.

    `waited_at`: when a list of their work last named it; `acted_at`: their newest act there; `given_at`: when it was opened to them.
    """

    keeps: bool = False
    waited_at: Ms | None = None
    acted_at: Ms | None = None
    given_at: Ms | None = None


def chosen(looks: Iterable[LookUp]) -> list[LookUp]:
    """Those that are of no list: no other case shares their request. By time."""
    given = sorted(looks, key=lambda one: (one.at, one.entry))
    cases: dict[Id, set[Id]] = {}
    for one in given:
        if one.request is not None:
            cases.setdefault(one.request, set()).add(one.case)
    return [one for one in given if one.request is None or len(cases[one.request]) == 1]


def is_at_work(at: Ms, standing: Standing) -> bool:
    """Whether a task or one's own earlier work leads there."""
    since = ((standing.waited_at, WAITED_MS), (standing.acted_at, ACTED_MS), (standing.given_at, GIVEN_MS))
    return standing.keeps or any(then is not None and at - then <= longest for then, longest in since)


def too_many(looks: Iterable[LookUp]) -> list[LookUp]:
    """Of one reader's chosen look-ups: each by which they reached too many people within an hour, once an hour."""
    found: list[LookUp] = []
    within: list[LookUp] = []
    for one in sorted(looks, key=lambda look: (look.at, look.entry)):
        within = [*(look for look in within if one.at - look.at < MANY_WITHIN_MS), one]
        is_new = not found or one.at - found[-1].at >= MANY_WITHIN_MS
        if is_new and len({look.case for look in within}) > MANY_PEOPLE:
            found.append(one)
    return found


def is_own_family_name(sought: str, name: str) -> bool:
    """Whether the words of a search hold the family name of who searches: the last word of what they are called."""
    own = name.casefold().split()
    return bool(own) and len(own[-1]) >= SHORTEST_NAME and own[-1] in sought.casefold().split()


def check_examines(by: Id, of: Id, note: str) -> None:
    """Raises Refused (`own-look-up`, `no-reason`): nobody examines their own, and a finding has its reason."""
    if by == of:
        raise Refused("own-look-up", "You cannot examine your own look-up. A colleague does.")
    if not note.strip():
        raise Refused("no-reason", "Enter what you found. It is recorded in the log.")
