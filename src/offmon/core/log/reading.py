"""Reading the log: for what, for how long, and what a line of it says about why (DPA 2018 s.62(4); R-DPA-18).

Rules
- The law allows four purposes and no other. Whoever reads names one, and their question in a sentence, before they see an entry.
- A reading ends after `READING_MS`, and with the session. Row-level security asks for it too (`audit_is_read_now`).
- A line says from where the reader of a person's data came: what waited for them, a list of their work, or nothing that the log names.
"""

from enum import StrEnum
from typing import Final

from offmon.core import clock
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.verbs import Verb

READING_MS: Final = clock.HOUR_MS
SHORTEST_QUESTION: Final = 10


class ReadingPurpose(StrEnum):
    """For what a log may be used, in the order of s.62(4)(a) to (d)."""

    LAWFULNESS = "lawfulness"
    SELF_MONITORING = "self_monitoring"
    SECURITY = "security"
    CRIMINAL_PROCEEDINGS = "criminal_proceedings"


class CameFrom(StrEnum):
    """What led to an act, as its entry says."""

    ALERT = "alert"
    TASK = "task"
    REQUEST = "request"
    LIST = "list"
    NOT_SAID = "not_said"
    NO_LOOK = "no_look"


_OF_A_TASK: Final = frozenset({"action"})
_OF_A_REQUEST: Final = frozenset({"request", "restriction"})
_OF_A_LIST: Final = frozenset({Verb.QUEUE_CONSULTED, Verb.START_PAGE_CONSULTED})


def check_question(question: str) -> None:
    """Raises Refused (`no-question`) unless the question says something."""
    if len(question.strip()) < SHORTEST_QUESTION:
        raise Refused("no-question", "Enter in a sentence what you want to find out. It is recorded in the log.")


def is_current(begun_at: Ms, at: Ms) -> bool:
    """Whether a reading that began then still opens the log. A clock that stepped back ends it."""
    return 0 <= at - begun_at < READING_MS


def came_from(verb: Verb, alert: Id | None) -> CameFrom:
    """What led to it. Of what is no look at somebody's data: `NO_LOOK`."""
    if not verb.is_look:
        return CameFrom.NO_LOOK
    family = verb.value.partition(".")[0]
    if alert is not None:
        return CameFrom.ALERT
    if verb in _OF_A_LIST:
        return CameFrom.LIST
    if family in _OF_A_TASK:
        return CameFrom.TASK
    return CameFrom.REQUEST if family in _OF_A_REQUEST else CameFrom.NOT_SAID
