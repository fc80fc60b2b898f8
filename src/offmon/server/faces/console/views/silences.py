"""What a supervising officer permitted a person, and which times and sites are excluded (R-LEG-15, R-LEG-27)."""

from django.http import HttpRequest, HttpResponse

from offmon.core.access.roles import Permission
from offmon.core.authority.in_force import over
from offmon.core.ids import Id
from offmon.server.base import clock
from offmon.server.base.scope import scope
from offmon.server.base.web.permissions import requires
from offmon.server.detectors.listed import entries_named
from offmon.server.evidence.queries import Part
from offmon.server.faces.console import words
from offmon.server.faces.console.forms.silences import EndSilenceForm, ExcludeForm, NoneClaimedForm, PermitForm
from offmon.server.faces.console.pages import done, file_of, page, refusals_on, select, staff_of
from offmon.server.orders.silences import actions
from offmon.server.orders.silences.queries import silences_shown

_SOON = "The devices learn of it with their next profile, usually within minutes."
_UNLISTED = "No list for this condition looks for that, so no permission is necessary. Compare it with the list."


@requires(Permission.DEPLOYMENT_READ)
def silences(request: HttpRequest, case_id: Id) -> HttpResponse:
    """What is permitted and excluded now, and what was."""
    file = file_of(request, case_id, parts={Part.ORDERS})
    views = silences_shown(case_id, actor=staff_of(request))
    terms = {term.id: term for term in file.terms}
    return page(request, "silences.html", file=file, views=views, terms=terms, section="cases")


@requires(Permission.INSTRUMENT_RECORD)
def permit(request: HttpRequest, case_id: Id) -> HttpResponse:
    """Record that a supervising officer permitted something."""
    file, actor = file_of(request, case_id, parts={Part.ORDERS}), staff_of(request)
    gone = over(file.instruments, file.terms, clock.now())
    confirmed = (one for one in file.terms if one.confirmed_by is not None and one.capabilities)
    terms = {one.id: one for one in sorted(confirmed, key=lambda one: one.person_text) if one.id not in gone}
    with scope(actor):
        officers = actions.supervising(case_id)
    orders = words.orders_of(file.terms, file.instruments)
    form = PermitForm(request.POST or None, terms=terms.values(), orders=orders, officers=officers)
    if form.is_valid():
        capabilities = terms[Id(form.cleaned_data["term"])].capabilities
        listed = entries_named(form.cleaned_data["what"], capabilities, actor=actor)
        if not listed:
            form.add_error("what", _UNLISTED)
        with refusals_on(form):
            for one in listed:
                actions.do_permit(case_id, form.entry(one), actor=actor)
            if listed:
                return done(request, f"The permission is recorded. {_SOON}", "silences", case_id)
    return page(request, "permit.html", file=file, form=form, section="cases", terms=terms)


@requires(Permission.INSTRUMENT_RECORD)
def exclude(request: HttpRequest, case_id: Id) -> HttpResponse:
    """Record a weekly time or a site that is excluded."""
    file = file_of(request, case_id, parts=())
    form = ExcludeForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            actions.do_exclude(case_id, form.entry(), actor=staff_of(request))
            return done(request, f"The exclusion is recorded. {_SOON}", "silences", case_id)
    return page(request, "exclude.html", file=file, form=form, section="cases")


@requires(Permission.INSTRUMENT_RECORD)
def claim_none(request: HttpRequest, case_id: Id) -> HttpResponse:
    """Record that the person was asked, and claims no exclusion."""
    file = file_of(request, case_id, parts=())
    form = NoneClaimedForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            actions.do_claim_none(case_id, form.cleaned_data["asked_on"], actor=staff_of(request))
            return done(request, "The answer is recorded: no exclusion is claimed.", "silences", case_id)
    return page(request, "claim-none.html", file=file, form=form, section="cases")


@requires(Permission.INSTRUMENT_RECORD)
def end_silence(request: HttpRequest, case_id: Id, silence_id: Id) -> HttpResponse:
    """End a permission or remove an exclusion, as of now."""
    file, actor = file_of(request, case_id, parts=()), staff_of(request)
    one = select(silences_shown(case_id, actor=actor), silence_id)
    form = EndSilenceForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            actions.do_end_silence(case_id, one.id, form.cleaned_data["reason"], actor=actor)
            said = f"The permission has ended. {_SOON}" if one.is_permission else "The exclusion is removed."
            return done(request, said, "silences", case_id)
    return page(request, "end-silence.html", file=file, form=form, view=one, section="cases")
