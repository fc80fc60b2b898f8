"""The install visit: six pages at the doorstep, each saved when it is sent, none of them opened before its turn (R-LEG-32).

A page that is opened too early leads to the step that comes next, so that a link, a reload or the back button is never wrong.
"""

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from offmon.core import clock as time
from offmon.core.access.roles import Permission
from offmon.core.authority.visit import InstallVisit, VisitStep, may_open, next_step, steps_done
from offmon.core.formats.protocol import MARKER_PATH
from offmon.core.ids import Id, Ms
from offmon.core.log.records import DeploymentRecord
from offmon.server.base import clock
from offmon.server.base.scope import scope
from offmon.server.base.web.permissions import requires
from offmon.server.deployments import actions, queries
from offmon.server.deployments.policy import STOPPED
from offmon.server.deployments.queries import DeploymentFile, DeviceView, PaperLine
from offmon.server.deployments.queries.answering import missing_shown
from offmon.server.evidence.beginning import stopped
from offmon.server.evidence.queries import CaseFile, Part
from offmon.server.faces.console.forms.authentication import NoFields
from offmon.server.faces.console.forms.monitoring import NoticeForm
from offmon.server.faces.console.forms.visits import DeviceForm, HandOverForm, OthersForm, TestForm
from offmon.server.faces.console.pages import done, file_of, or_404, page, refusals_on, staff_of
from offmon.server.intake.queries import marker_arrived
from offmon.server.people.queries import details_of, language_of
from offmon.words.card import card
from offmon.words.catalogue import Language
from offmon.words.hand_over import sheet

STEPS = tuple(VisitStep)
NOT_YET = "No visit is possible now. The monitoring must be authorised and have its key, and not be suspended."


@dataclass(frozen=True, slots=True)
class AtVisit:
    """How far a case is at its visit."""

    file: CaseFile
    monitoring: DeploymentFile
    visit: InstallVisit | None

    @property
    def deployment(self) -> DeploymentRecord:
        """The monitoring that the visit begins."""
        return self.monitoring.deployment

    @property
    def done(self) -> frozenset[VisitStep]:
        """The steps that are done."""
        noticed = bool(self.monitoring.notices) and not self.monitoring.notice_due
        return steps_done(self.visit, noticed=noticed)

    @property
    def device(self) -> DeviceView | None:
        """The device that is recorded as enrolled at this visit; before that, the newest one since the visit began."""
        if self.visit is None:
            return None
        known, since = self.visit.device, self.visit.begun_at
        found = (one for one in reversed(self.monitoring.devices) if one.device.enrolled_at >= since)
        return next((one for one in found if known in {None, one.device.id}), None)

    def own_paper(self, language: Language) -> PaperLine | None:
        """The newest notice of what is authorised now, in that language."""
        now = self.monitoring.in_force
        fitting = [one for one in self.monitoring.papers if now is not None and one.authorisation == now.id]
        return next((one for one in reversed(fitting) if one.language is language), None)


def _at(request: HttpRequest, case_id: Id, step: VisitStep | None) -> AtVisit | HttpResponse:
    """How far the visit is; or where the reader is led, where this step's turn has not come."""
    file = file_of(request, case_id, parts={Part.ORDERS, Part.MONITORING})
    monitoring = or_404(file.monitoring)
    if (
        monitoring.in_force is None
        or monitoring.deployment.evidence_key is None
        or monitoring.deployment.state in STOPPED
    ):
        messages.warning(request, NOT_YET)
        return redirect("case", case_id)
    if (refusal := stopped(file, clock.now())) is not None:
        messages.warning(request, refusal.message)
        return redirect("case", case_id)
    visits = monitoring.visits
    at = AtVisit(file, monitoring, visits[-1] if visits and visits[-1].ended_at is None else None)
    if step is None or not may_open(step, at.done):
        return redirect(f"visit-{next_step(at.done)}", case_id)
    return at


def _page(request: HttpRequest, at: AtVisit, step: VisitStep, **shown: object) -> HttpResponse:
    number = STEPS.index(step)
    before = f"visit-{STEPS[number - 1]}" if number else "case"
    shared = {
        "file": at.file,
        "visit": at.visit,
        "step": step,
        "number": number + 1,
        "of": len(STEPS),
        "before": before,
    }
    return page(request, f"visit/{step}.html", section="cases", **shared, **shown)


@requires(Permission.NOTICE_SERVE)
def visit(request: HttpRequest, case_id: Id) -> HttpResponse:
    """Start the visit, or go on where it was left."""
    led = _at(request, case_id, None)
    return led if isinstance(led, HttpResponse) else redirect("visit-others", case_id)


@requires(Permission.NOTICE_SERVE)
def others(request: HttpRequest, case_id: Id) -> HttpResponse:
    """Who else uses the device, met and told. The first answer begins the visit."""
    at = _at(request, case_id, VisitStep.OTHERS)
    if isinstance(at, HttpResponse):
        return at
    form = OthersForm(request.POST or None, initial=OthersForm.of(at.visit))
    if form.is_valid():
        with refusals_on(form):
            actions.do_record_others(at.deployment.id, form.others(), actor=staff_of(request))
            return redirect("visit-device", case_id)
    with scope(staff_of(request)):
        kept = details_of(case_id)
    return _page(request, at, VisitStep.OTHERS, form=form, kept=kept)


