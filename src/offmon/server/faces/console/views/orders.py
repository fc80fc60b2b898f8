"""Authority: an instrument beside its document, its terms, and the second officer who confirms each beside the page."""

import logging

from django.http import HttpRequest, HttpResponse

from offmon.core.access.roles import Permission
from offmon.core.errors import NotAuthentic
from offmon.core.ids import Id
from offmon.server.agencies import queries as agencies
from offmon.server.base.web.headers import document_answer, shows_documents
from offmon.server.base.web.permissions import requires
from offmon.server.faces.console.forms.orders import ConfirmTermForm, TermForm
from offmon.server.faces.console.pages import done, file_of, or_404, page, refusals_on, select, staff_of
from offmon.server.orders.actions import do_check_document, do_confirm_term, do_record_term
from offmon.server.orders.queries import DocumentView, document_of, page_of, words_of

_log = logging.getLogger("offmon.orders")


@requires(Permission.DEPLOYMENT_READ)
@shows_documents
def instrument(request: HttpRequest, case_id: Id, instrument_id: Id) -> HttpResponse:
    """What was recorded of an instrument, beside its document."""
    file = file_of(request, case_id)
    one = select(file.instruments, instrument_id)
    terms = [term for term in file.terms if term.instrument == instrument_id]
    shown = {
        "instrument": one,
        "terms": terms,
        "document": _beside(request, case_id, instrument_id),
        "names": agencies.names_of({one.recorded_by} | {term.confirmed_by for term in terms if term.confirmed_by}),
        "answers": agencies.agency(one.controller).name,
    }
    return page(request, "instrument.html", file=file, section="cases", **shown)


@requires(Permission.DEPLOYMENT_READ)
def document_page(request: HttpRequest, case_id: Id, instrument_id: Id, number: int) -> HttpResponse:
    """A page image, or the PDF, by itself. Nothing is shown of a document that is not the one that was recorded (R-LEG-1)."""
    try:
        shown = or_404(page_of(case_id, instrument_id, number, actor=staff_of(request)))
    except NotAuthentic as changed:
        _mark(request, instrument_id, changed.code)
        answer = page(request, "document-changed.html", case=case_id, section="cases")
        answer.status_code = 409
        return answer
    return document_answer(shown.data, shown.kind, f"page-{number}.{shown.kind.rsplit('/')[-1]}")


@requires(Permission.INSTRUMENT_RECORD)
@shows_documents
def record_term(request: HttpRequest, case_id: Id, instrument_id: Id) -> HttpResponse:
    """One term, with its own words and dates, beside the document that it is copied from."""
    file = file_of(request, case_id)
    one = select(file.instruments, instrument_id)
    form = TermForm(request.POST or None, basis=one.basis)
    if form.is_valid():
        with refusals_on(form):
            do_record_term(instrument_id, form.entry(), actor=staff_of(request))
            said = "The condition is recorded. It takes effect after a colleague confirms it."
            return done(request, said, "case", case_id)
    shown = {"instrument": one, "document": _beside(request, case_id, instrument_id), "at": form.at}
    return page(request, "record-term.html", file=file, form=form, section="cases", **shown)


@requires(Permission.INSTRUMENT_CONFIRM)
@shows_documents
def confirm_term(request: HttpRequest, case_id: Id, term_id: Id) -> HttpResponse:
    """A second officer compares a term with the document, word by word, and what is recorded of the document: each date counts."""
    file = file_of(request, case_id)
    term = select(file.terms, term_id)
    form = ConfirmTermForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            do_confirm_term(term_id, actor=staff_of(request))
            return done(request, "The condition is confirmed.", "case", case_id)
    order = select(file.instruments, term.instrument)
    shown = {
        "term": term,
        "instrument": order,
        "answers": agencies.agency(order.controller).name,
        "document": _beside(request, case_id, term.instrument),
        "verbatim": or_404(words_of(term_id, actor=staff_of(request))),
        "names": agencies.names_of({by for by in (order.recorded_by, term.recorded_by, term.confirmed_by) if by}),
    }
    return page(request, "confirm-term.html", file=file, form=form, section="cases", **shown)


def _beside(request: HttpRequest, case: Id, instrument_id: Id) -> DocumentView | None:
    """The document as it stands now. Where that differs from what its row says, it is looked at again, and written down."""
    view = document_of(case, instrument_id, actor=staff_of(request))
    if view is None or view.sound != view.marked:
        return view
    _mark(request, instrument_id, "document-whole" if view.sound else "document-changed")
    return document_of(case, instrument_id, actor=staff_of(request))


def _mark(request: HttpRequest, instrument_id: Id, code: str) -> None:
    _log.error("%s: the document of instrument %s", code, instrument_id)
    do_check_document(instrument_id, actor=staff_of(request))
