"""Authority: an instrument, its terms, and the second officer who confirms each of them."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from offmon.core.ids import Id
from offmon.core.order import Basis
from offmon.core.roles import Permission
from offmon.server.agencies import queries as agencies
from offmon.server.base.web.permissions import requires
from offmon.server.detectors import queries as detectors
from offmon.server.faces.console.forms.orders import BasisForm, ConfirmTermForm, InstrumentForm, TermForm
from offmon.server.faces.console.pages import file_of, found, of, page, refusals_on, who
from offmon.server.orders.actions import do_confirm_term, do_record_instrument, do_record_term
from offmon.server.orders.queries import words_of


@requires(Permission.INSTRUMENT_RECORD)
def choose_basis(request: HttpRequest, case_id: Id) -> HttpResponse:
    """Which kind of document it is: each has its own dates."""
    file = file_of(request, case_id)
    form = BasisForm(request.POST or None)
    if form.is_valid():
        return redirect("record-instrument", case_id, form.cleaned_data["basis"])
    return page(request, "choose-basis.html", file=file, form=form, section="cases")


@requires(Permission.INSTRUMENT_RECORD)
def record_instrument(request: HttpRequest, case_id: Id, basis: str) -> HttpResponse:
    """An order or licence, from its document."""
    file = file_of(request, case_id)
    if basis not in list(Basis):
        raise Http404
    offences = {offence for declared in detectors.choosable(actor=who(request)) for offence in declared.offence_types}
    form = InstrumentForm(
        request.POST or None,
        request.FILES or None,
        basis=Basis(basis),
        controllers=[(agency.id, agency.name) for agency in agencies.agencies()],
        offences=sorted(offences),
    )
    if form.is_valid():
        with refusals_on(form):
            instrument = do_record_instrument(case_id, form.entry(), actor=who(request))
            messages.success(request, "The document is recorded. Record its terms next.")
            return redirect("record-term", case_id, instrument)
    return page(request, "record-instrument.html", file=file, basis=Basis(basis), form=form, section="cases")


@requires(Permission.INSTRUMENT_RECORD)
def record_term(request: HttpRequest, case_id: Id, instrument_id: Id) -> HttpResponse:
    """One term, with its own words and dates."""
    file = file_of(request, case_id)
    instrument = of(file.instruments, instrument_id)
    form = TermForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            do_record_term(instrument_id, form.entry(), actor=who(request))
            messages.success(request, "The term is recorded. A colleague must confirm it before it counts.")
            return redirect("case", case_id)
    return page(request, "record-term.html", file=file, instrument=instrument, form=form, section="cases")


@requires(Permission.INSTRUMENT_CONFIRM)
def confirm_term(request: HttpRequest, case_id: Id, term_id: Id) -> HttpResponse:
    """A second officer compares a term with the document, word by word."""
    file = file_of(request, case_id)
    term = of(file.terms, term_id)
    form = ConfirmTermForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            do_confirm_term(term_id, actor=who(request))
            messages.success(request, "The term is confirmed.")
            return redirect("case", case_id)
    shown = {
        "term": term,
        "instrument": of(file.instruments, term.instrument),
        "verbatim": found(words_of(term_id, actor=who(request))),
        "names": agencies.names_of({by for by in (term.recorded_by, term.confirmed_by) if by}),
    }
    return page(request, "confirm-term.html", file=file, form=form, section="cases", **shown)
