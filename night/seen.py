"""What became of a night, read from the database by a superuser, who needs no scope: alerts with their turns, and hours by class."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import psycopg

from night.chain import Person
from night.stage import Stage
from offmon.core.formats.event import Gravity
from offmon.core.person.ledger import LedgerDay

_ALERTS = 'select id, "case", gravity, opened_at from triage_alert order by opened_at'
_TURNS = 'select alert_id, "to", staff, at from triage_handover order by at'
_ANSWERS = 'select alert_id, "by", at from triage_acknowledgement order by at'
_DECISIONS = "select alert_id, decided_by, decided_at from triage_decision order by decided_at"


@dataclass
class SeenAlert:
    """An alert as it is held: each turn with who and when, each answer, and who decided it."""

    gravity: Gravity
    opened: int
    turns: list[tuple[str, Person | None, int]] = field(default_factory=list)
    answers: list[tuple[Person | None, int]] = field(default_factory=list)
    decided: tuple[Person | None, int] | None = None


def alerts_of(hand: "psycopg.Connection[Any]", stages: list[Stage]) -> Mapping[tuple[int, int], list[SeenAlert]]:
    """Each case's alerts in the order in which they were opened, by agency and case."""
    people = {actor.id: who for stage in stages for who, actor in stage.people.items()}
    cases = {case.case: (stage.script.number, n) for stage in stages for n, case in enumerate(stage.cases)}
    found = defaultdict[tuple[int, int], list[SeenAlert]](list)
    by_id: dict[Any, SeenAlert] = {}
    for row, case, gravity, opened in hand.execute(_ALERTS).fetchall():
        by_id[row] = SeenAlert(Gravity(gravity), opened)
        found[cases[case.hex]].append(by_id[row])
    for alert, to, staff, at in hand.execute(_TURNS).fetchall():
        by_id[alert].turns.append((to, None if staff is None else people.get(staff.hex), at))
    for alert, by, at in hand.execute(_ANSWERS).fetchall():
        by_id[alert].answers.append((people.get(by.hex), at))
    for alert, by, at in hand.execute(_DECISIONS).fetchall():
        by_id[alert].decided = people.get(by.hex), at
    return found


def minutes_of(day: LedgerDay) -> dict[str, int]:
    """The minutes of a day of the ledger by class, without the time ahead and before a device was to watch; each edge to its minute."""
    minutes: dict[str, int] = {}
    for one in day.parts:
        if one.spent.value not in {"ahead", "not_due"}:
            length = round(one.until / 60_000) - round(one.since / 60_000)
            minutes[one.spent.value] = minutes.get(one.spent.value, 0) + length
    return {of: count for of, count in minutes.items() if count}


type Hours = Mapping[tuple[int, int, date], Mapping[str, int]]
"""The minutes of a day by class, by agency, device and day."""
