"""Whether a compliance record is held today, who issued it, and until when: shown with each promise that rests on it (issue 3).

Rules
- It is held if every agency holds one of its own, since the page speaks for the whole installation. Of one agency the record that lasts
  longest counts. The one that ends first is shown.
- It fails if an agency that ever recorded one now holds none. It may have ended, been withdrawn or removed, or differ from what the log
  says was recorded. Otherwise it is *not held*: never recorded, beginning only later, or withdrawn before it began.
- A row that no log entry names claims nothing, whoever inserted it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from offmon.core.ids import Ms
from offmon.core.public.assurance import Control, ControlStanding, HeldPaper, Observation
from offmon.server.agencies import queries as agencies
from offmon.server.base.actor import Actor, Service, service
from offmon.server.base.scope import scope
from offmon.server.oversight.questions import question

type _Recorded = tuple[str, int, bool]  # its issuer, until when it counts, whether it is held


def look(control: Control, at: Ms, asked: Mapping[str, Any]) -> Observation:
    """The look at a kind of paper, and beside one that is held its issuer and end. `asked`: as every question is told."""
    by_agency = [_recorded(service(Service.ASSURANCE, agency.id), asked) for agency in agencies.agencies()]
    held = [_longest(recorded) for recorded in by_agency]
    if any(recorded and one is None for recorded, one in zip(by_agency, held, strict=True)):
        return Observation(control, ControlStanding.FAILS, None, at)
    papers = [one for one in held if one is not None]
    if not papers or len(papers) < len(held):
        return Observation(control, ControlStanding.NOT_HELD, None, at)
    return Observation(control, ControlStanding.HOLDS, None, at, min(papers, key=lambda paper: paper.until))


def _longest(recorded: Sequence[_Recorded]) -> HeldPaper | None:
    """The paper that an agency holds, of several the one that lasts longest; None where it holds none."""
    held = [HeldPaper(issuer, Ms(until)) for issuer, until, stands in recorded if stands]
    return max(held, key=lambda paper: paper.until, default=None)


def _recorded(actor: Actor, asked: Mapping[str, Any]) -> list[_Recorded]:
    with scope(actor), connection.cursor() as cursor:
        cursor.execute(question("paper"), asked)
        return [(str(issuer), int(until), bool(held)) for issuer, until, held in cursor.fetchall()]
