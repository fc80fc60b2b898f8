"""Whether a paper is held today, who issued it, and until when it counts: shown wherever a promise rests on it (issue 3).

Rules
- It is held if some agency holds it; of several, the one that lasts longest is shown. One that none ever recorded is *not held*, and one
  that has ended, was withdrawn, was taken away, or is not what was recorded any more fails: what was recorded, the log says.
- A row that no entry of the log names claims nothing, whoever put it in.
"""

from collections.abc import Mapping
from typing import Any

from django.db import connection

from offmon.core.assurance import Control, HeldPaper, Seen, Standing
from offmon.core.ids import Ms
from offmon.server.agencies import queries as agencies
from offmon.server.base.actor import Actor, Service, service
from offmon.server.base.scope import scope
from offmon.server.oversight.questions import question

type _Recorded = tuple[str, int, bool]  # its issuer, until when it counts, whether it is held


def look(control: Control, at: Ms, asked: Mapping[str, Any]) -> Seen:
    """The look at a kind of paper, and beside one that is held its issuer and end. `asked`: as every question is told."""
    recorded = [
        paper for agency in agencies.agencies() for paper in _recorded(service(Service.ASSURANCE, agency.id), asked)
    ]
    held = [HeldPaper(issuer, Ms(until)) for issuer, until, stands in recorded if stands]
    if held:
        return Seen(control, Standing.HOLDS, None, at, max(held, key=lambda paper: paper.until))
    return Seen(control, Standing.FAILS if recorded else Standing.NOT_HELD, None, at)


def _recorded(actor: Actor, asked: Mapping[str, Any]) -> list[_Recorded]:
    with scope(actor), connection.cursor() as cursor:
        cursor.execute(question("paper"), asked)
        return [(str(issuer), int(until), bool(held)) for issuer, until, held in cursor.fetchall()]
