"""Cases: the list of one's own, a new one, and the view of one."""

from django.http import HttpRequest, HttpResponse

from offmon.core.access.roles import Permission
from offmon.core.authority.order import Instrument, ended_by
from offmon.core.ids import Id, Ms
from offmon.server.agencies import queries as agencies
from offmon.server.audit.policy import disagreeing
from offmon.server.base.web.permissions import requires
from offmon.server.deployments import queries as deployments
from offmon.server.deployments.queries.contacts import contacts_of
from offmon.server.evidence.queries import CaseFile
from offmon.server.faces.console.forms.orders import CaseForm
from offmon.server.faces.console.pages import done, file_of, page, refusals_on, staff_of
from offmon.server.people.actions import do_open_case
from offmon.server.rights.destruction import queries as destruction
from offmon.server.rights.queries import on_case


@requires(Permission.DEPLOYMENT_READ)
def cases(request: HttpRequest) -> HttpResponse:
    """The cases on one's caseload."""
    lines, waiting = deployments.cases(actor=staff_of(request)), destruction.waiting(actor=staff_of(request))
    return page(request, "cases.html", lines=lines, waiting=waiting, section="cases")


@requires(Permission.DEPLOYMENT_DRAFT)
def new_case(request: HttpRequest) -> HttpResponse:
    """Open a case for one person, on one's own caseload."""
    form = CaseForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        with refusals_on(form):
            case_id = do_open_case(
                given["reference"], given["name"], language=given["language"], actor=staff_of(request)
            )
            return done(request, "The case is open and on your caseload.", "case", case_id)
    return page(request, "new-case.html", form=form, section="cases")


@requires(Permission.DEPLOYMENT_READ)
def case(request: HttpRequest, case_id: Id) -> HttpResponse:
    """The file of a case."""
    file = file_of(request, case_id)
    workers = agencies.workers_on(case_id, actor=staff_of(request))
    own = on_case(case_id, actor=staff_of(request))
    protected = (
        contacts_of(case_id, actor=staff_of(request)) if staff_of(request).may(Permission.CONTACTS_READ) else None
    )
    destructions = destruction.of_case(case_id, actor=staff_of(request))
    shown = {
        "contacts": protected,
        "names": agencies.names_of(_people(file)),
        "newer": _newer(file),
        "destructions": destructions,
        "disagreeing": disagreeing(case_id, actor=staff_of(request)),
    }
    return page(request, "case.html", file=file, workers=workers, own=own, section="cases", **shown)


def _newer(file: CaseFile) -> dict[Id, tuple[Ms, Instrument]]:
    """Of each order that a newer one ends by law, and of which no end is recorded yet: from when, and which (SA20 s.349)."""
    running = [one for one in file.instruments if one.ended_at is None]
    found = ((one.id, ended_by(one, file.instruments, file.terms)) for one in running)
    return {key: newer for key, newer in found if newer is not None}


def _people(file: CaseFile) -> set[Id]:
    """Everyone whose act the file shows."""
    ids = {one.recorded_by for one in file.instruments} | {one.kept_by for one in file.scans}
    ids |= {by for term in file.terms for by in (term.recorded_by, term.confirmed_by) if by}
    ids |= {one.by for one in file.refused_terms.values()}
    ids |= {by for export in file.exports for by in (export.asked_by, export.approved_by) if by}
    if file.monitoring is not None:
        ids |= {by for one in file.monitoring.authorisations for by in (one.drafted_by, one.authorised_by) if by}
        ids |= {one.served_by for one in file.monitoring.notices}
    return ids
