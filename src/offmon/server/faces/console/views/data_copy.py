"""A copy of what is held of somebody who asked for their data, to go through, to print and to send (R-RGT-8; DPA 2018 s.45)."""

from typing import Final

from django.http import HttpRequest, HttpResponse

from offmon.core.access.roles import Permission
from offmon.core.ids import Id
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.base.web.permissions import requires
from offmon.server.evidence.queries import Part
from offmon.server.faces.console.pages import file_of, or_404, page, staff_of
from offmon.server.people import queries as people
from offmon.server.people.queries.entries import entries_of
from offmon.server.rights.requests import queries
from offmon.server.triage.queries.of_case import CASE_PAGE, CaseAlertRow, case_alerts

NOTES: Final = 1000
PARTS: Final = frozenset({Part.ORDERS, Part.MONITORING, Part.COVERAGE})


@requires(Permission.REQUEST_ANSWER)
def data_copy(request: HttpRequest, request_id: Id) -> HttpResponse:
    """All that the console holds in words of the person whose request one answers; while their case is open to the reader."""
    one, actor = or_404(queries.request(request_id, actor=staff_of(request))), staff_of(request)
    case = or_404(one.row.person).case
    file = file_of(request, case, parts=PARTS)
    with scope(actor):
        kept, notes = people.details_of(case), people.notes_of(case, NOTES)
        entries = entries_of(case)
    shown = {"kept": kept, "entries": entries, "notes": notes, "alerts": _every_alert(case, actor)}
    return page(request, "data-copy.html", one=one, file=file, section="requests", **shown)


def _every_alert(case: Id, actor: Actor) -> list[CaseAlertRow]:
    found: list[CaseAlertRow] = []
    while (shown := case_alerts(case, len(found) // CASE_PAGE, actor=actor)).rows:
        found += shown.rows
        if len(found) >= shown.total:
            break
    return found
