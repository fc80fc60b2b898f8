"""How the agency stands by its duties to people, for the data protection officer: clocks, promises, documents, restrictions, destructions.

Rules
- What is overdue or red comes first in each part. Each line leads to the page where the officer acts.
- Who protects data works on no case. Of a case that is not open to them the page has grounds, states and times, without case or person.
- Each person who is named is consulted, by the verb of what is shown (R-DPA-15).
- Nothing here is kept: a promise is red by the newest look at its controls, and a clock runs from the day of receipt.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from offmon.core import clock as time
from offmon.core.access.roles import Permission
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.public.assurance import Control, ControlStanding
from offmon.core.states import ListState
from offmon.server.audit import queries as log
from offmon.server.audit.actions import append_each
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.detectors.queries import register
from offmon.server.oversight import queries as oversight
from offmon.server.oversight.queries import AttestationView, ControlSeen
from offmon.server.people import queries as people
from offmon.server.people.queries import PersonView
from offmon.server.rights.destruction import queries as destruction
from offmon.server.rights.destruction.queries import AgencyDestruction
from offmon.server.rights.requests import queries as requests
from offmon.server.rights.requests.queries import RequestRow
from offmon.server.rights.restrictions import queries as restrictions
from offmon.server.rights.restrictions.queries import AgencyRestriction
from offmon.server.start_page import second_person
from offmon.server.start_page.queries import ReviewDue, reviews_due
from offmon.server.start_page.second_person import Asked

ENDED_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class RunningClock:
    """A request and how much of its time is over, from 0 to 1. Of what has no day any more, all of it is."""

    row: RequestRow
    used: float

    @property
    def is_overdue(self) -> bool:
        """Whether its last day is over."""
        return self.row.days_left is not None and self.row.days_left < 0


@dataclass(frozen=True, slots=True)
class DataProtection:
    """What the page shows. `people`: of the cases that are open to the officer. `lists`: how many versions are in each state.

    `to_explain`: how many records do not match the log now. `papers`: of each kind of record the one that lasts longest.
    """

    requests: list[RunningClock]
    controls: list[ControlSeen]
    answers: list[Asked]
    reviews: list[ReviewDue]
    restrictions: list[AgencyRestriction]
    destructions: list[AgencyDestruction]
    papers: Mapping[Control, AttestationView]
    lists: Mapping[ListState, int]
    to_explain: int
    people: Mapping[Id, PersonView]

    @property
    def overdue(self) -> int:
        """How many requests are past their last day."""
        return sum(one.is_overdue for one in self.requests)

    @property
    def red(self) -> list[ControlSeen]:
        """The controls that fail, or that nobody looked at lately."""
        return [one for one in self.controls if one.is_red]

    @property
    def nothing_is_checked(self) -> bool:
        """Whether nobody looked at anything lately, so that each promise is red for that one reason."""
        return all(one.standing is ControlStanding.STALE for one in self.controls)

    @property
    def broken(self) -> int:
        """How many promises are shown as not kept."""
        return len({promise for one in self.red for promise in one.promises})


def data_protection(*, actor: Actor) -> DataProtection:
    """All of it; an entry for each person whose name or request is shown."""
    actor.check(Permission.DATA_PROTECTION_READ)
    at = clock.now()
    with scope(actor):
        asked = {
            case: [row for row in rows if row.desk is actor.role] for case, rows in requests.open_rows(actor).items()
        }
        held, destroyed = restrictions.of_agency(actor), destruction.of_agency(actor)
        answers = second_person.to_answer(actor, second_person.lines_of(actor))
        looked = {
            Verb.REQUEST_CONSULTED: {case for case, rows in asked.items() if rows},
            Verb.RESTRICTION_CONSULTED: {one.case for one in held if one.case},
            Verb.START_PAGE_CONSULTED: {one.case for part in (destroyed, answers) for one in part if one.case},
        }
        for verb in (one for one in looked if looked[one]):
            append_each(actor, verb, cases=looked[verb])
        clocks = [_clock(row) for rows in asked.values() for row in rows]
        return DataProtection(
            requests=sorted(clocks, key=lambda one: (one.row.due is None, one.row.days_left or 0, one.row.received_at)),
            controls=oversight.controls(actor=actor),
            answers=answers,
            reviews=reviews_due(actor, at),
            restrictions=held,
            destructions=[one for one in destroyed if not one.is_over]
            + [one for one in destroyed if one.is_over][:ENDED_SHOWN],
            papers=_papers(oversight.attestations(actor=actor), at),
            lists=_lists(actor),
            to_explain=sum(one.stand or 0 for one in log.mismatches(actor=actor)),
            people=people.names_of({case for cases in looked.values() for case in cases}),
        )


def _clock(row: RequestRow) -> RunningClock:
    if row.due is None or row.days_left is None:
        return RunningClock(row, 1.0)
    whole = (row.due.day - time.local_day(row.received_at)).days or 1
    return RunningClock(row, min(1.0, max(0.0, 1 - row.days_left / whole)))


def _papers(held: list[AttestationView], at: Ms) -> dict[Control, AttestationView]:
    """Of each kind the record that counts today, and of several the one that lasts longest."""
    counting = [one for one in held if one.withdrawn_at is None and one.since <= at < one.until]
    return {one.control: one for one in sorted(counting, key=lambda one: one.until)}


def _lists(actor: Actor) -> dict[ListState, int]:
    found = [line.state for lines in register(actor=actor) for line in lines]
    return {state: found.count(state) for state in ListState if state in found}
