"""Authority: an instrument beside its document, its terms, and the second officer who confirms each beside the page."""

import logging
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

from offmon.core.access.roles import Permission
from offmon.core.authority.order import Instrument, Term
from offmon.core.errors import NotAuthentic
from offmon.core.ids import Id
from offmon.server.agencies import queries as agencies
from offmon.server.base.web.headers import document_answer, shows_documents
from offmon.server.base.web.permissions import requires
from offmon.server.evidence.queries import CaseFile, Part
from offmon.server.faces.console.forms.orders import ConfirmTermForm, ConfirmTermsForm, TermForm
from offmon.server.faces.console.pages import (
    CheckPage,
    done,
    file_of,
    or_404,
    page,
    refusals_on,
    refuse_page,
    select,
    staff_of,
)
from offmon.server.orders.actions import do_check_document, do_confirm_term, do_record_term, do_refuse_term
from offmon.server.orders.queries import DocumentView, document_of, page_of, words_of

REFUSING: Final = CheckPage(
    "Refuse a condition",
    "Nothing is collected because of it. Whoever recorded it reads your reason and can record it again.",
    "Refuse the condition",
)
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
        "names": agencies.names_of(
            {one.recorded_by}
            | {term.confirmed_by for term in terms if term.confirmed_by}
            | {no.by for no in file.refused_terms.values()}
        ),
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
    form = TermForm(request.POST or None, basis=one.basis, initial=_again(request, file, instrument_id))
    if form.is_valid():
        with refusals_on(form):
            do_record_term(instrument_id, form.entry(), actor=staff_of(request))
            said = "The condition is recorded. It takes effect after a colleague confirms it."
            return done(request, said, "case-orders", case_id)
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
            do_confirm_term(term_id, form.compared_with(), actor=staff_of(request))
            return done(request, "The condition is confirmed.", "case-orders", case_id)
    order = select(file.instruments, term.instrument)
    shown = {
        "term": term,
        "instrument": order,
        "answers": agencies.agency(order.controller).name,
        "document": _beside(request, case_id, term.instrument),
        "verbatim": or_404(words_of(term_id, actor=staff_of(request))),
        "names": agencies.names_of(_people(file, order, term)),
    }
    return page(request, "confirm-term.html", file=file, form=form, section="cases", **shown)


@requires(Permission.INSTRUMENT_CONFIRM)
@shows_documents
def confirm_terms(request: HttpRequest, case_id: Id) -> HttpResponse:
    """All conditions of a person that wait for this second officer, each document beside its own: each is compared and ticked by itself."""
    actor, file = staff_of(request), file_of(request, case_id, parts={Part.ORDERS})
    waiting = [one for one in file.terms if not one.confirmed_by and one.id not in file.refused_terms]
    mine = [one for one in waiting if one.recorded_by != actor.id]
    form = ConfirmTermsForm(request.POST or None, terms=mine)
    if form.is_valid():
        with refusals_on(form):
            for term in form.cleaned_data["terms"]:
                do_confirm_term(Id(term), form.compared_with(), actor=actor)
            return done(request, "They are confirmed.", "case-orders", case_id)
    groups = [
        (order, _beside(request, case_id, order.id), agencies.agency(order.controller).name, of)
        for order in file.instruments
        if (of := [(one, or_404(words_of(one.id, actor=actor))) for one in mine if one.instrument == order.id])
    ]
    names = agencies.names_of({one.recorded_by for one in file.instruments} | {one.recorded_by for one in mine})
    shown = {"groups": groups, "own": len(waiting) - len(mine), "names": names}
    return page(request, "confirm-terms.html", file=file, form=form, section="cases", **shown)


@requires(Permission.INSTRUMENT_CONFIRM)
def refuse_term(request: HttpRequest, case_id: Id, term_id: Id) -> HttpResponse:
    """… or says no, for a reason that whoever recorded it reads."""
    file = file_of(request, case_id)
    term = select(file.terms, term_id)
    names = agencies.names_of({term.recorded_by})
    answered = term.confirmed_by is not None or term_id in file.refused_terms
    return refuse_page(
        request,
        REFUSING,
        lambda reason: do_refuse_term(term_id, reason, actor=staff_of(request)),
        ("instrument", case_id, term.instrument),
        file=file,
        section="cases",
        facts=[
            ("Words for the person", term.person_text),
            ("Recorded by", names.get(term.recorded_by, "Someone who has left")),
        ],
        stands="This condition was confirmed or refused already." if answered else "",
    )


def _people(file: CaseFile, order: Instrument, term: Term) -> set[Id]:
    refusal = file.refused_terms.get(term.id)
    acted = (order.recorded_by, term.recorded_by, term.confirmed_by, None if refusal is None else refusal.by)
    return {by for by in acted if by is not None}


def _beside(request: HttpRequest, case: Id, instrument_id: Id) -> DocumentView | None:
    """The document as it stands now. Where that differs from what its row says, it is looked at again, and written down."""
    view = document_of(case, instrument_id, actor=staff_of(request))
    if view is None or view.sound != view.marked:
        return view
    _mark(request, instrument_id, "document-whole" if view.sound else "document-changed")
    return document_of(case, instrument_id, actor=staff_of(request))


def _again(request: HttpRequest, file: CaseFile, instrument_id: Id) -> dict[str, Any]:
    """The answers of a condition that the address names: a refused one of this order, to put right, or the like of another order.

    The page on which it stands is another's in another order, so that is asked anew.
    """
    named = request.GET.get("again", "")
    term = next((one for one in file.terms if one.id == named), None)
    if term is None or (term.instrument == instrument_id and term.id not in file.refused_terms):
        return {}
    kept = TermForm.of(term, words_of(term.id, actor=staff_of(request)) or "")
    return kept if term.instrument == instrument_id else kept | {"source_page": None}


def _mark(request: HttpRequest, instrument_id: Id, code: str) -> None:
    _log.error("%s: the document of instrument %s", code, instrument_id)
    do_check_document(instrument_id, actor=staff_of(request))
