"""Impact assessments: prepared by a supervisor, signed by the data protection officer. Nothing outside them is collected."""

import logging
from typing import Final

from django.http import HttpRequest, HttpResponse

from offmon.core.access.roles import Permission
from offmon.core.authority.assessing import answer_due, standing
from offmon.core.authority.assessment import Assessment
from offmon.core.errors import NotAuthentic
from offmon.core.ids import Id
from offmon.server.agencies import queries as agencies
from offmon.server.audit import queries as log
from offmon.server.base import clock
from offmon.server.base.web.headers import document_answer
from offmon.server.base.web.permissions import requires
from offmon.server.faces.console import words
from offmon.server.faces.console.forms.assessments import IcoForm, PrepareForm, SignForm
from offmon.server.faces.console.pages import CheckPage, done, or_404, page, refusals_on, refuse_page, select, staff_of
from offmon.server.orders.actions import do_prepare_assessment, do_put_to_ico, do_refuse_assessment, do_sign_assessment
from offmon.server.orders.queries import assessment_document, assessments_for, refused_assessment

REFUSING: Final = CheckPage(
    "Refuse the assessment",
    "Nothing is collected under it. Whoever prepared it reads your reason and can prepare another.",
    "Refuse the assessment",
)
_log = logging.getLogger("offmon.orders")


@requires(Permission.ASSESSMENT_READ)
def assessments(request: HttpRequest) -> HttpResponse:
    """All of the agency's, the newest first, and how each stands. Here data protection begins: first, which records were changed."""
    now, actor = clock.now(), staff_of(request)
    lines = [(one, standing(one, now)) for one in assessments_for(actor=actor)]
    mismatches = log.mismatches(actor=actor) if actor.may(Permission.AUDIT_READ) else []
    return page(request, "assessments.html", lines=lines, mismatches=mismatches, section="assessments")


@requires(Permission.ASSESSMENT_READ)
def assessment(request: HttpRequest, assessment_id: Id) -> HttpResponse:
    """One: what it covers, who stands behind it, how it stands."""
    return _page_of(request, "assessment.html", _one(request, assessment_id))


@requires(Permission.ASSESSMENT_READ)
def assessment_page(request: HttpRequest, assessment_id: Id) -> HttpResponse:
    """The document, a PDF, by itself. Nothing is shown of one that is not what was prepared."""
    try:
        shown = or_404(assessment_document(assessment_id, actor=staff_of(request)))
    except NotAuthentic as changed:
        _log.error("%s: the document of assessment %s", changed.code, assessment_id)
        answer = _page_of(request, "assessment-changed.html", _one(request, assessment_id))
        answer.status_code = 409
        return answer
    return document_answer(shown.data, shown.kind, "impact-assessment.pdf")


@requires(Permission.ASSESSMENT_PREPARE)
def prepare_assessment(request: HttpRequest) -> HttpResponse:
    """Record one from its document. It counts for nothing until it is signed."""
    form = PrepareForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        with refusals_on(form):
            made = do_prepare_assessment(form.entry(), actor=staff_of(request))
            said = "The assessment is recorded. The data protection officer must sign it."
            return done(request, said, "assessment", made)
    return page(request, "prepare-assessment.html", form=form, section="assessments")


@requires(Permission.ASSESSMENT_SIGN)
def sign_assessment(request: HttpRequest, assessment_id: Id) -> HttpResponse:
    """The data protection officer signs what they opened: the document as it was prepared, byte for byte."""
    one = _one(request, assessment_id)
    form = SignForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            do_sign_assessment(assessment_id, actor=staff_of(request))
            return done(request, "The assessment is signed.", "assessment", assessment_id)
    return _page_of(request, "sign-assessment.html", one, form=form)


@requires(Permission.ASSESSMENT_SIGN)
def refuse_assessment(request: HttpRequest, assessment_id: Id) -> HttpResponse:
    """… or says no to what they opened, for a reason that whoever prepared it reads."""
    one = _one(request, assessment_id)
    answered = one.signed_by is not None or refused_assessment(assessment_id, actor=staff_of(request)) is not None
    return refuse_page(
        request,
        REFUSING,
        lambda reason: do_refuse_assessment(assessment_id, reason, actor=staff_of(request)),
        ("assessment", assessment_id),
        section="assessments",
        facts=[("Assessment", one.title), ("Covers", words.capabilities(one.capabilities))],
        stands="This assessment was signed or refused already." if answered else "",
    )


@requires(Permission.ASSESSMENT_SIGN)
def put_to_ico(request: HttpRequest, assessment_id: Id) -> HttpResponse:
    """The prior consultation: when the ICO was asked, and when it answered."""
    one = _one(request, assessment_id)
    form = IcoForm(request.POST or None, initial=IcoForm.of(one))
    if form.is_valid():
        with refusals_on(form):
            do_put_to_ico(assessment_id, **form.given(), actor=staff_of(request))
            return done(request, "The consultation is recorded.", "assessment", assessment_id)
    return _page_of(request, "put-to-ico.html", one, form=form)


def _one(request: HttpRequest, assessment_id: Id) -> Assessment:
    return select(assessments_for(actor=staff_of(request)), assessment_id)


def _page_of(request: HttpRequest, template: str, one: Assessment, **context: object) -> HttpResponse:
    refusal = refused_assessment(one.id, actor=staff_of(request))
    answered = one.signed_by if refusal is None else refusal.by
    names = agencies.names_of({by for by in (one.prepared_by, answered) if by})
    due = None if one.asked_at is None else answer_due(one.asked_at, extended=one.extended)
    shown = {
        "assessment": one,
        "stands": standing(one, clock.now()),
        "names": names,
        "answer_due": due,
        "refusal": refusal,
    }
    return page(request, template, section="assessments", **shown, **context)
