"""Monitoring: drafted by one, authorised by another (the notice: `notices`), then a device and its profile."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from offmon.core.access.roles import Permission
from offmon.core.authority.in_force import in_force as orders_in_force
from offmon.core.authority.in_force import over
from offmon.core.authority.order import Instrument
from offmon.core.authority.permission import check_asked
from offmon.core.authority.policy_document import PolicyDocument, in_force
from offmon.core.authority.profile import Choice
from offmon.core.authority.proposals import flags_of
from offmon.core.errors import Refused, passes
from offmon.core.ids import Id
from offmon.core.log.records import AuthorisationRecord, DeploymentRecord
from offmon.server.agencies import queries as agencies
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.base.vault import vault
from offmon.server.base.web.answers import FormStep
from offmon.server.base.web.permissions import requires
from offmon.server.deployments import actions
from offmon.server.deployments.policy import check_answers
from offmon.server.detectors import queries as detectors
from offmon.server.evidence.queries import CaseFile
from offmon.server.faces.console import sensitive_words, words
from offmon.server.faces.console.forms.authentication import NoFields
from offmon.server.faces.console.forms.monitoring import AuthoriseForm, DraftForm
from offmon.server.faces.console.forms.refusal import RefuseForm, WithdrawForm
from offmon.server.faces.console.offered import (
    GONE,
    conditions_of,
    confirmed_of,
    setting_of,
    settings_for,
    side_by_side,
)
from offmon.server.faces.console.pages import (
    CheckPage,
    check_page,
    done,
    file_of,
    or_404,
    page,
    refusals_on,
    select,
    staff_of,
    step_for,
)
from offmon.server.orders.queries import policies_for
from offmon.server.orders.silences.actions import do_claim_none
from offmon.server.orders.silences.queries import answers_of, exclusions_here
from offmon.server.people.queries import details_of

AUTHORISING: Final = CheckPage(
    "Check your answers before you authorise",
    "You authorise this monitoring under your name. A court may read your answers. They cannot be changed later.",
    "Authorise the monitoring",
)
REFUSING: Final = CheckPage(
    "Check your answers before you refuse",
    "You refuse this draft under your name. A colleague must draft a new authorisation.",
    "Refuse the draft",
)


@requires(Permission.DEPLOYMENT_DRAFT)
def draft(request: HttpRequest, case_id: Id) -> HttpResponse:
    """What is to be monitored, on which terms, by which lists. An unlawful choice is refused here."""
    file = file_of(request, case_id)
    choosable = detectors.choosable(actor=staff_of(request))
    now = clock.now()
    live, gone = orders_in_force(file.instruments, file.terms, now), over(file.instruments, file.terms, now)
    lists = [one for one in choosable if any(map(one.serves, live))]
    orders = words.orders_of(file.terms, file.instruments)
    policies = in_force(policies_for(actor=staff_of(request)), now)
    given, mapped = DraftForm.of(_refused_last(file)), confirmed_of(file, actor=staff_of(request))
    unclear = {term.id for term, verbatim in mapped if flags_of(verbatim)}
    asked: dict[str, Any] = {
        "terms": [one for one in file.terms if one.id not in gone],
        "lists": lists,
        "orders": orders,
        "policies": policies,
        "unclear": unclear,
        "asked": _asked(case_id, actor=staff_of(request)),
    }
    form = DraftForm(request.POST or None, initial=given, **asked)
    if form.is_valid():
        with refusals_on(form):
            if (asked_on := form.none_claimed()) is not None:
                do_claim_none(case_id, asked_on, actor=staff_of(request))
            actions.do_draft(case_id, form.choices(), form.reading(), actor=staff_of(request))
            return done(
                request, "The draft is recorded. An authorising officer must authorise it.", "case-monitoring", case_id
            )
    unfit = bool(choosable) and not lists
    beside = side_by_side(mapped, orders, {term.id: term.capabilities for term, _ in mapped})
    shown = {"unfit": unfit, "mapped": beside, "needs": _needed(live)}
    return page(request, "draft.html", file=file, form=form, section="cases", **shown)


def _needed(orders: Iterable[Instrument]) -> list[tuple[str, list[str]]]:
    """What a list must name to be used now: each type of order in force, with its types of offence."""
    found: dict[str, set[str]] = {}
    for one in orders:
        found.setdefault(words.BASIS[one.basis], set()).update(map(words.offence, one.offence_types))
    return [(order, sorted(offences)) for order, offences in sorted(found.items())]


def _asked(case: Id, *, actor: Actor) -> bool:
    """Whether it is recorded what is to be excluded for the person, or that they claim nothing."""
    with scope(actor):
        return passes(check_asked, answers_of(case))


def _refused_last(file: CaseFile) -> Sequence[Choice]:
    """What the newest draft chose, where it was refused: to be put right."""
    drafts = () if file.monitoring is None else file.monitoring.authorisations
    newest = [one for one in drafts if file.monitoring is not None and one.id in file.monitoring.refused][-1:]
    return newest[0].choices if newest and not any(one.authorised_at for one in drafts) else ()


@requires(Permission.DEPLOYMENT_READ)
def authorisation(request: HttpRequest, case_id: Id, authorisation_id: Id) -> HttpResponse:
    """What was drafted, by whom, which settings it offers, and the four answers once they are given."""
    file = file_of(request, case_id)
    every = file.every_monitoring
    whose = or_404(
        next((each for each in every if any(one.id == authorisation_id for one in each.authorisations)), None)
    )
    file, one = replace(file, monitoring=whose), select(whose.authorisations, authorisation_id)
    shown = _draft_of(request, file, one) | {"offered": settings_for(one, actor=staff_of(request))}
    return page(request, "authorisation.html", file=file, section="cases", **shown)


@requires(Permission.DEPLOYMENT_AUTHORISE)
def authorise(request: HttpRequest, case_id: Id, authorisation_id: Id) -> HttpResponse:
    """A second person authorises one of the settings, with the four answers."""
    file, actor = file_of(request, case_id), staff_of(request)
    one = select(or_404(file.monitoring).authorisations, authorisation_id)
    settings = settings_for(one, actor=actor)
    form = AuthoriseForm(request.POST or None, offered=[each.offer for each in settings])
    step = step_for(request, form)
    if step is FormStep.ANSWERED:
        cancel = reverse("authorisation", args=[case_id, authorisation_id])
        with refusals_on(form):
            with scope(actor):
                check_answers(actor, case_id, form.answers().less_intrusive)
            about = _choices(request, file, setting_of(one, form.setting()).choices)
            return check_page(request, form, AUTHORISING, file, cancel, about=about)
    if step is FormStep.RECORD:
        with refusals_on(form):
            actions.do_authorise(authorisation_id, form.answers(), form.review_in_ms(), form.setting(), actor=actor)
            return _with_key(request, case_id, or_404(file.monitoring).deployment)
    conditions, orders = conditions_of(file, one, actor=actor), words.orders_of(file.terms, file.instruments)
    beside = side_by_side(conditions, orders, settings[-1].collects)
    with scope(actor):
        shown = {
            "kept": details_of(case_id),
            "excluded": exclusions_here(case_id),
            "settings": settings,
            "conditions": conditions,
            "beside_each": beside,
        }
    return page(
        request, "authorise.html", file=file, form=form, section="cases", **shown, **_draft_of(request, file, one)
    )


def _with_key(request: HttpRequest, case_id: Id, deployment: DeploymentRecord) -> HttpResponse:
    """On from an authorisation: the vault makes the key at once. Where it does not answer, its page says so, and asks again."""
    if deployment.evidence_key is None:
        try:
            vault().make_key(deployment.id)
        except Refused as refusal:
            messages.warning(request, f"The monitoring is authorised, and has no key yet. {refusal.message}")
            return redirect("make-key", case_id)
    return done(request, "The monitoring is authorised, and the vault has its key.", "case-monitoring", case_id)


@requires(Permission.DEPLOYMENT_AUTHORISE)
def refuse_draft(request: HttpRequest, case_id: Id, authorisation_id: Id) -> HttpResponse:
    """… or says no, for a reason that whoever drafted it reads."""
    file = file_of(request, case_id)
    one = select(or_404(file.monitoring).authorisations, authorisation_id)
    form = RefuseForm(request.POST or None)
    step = step_for(request, form)
    cancel = reverse("authorisation", args=[case_id, authorisation_id])
    if step is FormStep.ANSWERED:
        return check_page(request, form, REFUSING, file, cancel, about=_draft_of(request, file, one)["chosen"])
    if step is FormStep.RECORD:
        with refusals_on(form):
            actions.do_refuse_draft(authorisation_id, form.cleaned_data["reason"], actor=staff_of(request))
            return done(request, "The draft is refused. Devices collect nothing under it.", "case-monitoring", case_id)
    return page(request, "refuse-draft.html", file=file, form=form, section="cases", **_draft_of(request, file, one))


@requires(Permission.DEPLOYMENT_DRAFT)
def withdraw_draft(request: HttpRequest, case_id: Id, authorisation_id: Id) -> HttpResponse:
    """An officer of the case withdraws a draft that nobody has answered."""
    file = file_of(request, case_id)
    one = select(or_404(file.monitoring).authorisations, authorisation_id)
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            actions.do_withdraw_draft(authorisation_id, form.cleaned_data["reason"], actor=staff_of(request))
            return done(request, "The draft is withdrawn. Nobody is asked to authorise it.", "case-monitoring", case_id)
    return page(request, "withdraw-draft.html", file=file, form=form, section="cases", **_draft_of(request, file, one))


@requires(Permission.DEPLOYMENT_AUTHORISE)
def make_key(request: HttpRequest, case_id: Id) -> HttpResponse:
    """Have the vault make the key that content is enclosed to; it asks the rows itself whether one is due."""
    file = file_of(request, case_id)
    deployment = or_404(file.monitoring).deployment
    form = NoFields(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            vault().make_key(deployment.id)
            return done(request, "The vault created the key.", "case-monitoring", case_id)
    return page(request, "make-key.html", file=file, deployment=deployment, form=form, section="cases")


@requires(Permission.DEPLOYMENT_DRAFT)
def ask_profile(request: HttpRequest, case_id: Id, device_id: Id) -> HttpResponse:
    """Ask the signer for a device's next profile. It reads the rows itself, and may refuse."""
    file = file_of(request, case_id)
    devices = or_404(file.monitoring).devices
    view = or_404(next((one for one in devices if one.device.id == device_id), None))
    form = NoFields(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            actions.do_ask_profile(device_id, actor=staff_of(request))
            said = "The profile is requested. The signer checks the records and decides."
            return done(request, said, "case-monitoring", case_id)
    return page(request, "ask-profile.html", file=file, view=view, form=form, section="cases")


def _draft_of(request: HttpRequest, file: CaseFile, one: AuthorisationRecord) -> dict[str, Any]:
    """A draft as a page shows it, with who drafted it, and who else may answer."""
    refused, monitoring = or_404(file.monitoring).refused.get(one.id), or_404(file.monitoring)
    with scope(staff_of(request)):
        able = agencies.colleagues_on(file.person.case, Permission.DEPLOYMENT_AUTHORISE, clock.now())
    return {
        "draft": one,
        "chosen": _choices(request, file, one.choices),
        "refused": refused,
        "since": monitoring.drafted_at.get(one.id),
        "able": [each.display_name for each in able if each.id not in {one.drafted_by, staff_of(request).id}],
        "names": agencies.names_of({by for by in (one.drafted_by, one.authorised_by, refused and refused.by) if by}),
    }


def _choices(request: HttpRequest, file: CaseFile, choices: Iterable[Choice]) -> list[tuple[Any, ...]]:
    """Each choice with the words and orders of its terms and the names of its lists."""
    texts = {term.id: term.person_text for term in file.terms}
    orders = words.orders_of(file.terms, file.instruments)
    named = {declared.ref.id: declared.ref.name for declared in detectors.choosable(actor=staff_of(request))}
    policies = _policies(request)
    return [
        (
            choice.capability,
            [
                (texts.get(term, "A condition that is no longer recorded"), orders.get(term, ""))
                for term in choice.terms
            ],
            [named.get(each, GONE) for each in choice.lists],
            [] if choice.sensitive is None else sensitive_words.why_of(choice.sensitive, policies),
        )
        for choice in choices
    ]


def _policies(request: HttpRequest) -> dict[Id, PolicyDocument]:
    """The versions of the policy document by id, for whoever may read them: to others a page says the period alone."""
    actor = staff_of(request)
    known = policies_for(actor=actor) if actor.may(Permission.POLICY_READ) else ()
    return {one.id: one for one in known}
