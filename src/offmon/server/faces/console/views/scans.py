"""The document of an order or licence comes first. It is kept, and its details are recorded beside its pages; or it is discarded."""

import logging

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from offmon.core.access.roles import Permission
from offmon.core.authority.order import Basis
from offmon.core.errors import NotAuthentic
from offmon.core.ids import Id
from offmon.server.agencies import queries as agencies
from offmon.server.base.web.headers import document_answer, shows_documents
from offmon.server.base.web.permissions import requires
from offmon.server.faces.console.forms.authentication import NoFields
from offmon.server.faces.console.forms.orders import BasisForm, InstrumentForm, ScanForm
from offmon.server.faces.console.pages import done, file_of, or_404, page, refusals_on, select, staff_of
from offmon.server.orders.actions import do_discard_scan, do_keep_scan, do_record_instrument
from offmon.server.orders.queries import scan_of, scan_page_of

_log = logging.getLogger("offmon.orders")


@requires(Permission.INSTRUMENT_RECORD)
def choose_basis(request: HttpRequest, case_id: Id) -> HttpResponse:
    """Which kind of document it is: each has its own dates."""
    file = file_of(request, case_id)
    form = BasisForm(request.POST or None)
    if form.is_valid():
        return redirect("keep-scan", case_id, form.cleaned_data["basis"])
    return page(request, "choose-basis.html", file=file, form=form, section="cases")


@requires(Permission.INSTRUMENT_RECORD)
def keep_scan(request: HttpRequest, case_id: Id, basis: str) -> HttpResponse:
    """The document itself. It waits in the case until what it says is recorded, whatever comes between."""
    file = file_of(request, case_id)
    if basis not in list(Basis):
        raise Http404
    form = ScanForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        with refusals_on(form):
            scan = do_keep_scan(case_id, Basis(basis), form.cleaned_data["document"], actor=staff_of(request))
            return redirect("record-instrument", case_id, scan)
    return page(request, "keep-scan.html", file=file, basis=Basis(basis), form=form, section="cases")


@requires(Permission.INSTRUMENT_RECORD)
@shows_documents
def record_instrument(request: HttpRequest, case_id: Id, scan_id: Id) -> HttpResponse:
    """An order or licence, beside its document. A form with an error loses nothing: what was typed comes back, and the scan waits."""
    file = file_of(request, case_id)
    scan = select(file.scans, scan_id)
    form = InstrumentForm(
        request.POST or None,
        basis=scan.basis,
        controllers=[(agency.id, agency.name) for agency in agencies.agencies()],
    )
    if form.is_valid():
        with refusals_on(form):
            instrument = do_record_instrument(case_id, form.entry(scan_id), actor=staff_of(request))
            said = "The document is recorded. Add its conditions next."
            return done(request, said, "record-term", case_id, instrument)
    document = or_404(scan_of(case_id, scan_id, actor=staff_of(request)))
    return page(request, "record-instrument.html", file=file, scan=scan, document=document, form=form, section="cases")


@requires(Permission.INSTRUMENT_RECORD)
def scan_page(request: HttpRequest, case_id: Id, scan_id: Id, number: int) -> HttpResponse:
    """A page image, or the PDF, by itself. Nothing is shown of a scan that is not the one that was kept (R-LEG-1)."""
    try:
        shown = or_404(scan_page_of(case_id, scan_id, number, actor=staff_of(request)))
    except NotAuthentic as changed:
        _log.error("%s: the scan %s", changed.code, scan_id)
        answer = page(request, "scan-changed.html", case=case_id, scan=scan_id, section="cases")
        answer.status_code = 409
        return answer
    return document_answer(shown.data, shown.kind, f"page-{number}.{shown.kind.rsplit('/')[-1]}")


@requires(Permission.INSTRUMENT_RECORD)
def discard_scan(request: HttpRequest, case_id: Id, scan_id: Id) -> HttpResponse:
    """Remove a scan of which nothing is recorded: the wrong file, or one that is given again."""
    file = file_of(request, case_id)
    scan = select(file.scans, scan_id)
    form = NoFields(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            do_discard_scan(case_id, scan_id, actor=staff_of(request))
            return done(request, "The scan is discarded.", "case-orders", case_id)
    shown = {"scan": scan, "names": agencies.names_of({scan.kept_by})}
    return page(request, "discard-scan.html", file=file, form=form, section="cases", **shown)
