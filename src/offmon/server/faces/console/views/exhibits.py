"""Exhibits: a disclosure sealed to a key of its own, and its continuity."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from offmon.core.access.roles import Permission
from offmon.core.access.step_up import Act
from offmon.core.ids import Id
from offmon.server.agencies.queries import StaffView
from offmon.server.base.actor import Actor
from offmon.server.base.vault import vault
from offmon.server.base.web.permissions import requires
from offmon.server.evidence import actions
from offmon.server.evidence.queries import exhibit as exhibit_of
from offmon.server.faces.console.forms.authentication import NoFields
from offmon.server.faces.console.forms.exports import HandOverForm, SealForm
from offmon.server.faces.console.pages import done, or_404, page, refusals_on, staff_of
from offmon.server.faces.console.stepping_up import shows_factor
from offmon.server.triage import queries as triage


@requires(Permission.EXHIBIT_SEAL)
@shows_factor(Act.CONTENT)
def ask_seal(request: HttpRequest, alert_id: Id, leaf: Id) -> HttpResponse:
    """Ask for one disclosure of a decided alert to be sealed. What it says is not shown for that."""
    shown = or_404(triage.alert_in_part(alert_id, actor=staff_of(request)))
    load, one = or_404(shown.of_leaf(leaf))
    form = SealForm(request.POST or None, deciders=_own(shown.deciders, staff_of(request)))
    if form.is_valid():
        with refusals_on(form):
            exhibit_id = actions.do_ask_seal(alert_id, leaf, one.place, form.request(), actor=staff_of(request))
            return redirect("seal", exhibit_id)
    return page(request, "ask-seal.html", alert=shown, occurrence=load, match=one, form=form, section="cases")


@requires(Permission.EXHIBIT_READ)
def exhibit(request: HttpRequest, exhibit_id: Id) -> HttpResponse:
    """An exhibit, and its continuity."""
    return page(request, "exhibit.html", view=or_404(exhibit_of(exhibit_id, actor=staff_of(request))), section="cases")


@requires(Permission.EXHIBIT_SEAL)
@shows_factor(Act.CONTENT)
def seal(request: HttpRequest, exhibit_id: Id) -> HttpResponse:
    """Have the vault seal what was asked for; it asks the rows itself whether it may."""
    view = or_404(exhibit_of(exhibit_id, actor=staff_of(request)))
    form = NoFields(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            vault().seal(exhibit_id)
            return done(request, f"{view.exhibit.reference} is sealed.", "exhibit", exhibit_id)
    return page(request, "seal.html", view=view, form=form, section="cases")


@requires(Permission.EXHIBIT_SEAL)
def hand_over(request: HttpRequest, exhibit_id: Id) -> HttpResponse:
    """Hand an exhibit to a colleague: its seal is computed anew."""
    view = or_404(exhibit_of(exhibit_id, actor=staff_of(request)))
    others = [one for one in _own(view.colleagues, staff_of(request)) if one[0] != staff_of(request).id]
    form = HandOverForm(request.POST or None, colleagues=others)
    if form.is_valid():
        with refusals_on(form):
            actions.do_hand_over(exhibit_id, *form.given(), actor=staff_of(request))
            return done(request, "The hand-over is recorded. The seal is intact.", "exhibit", exhibit_id)
    return page(request, "hand-over.html", view=view, form=form, section="cases")


def _own(people: tuple[StaffView, ...], actor: Actor) -> list[tuple[Id, str]]:
    """Those of the agency that leads: exhibits, and an investigation, stay with it."""
    return [(one.id, one.display_name) for one in people if one.agency == actor.lead]
