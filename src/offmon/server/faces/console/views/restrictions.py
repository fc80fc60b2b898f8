"""Restrictions beyond the disclosure delay: asked for, decided by another, lifted, and seen by the person responsible."""

from django.http import HttpRequest, HttpResponse

from offmon.core.access.roles import Permission
from offmon.core.ids import Id
from offmon.server.base.web.permissions import requires
from offmon.server.faces.console.forms.restrictions import AskRestrictionForm, DecideRestrictionForm, LiftForm
from offmon.server.faces.console.pages import done, or_404, page, refusals_on, staff_of
from offmon.server.rights.restrictions import actions, queries


@requires(Permission.RESTRICTION_READ)
def restrictions(request: HttpRequest) -> HttpResponse:
    """Every restriction of one's cases, those first that wait for a second person."""
    rows = queries.on_caseload(actor=staff_of(request))
    return page(request, "restrictions.html", rows=rows, section="restrictions")


@requires(Permission.RESTRICTION_READ)
def restriction(request: HttpRequest, restriction_id: Id) -> HttpResponse:
    """One restriction, with its reasons."""
    one = or_404(queries.restriction(restriction_id, actor=staff_of(request)))
    return page(request, "restriction.html", one=one, section="restrictions")


@requires(Permission.RESTRICTION_ASK)
def ask_restriction(request: HttpRequest, case_id: Id) -> HttpResponse:
    """Ask that lines of a case are told later."""
    person = or_404(queries.asking_about(case_id, actor=staff_of(request)))
    form = AskRestrictionForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            asked = actions.do_ask_restriction(case_id, form.asked(), actor=staff_of(request))
            said = "The restriction is requested. It starts when another person agrees."
            return done(request, said, "restriction", asked)
    return page(request, "ask-restriction.html", person=person, form=form, section="restrictions")


@requires(Permission.RESTRICTION_DECIDE)
def decide_restriction(request: HttpRequest, restriction_id: Id) -> HttpResponse:
    """Agree to it, or not, as another person than who asked."""
    one = or_404(queries.restriction(restriction_id, actor=staff_of(request)))
    form = DecideRestrictionForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            actions.do_decide_restriction(restriction_id, *form.given(), actor=staff_of(request))
            return done(request, "Your decision is recorded.", "restriction", restriction_id)
    return page(request, "decide-restriction.html", one=one, form=form, section="restrictions")


@requires(Permission.RESTRICTION_DECIDE)
def lift_restriction(request: HttpRequest, restriction_id: Id) -> HttpResponse:
    """Have it hold nothing from the next midnight on."""
    one = or_404(queries.restriction(restriction_id, actor=staff_of(request)))
    form = LiftForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            actions.do_lift_restriction(restriction_id, form.cleaned_data["reason"], actor=staff_of(request))
            return done(request, "The restriction is lifted. It ends at midnight.", "restriction", restriction_id)
    return page(request, "lift-restriction.html", one=one, form=form, section="restrictions")