@requires(Permission.NOTICE_SERVE)
def device(request: HttpRequest, case_id: Id) -> HttpResponse:
    """Which device it is, and by what right it is accessed."""
    at = _at(request, case_id, VisitStep.DEVICE)
    if isinstance(at, HttpResponse):
        return at
    form = DeviceForm(request.POST or None, initial=DeviceForm.of(at.visit))
    if form.is_valid():
        with refusals_on(form):
            actions.do_record_device(at.deployment.id, form.about(), actor=staff_of(request))
            return redirect("visit-notice", case_id)
    named = {kind for term in at.file.terms for kind in term.device_kinds}
    return _page(request, at, VisitStep.DEVICE, form=form, named=named)


@requires(Permission.NOTICE_SERVE)
def notice(request: HttpRequest, case_id: Id) -> HttpResponse:
    """The notice: made here where there is none yet, then served."""
    at = _at(request, case_id, VisitStep.NOTICE)
    if isinstance(at, HttpResponse):
        return at
    with scope(staff_of(request)):
        paper = at.own_paper(language_of(case_id))
    is_served = VisitStep.NOTICE in at.done
    if paper is None or is_served:
        return _made(request, at, paper, is_served=is_served)
    now = clock.now()
    form = NoticeForm(
        request.POST or None, initial={"served_on": time.local_day(now), "served_at": time.local_minute(now)}
    )
    if form.is_valid():
        with refusals_on(form):
            actions.do_serve_notice(paper.id, form.served(), actor=staff_of(request))
            return redirect("visit-install", case_id)
    return _page(request, at, VisitStep.NOTICE, form=form, paper=paper, served=None)


def _made(request: HttpRequest, at: AtVisit, paper: PaperLine | None, *, is_served: bool) -> HttpResponse:
    """The page before there is a notice, which has it made; and the page after one was served."""
    form = NoFields(request.POST or None)
    if request.method == "POST" and not is_served and form.is_valid():
        with refusals_on(form):
            actions.do_make_notice(at.deployment.id, actor=staff_of(request))
            return redirect("visit-notice", at.file.person.case)
    served = at.monitoring.notices[-1] if is_served else None
    return _page(request, at, VisitStep.NOTICE, form=form, paper=paper, served=served)


@requires(Permission.NOTICE_SERVE)
def install(request: HttpRequest, case_id: Id) -> HttpResponse:
    """A code for the device, shown once. Once the device is enrolled, the page says so and leads on."""
    at = _at(request, case_id, VisitStep.INSTALL)
    if isinstance(at, HttpResponse):
        return at
    form, code = NoFields(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            if at.device is not None:
                actions.do_record_enrolled(at.deployment.id, at.device.device.id, actor=staff_of(request))
                if at.device.profile is None:
                    actions.do_ask_profile(at.device.device.id, actor=staff_of(request))
                return redirect("visit-test", case_id)
            code = actions.do_offer_enrolment(at.deployment.id, actor=staff_of(request)).text
    missing = None if at.device is not None or code else missing_shown(at.deployment.id, actor=staff_of(request))
    shown = {"code": code, "view": at.device, "server": settings.OFFMON_INGEST_URL, "missing": missing}
    return _page(request, at, VisitStep.INSTALL, form=form, **shown)


@requires(Permission.NOTICE_SERVE)
def test(request: HttpRequest, case_id: Id) -> HttpResponse:
    """The indicator is seen, and the note of the marker page arrives: monitoring begins with it."""
    at = _at(request, case_id, VisitStep.TEST)
    if isinstance(at, HttpResponse):
        return at
    arrived = _arrived(request, at)
    form = TestForm(request.POST or None, initial={"seen": VisitStep.TEST in at.done})
    if form.is_valid():
        with refusals_on(form):
            actions.do_record_test(at.deployment.id, arrived, actor=staff_of(request))
            return redirect("visit-hand-over", case_id)
    marker = settings.OFFMON_INGEST_URL + MARKER_PATH
    return _page(request, at, VisitStep.TEST, form=form, view=at.device, arrived=arrived, marker=marker)


def _arrived(request: HttpRequest, at: AtVisit) -> Ms | None:
    if at.visit is None or at.visit.device is None:
        return None
    with scope(staff_of(request)):
        return marker_arrived(at.file.person.case, at.visit.device)


@requires(Permission.NOTICE_SERVE)
def hand_over(request: HttpRequest, case_id: Id) -> HttpResponse:
    """The sheet that stays with the person, and whether they signed it: the visit is over."""
    at = _at(request, case_id, VisitStep.HAND_OVER)
    if isinstance(at, HttpResponse):
        return at
    form = HandOverForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            actions.do_end_visit(at.deployment.id, form.given(), actor=staff_of(request))
            return done(request, "The visit is finished and recorded.", "case-monitoring", case_id)
    with scope(staff_of(request)):
        own = language_of(case_id)
    language = own.other if request.GET.get("language") == own.other else own
    view, paper = or_404(at.device), or_404(at.own_paper(language))
    said = or_404(queries.paper(paper.id, actor=staff_of(request)))
    shown = {
        "sheet": sheet(language, or_404(at.visit), view.device.id, view.device.enrolled_at),
        "call": card(said.paper, language),
        "language": language,
    }
    return _page(request, at, VisitStep.HAND_OVER, form=form, **shown)


@requires(Permission.NOTICE_SERVE)
def stop(request: HttpRequest, case_id: Id) -> HttpResponse:
    """Stop a visit that cannot be finished. Another can begin."""
    deployment = or_404(file_of(request, case_id, parts={Part.MONITORING}).monitoring).deployment
    form = NoFields(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            actions.do_stop_visit(deployment.id, actor=staff_of(request))
            return done(request, "The visit is stopped. What you recorded stays.", "case-monitoring", case_id)
    file = file_of(request, case_id, parts={Part.MONITORING})
    return page(request, "visit/stop.html", file=file, form=form, section="cases")
