"""Destroying what was collected: requested by one person, approved or refused by another, done by the vault."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from offmon.core.access.roles import Permission
from offmon.core.access.step_up import Act
from offmon.core.errors import OffmonError
from offmon.core.ids import Id
from offmon.core.states import DestructionState
from offmon.server.agencies import queries as agencies
from offmon.server.base.vault import vault
from offmon.server.base.web.answers import FormStep
from offmon.server.base.web.permissions import requires
from offmon.server.faces.console.forms.authentication import NoFields
from offmon.server.faces.console.forms.destruction import AskDestructionForm
from offmon.server.faces.console.forms.refusal import RefuseForm
from offmon.server.faces.console.pages import (
    CheckPage,
    check_page,
    done,
    file_of,
    page,
    refusals_on,
    select,
    staff_of,
    step_for,
)
from offmon.server.faces.console.stepping_up import shows_factor
from offmon.server.rights.destruction import actions, queries

ASKING: Final = CheckPage(
    "Check your answers before you request the destruction",
    "If a colleague approves, nobody can ever open these disclosures again. Exhibits, bundles that were downloaded and the log remain."
    " A bundle that was not downloaded is lost.",
    "Request the destruction",
)


@requires(Permission.DESTRUCTION_ASK)
@shows_factor(Act.DESTRUCTION)
def ask_destruction(request: HttpRequest, case_id: Id) -> HttpResponse:
    """Ask that what was collected is destroyed. Nothing is destroyed before a colleague approves."""
    file = file_of(request, case_id)
    form = AskDestructionForm(request.POST or None)
    step = step_for(request, form)
    if step is FormStep.ANSWERED:
        return check_page(request, form, ASKING, file, reverse("case-evidence", args=[case_id]))
    if step is FormStep.RECORD:
        with refusals_on(form):
            asked = actions.do_ask_destruction(case_id, form.cleaned_data["reason"], actor=staff_of(request))
            return done(
                request, "The destruction is requested. A colleague must approve it.", "destruction", case_id, asked
            )
    held = queries.destroyable(case_id, actor=staff_of(request))
    return page(request, "ask-destruction.html", file=file, form=form, held=held, section="cases")


@requires(Permission.DEPLOYMENT_READ)
def destruction(request: HttpRequest, case_id: Id, destruction_id: Id) -> HttpResponse:
    """How far a request is, and who decided what."""
    return _page(request, "destruction.html", case_id, destruction_id)


@requires(Permission.DESTRUCTION_APPROVE)
@shows_factor(Act.DESTRUCTION)
def approve_destruction(request: HttpRequest, case_id: Id, destruction_id: Id) -> HttpResponse:
    """Another person approves it, and the vault destroys the key: now, or as soon as it answers."""
    form = NoFields(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            actions.do_approve_destruction(destruction_id, actor=staff_of(request))
            return done(request, _ask_vault(destruction_id), "destruction", case_id, destruction_id)
    return _page(request, "approve-destruction.html", case_id, destruction_id, form=form)


@requires(Permission.DESTRUCTION_APPROVE)
def refuse_destruction(request: HttpRequest, case_id: Id, destruction_id: Id) -> HttpResponse:
    """The second person says no, with a reason: the key stays."""
    form = RefuseForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            actions.do_refuse_destruction(destruction_id, form.cleaned_data["reason"], actor=staff_of(request))
            return done(request, "The destruction is refused. The key stays.", "destruction", case_id, destruction_id)
    return _page(request, "refuse-destruction.html", case_id, destruction_id, form=form)


@requires(Permission.DEPLOYMENT_READ)
def destruction_certificate(request: HttpRequest, case_id: Id, destruction_id: Id) -> HttpResponse:
    """The certificate, to print: from the record as the log commits to it."""
    certificate = queries.certificate(case_id, destruction_id, actor=staff_of(request))
    agency = agencies.agency(staff_of(request).agency)
    return _page(request, "certificate.html", case_id, destruction_id, certificate=certificate, agency=agency)


def _ask_vault(destruction: Id) -> str:
    """What became of an approved request. The worker asks again where the vault does not answer."""
    try:
        vault().destroy(destruction)
    except OffmonError:
        return "The destruction is approved. The vault has not destroyed the key. The reason is below."
    return "The destruction is approved, and the key is destroyed."


def _page(request: HttpRequest, template: str, case_id: Id, destruction_id: Id, **more: object) -> HttpResponse:
    file, actor = file_of(request, case_id), staff_of(request)
    one = select(queries.of_case(case_id, actor=actor), destruction_id)
    waits = one.state is DestructionState.ASKED
    obstacles = queries.in_the_way(case_id, one.deployment, actor=actor) if waits else ()
    names = _names(one.asked_by, one.approved_by, one.refused_by)
    return page(request, template, file=file, one=one, obstacles=obstacles, names=names, section="cases", **more)


def _names(*people: Id | None) -> dict[Id, str]:
    return agencies.names_of({one for one in people if one is not None})
