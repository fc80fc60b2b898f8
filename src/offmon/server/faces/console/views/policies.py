"""Policy documents: prepared by a supervisor, agreed to or refused by the data protection officer. Sensitive lists need one (R-DPA-4)."""

import logging

from django.http import HttpRequest, HttpResponse

from offmon.core.access.roles import Permission
from offmon.core.authority.policy_document import PolicyDocument, standing
from offmon.core.errors import NotAuthentic
from offmon.core.ids import Id
from offmon.server.agencies import queries as agencies
from offmon.server.base import clock
from offmon.server.base.web.headers import document_answer
from offmon.server.base.web.permissions import requires
from offmon.server.faces.console.forms.policies import AgreePolicyForm, PreparePolicyForm
from offmon.server.faces.console.forms.refusal import RefuseForm
from offmon.server.faces.console.pages import done, or_404, page, refusals_on, select, staff_of
from offmon.server.orders.actions import do_agree_policy, do_prepare_policy, do_refuse_policy
from offmon.server.orders.queries import policies_for, policy_document

_log = logging.getLogger("offmon.orders")


@requires(Permission.POLICY_READ)
def policies(request: HttpRequest) -> HttpResponse:
    """Every version, the newest first, and how each stands."""
    now = clock.now()
    lines = [(one, standing(one, now)) for one in policies_for(actor=staff_of(request))]
    return page(request, "policies.html", lines=lines, section="policies")


@requires(Permission.POLICY_READ)
def policy(request: HttpRequest, policy_id: Id) -> HttpResponse:
    """One version: what it says, who stands behind it, how it stands."""
    return _page_of(request, "policy.html", _one(request, policy_id))


@requires(Permission.POLICY_READ)
def policy_page(request: HttpRequest, policy_id: Id) -> HttpResponse:
    """The document, a PDF, by itself. Nothing is shown of one that is not what was prepared."""
    try:
        shown = or_404(policy_document(policy_id, actor=staff_of(request)))
    except NotAuthentic as changed:
        _log.error("%s: the policy document %s", changed.code, policy_id)
        answer = _page_of(request, "policy-changed.html", _one(request, policy_id))
        answer.status_code = 409
        return answer
    return document_answer(shown.data, shown.kind, "policy-document.pdf")


@requires(Permission.POLICY_PREPARE)
def prepare_policy(request: HttpRequest) -> HttpResponse:
    """Record a version from its document. It counts for nothing until another person agrees to it."""
    form = PreparePolicyForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        with refusals_on(form):
            made = do_prepare_policy(form.entry(), actor=staff_of(request))
            said = "The policy document is recorded. The data protection officer must agree to it."
            return done(request, said, "policy", made)
    return page(request, "prepare-policy.html", form=form, section="policies")


@requires(Permission.POLICY_AGREE)
def agree_policy(request: HttpRequest, policy_id: Id) -> HttpResponse:
    """The data protection officer agrees to what they opened: the document as it was prepared, byte for byte."""
    one = _one(request, policy_id)
    form = AgreePolicyForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            do_agree_policy(policy_id, actor=staff_of(request))
            return done(request, "The policy document is agreed.", "policy", policy_id)
    return _page_of(request, "agree-policy.html", one, form=form)


@requires(Permission.POLICY_AGREE)
def refuse_policy(request: HttpRequest, policy_id: Id) -> HttpResponse:
    """… or refuses it, for a reason that its preparer reads."""
    one = _one(request, policy_id)
    form = RefuseForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            do_refuse_policy(policy_id, form.cleaned_data["reason"], actor=staff_of(request))
            return done(request, "The policy document is refused.", "policy", policy_id)
    return _page_of(request, "refuse-policy.html", one, form=form)


def _one(request: HttpRequest, policy_id: Id) -> PolicyDocument:
    return select(policies_for(actor=staff_of(request)), policy_id)


def _page_of(request: HttpRequest, template: str, one: PolicyDocument, **context: object) -> HttpResponse:
    names = agencies.names_of({by for by in (one.prepared_by, one.agreed_by, one.refused_by) if by})
    shown = {"policy": one, "stands": standing(one, clock.now()), "names": names}
    return page(request, template, section="policies", **shown, **context)
