"""The document of an order or licence comes first. It is kept, and its details are recorded beside its pages; or it is discarded."""

import logging

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from offmon.core.access.roles import Permission
from offmon.core.authority.bases import BY_AGREEMENT, Basis
from offmon.core.authority.order import Instrument, Term
from offmon.core.errors import NotAuthentic
from offmon.core.ids import Id
from offmon.server.agencies import queries as agencies
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.base.web.headers import document_answer, shows_documents
from offmon.server.base.web.permissions import requires
from offmon.server.evidence.queries import CaseFile
from offmon.server.faces.console.forms.agreement import AgreementForm
from offmon.server.faces.console.forms.authentication import NoFields
from offmon.server.faces.console.forms.new_document import NewDocumentForm
from offmon.server.faces.console.forms.orders import DocumentForm
from offmon.server.faces.console.pages import done, file_of, or_404, page, refusals_on, select, staff_of
from offmon.server.orders.actions import do_discard_scan, do_keep_scan, do_record_instrument
from offmon.server.orders.queries import scan_of, scan_page_of, words_of
from offmon.server.people.queries import language_of

_log = logging.getLogger("offmon.orders")


@requires(Permission.INSTRUMENT_RECORD)
def choose_basis(request: HttpRequest, case_id: Id) -> HttpResponse:
    """Which kind of document it is, and the document itself. It waits in the case until what it says is recorded."""
    file, form = file_of(request, case_id, parts=()), DocumentForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        with refusals_on(form):
            return redirect("record-instrument", case_id, keep(case_id, form, actor=staff_of(request)))
    return page(request, "choose-basis.html", file=file, form=form, section="cases")


def keep(case: Id, form: Form, *, actor: Actor) -> Id:
    """Keep the document that a form brought; the scan that waits."""
    return do_keep_scan(case, Basis(form.cleaned_data["basis"]), form.cleaned_data["document"], actor=actor)


@requires(Permission.INSTRUMENT_RECORD)
@shows_documents
def record_instrument(request: HttpRequest, case_id: Id, scan_id: Id) -> HttpResponse:
    """An order or licence and its conditions, beside the document. A form with an error loses nothing: what was typed comes back."""
    actor, file = staff_of(request), file_of(request, case_id)
    scan = select(file.scans, scan_id)
    controllers = [(agency.id, agency.name) for agency in agencies.agencies()]
    with scope(actor):
        spoken = language_of(case_id)
    form = (AgreementForm if scan.basis in BY_AGREEMENT else NewDocumentForm)(
        request.POST or None,
        basis=scan.basis,
        controllers=controllers,
        like=_like(file, scan.basis),
        language=spoken,
        earlier=_live(file),
    )
    if form.is_valid():
        with refusals_on(form):
            terms = form.terms(lambda term: or_404(words_of(term, actor=actor)))
            instrument = do_record_instrument(case_id, form.entry(scan_id), terms, actor=actor)
            if terms:
                said = "The document and its conditions are recorded. A colleague must confirm each condition."
                return done(request, said, "case-orders", case_id)
            return done(
                request, "The document is recorded. Add its conditions next.", "record-term", case_id, instrument
            )
    document = or_404(scan_of(case_id, scan_id, actor=actor))
    return page(request, "record-instrument.html", file=file, scan=scan, document=document, form=form, section="cases")


def _live(file: CaseFile) -> list[Instrument]:
    return [one for one in file.instruments if one.ended_at is None]


def _like(file: CaseFile, basis: Basis) -> list[tuple[Term, str]]:
    """The conditions of the person's live documents that nobody refused, each once, with its document's reference.

    What was ordered is no item to agree to, and what was agreed to no condition of an order.
    """
    agreed = basis in BY_AGREEMENT
    live = {one.id: one.reference for one in _live(file) if (one.basis in BY_AGREEMENT) is agreed}
    kept = [one for one in file.terms if one.instrument in live and one.id not in file.refused_terms]
    return [(one, live[one.instrument]) for one in {term.person_text: term for term in kept}.values()]


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
