"""A copy of what is held of somebody who asked for their data, to go through, to print and to send (R-RGT-8; DPA 2018 s.45)."""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse

from offmon.core.access.roles import Permission
from offmon.core.ids import Id
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.base.web.permissions import requires
from offmon.server.evidence.queries import Part
from offmon.server.faces.console.pages import file_of, or_404, page, staff_of
from offmon.server.intake.devices.queries import findings_of
from offmon.server.people import queries as people
from offmon.server.people.queries.entries import entries_of
from offmon.server.rights.requests import queries
from offmon.server.triage.queries.of_case import CASE_PAGE, CaseAlertRow, case_alerts

NOTES: Final = 1000
PARTS: Final = frozenset({Part.ORDERS, Part.MONITORING, Part.COVERAGE})


@requires(Permission.REQUEST_ANSWER)
def data_copy(request: HttpRequest, case_id: Id, request_id: Id) -> HttpResponse:
    """All that the console holds in words of the person whose request one answers; while their case is open to the reader."""
    actor, file = staff_of(request), file_of(request, case_id, parts=PARTS)
    one = or_404(queries.request(request_id, actor=actor))
    if one.row.person is None or one.row.person.case != case_id:
        raise Http404
    with scope(actor):
        kept, notes = people.details_of(case_id), people.notes_of(case_id, NOTES)
        entries, found = entries_of(case_id), findings_of(case_id, NOTES)
    shown = {"kept": kept, "entries": entries, "notes": notes, "found": found, "alerts": _every_alert(case_id, actor)}
    return page(request, "data-copy.html", one=one, file=file, section="requests", **shown)


def _every_alert(case: Id, actor: Actor) -> list[CaseAlertRow]:
    found: list[CaseAlertRow] = []
    while (shown := case_alerts(case, len(found) // CASE_PAGE, actor=actor)).rows:
        found += shown.rows
        if len(found) >= shown.total:
            break
    return found
