"""The register of compliance records: what the public page may claim, who issued and checked each, until when. See issue 3."""

from typing import Final

from django.http import HttpRequest, HttpResponse

from offmon.core.access.roles import Permission
from offmon.core.ids import Id
from offmon.server.agencies import queries as agencies
from offmon.server.base import clock
from offmon.server.base.web.permissions import requires
from offmon.server.faces.console.forms.compliance_records import AttestationForm, WithdrawForm
from offmon.server.faces.console.pages import done, page, refusals_on, select, staff_of
from offmon.server.oversight.actions import do_record_attestation, do_withdraw_attestation
from offmon.server.oversight.queries import attestations as papers
from offmon.server.oversight.queries import papers_shown

_RECORDED: Final = (
    "The record is added. The public page shows it once every agency has one, "
    "within a minute, with the earliest end date."
)


@requires(Permission.ATTESTATION_READ)
def attestations(request: HttpRequest) -> HttpResponse:
    """Every paper that the agency recorded, whether it counts today, and how the public page has it, which speaks of every agency."""
    now = clock.now()
    lines = tuple(papers(actor=staff_of(request)))
    names = agencies.names_of({one.checked_by for one in lines})
    about = {"lines": lines, "names": names, "today": now, "shown": papers_shown(now)}
    return page(request, "attestations.html", section="attestations", **about)


@requires(Permission.ATTESTATION_RECORD)
def record_attestation(request: HttpRequest) -> HttpResponse:
    """Record a paper that one has in hand."""
    form = AttestationForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            do_record_attestation(form.paper(), actor=staff_of(request))
            return done(request, _RECORDED, "attestations")
    return page(request, "record-attestation.html", form=form, section="attestations")


@requires(Permission.ATTESTATION_RECORD)
def withdraw_attestation(request: HttpRequest, attestation_id: Id) -> HttpResponse:
    """Say that a paper is held no longer: the public page then rests nothing on it."""
    one = select(tuple(papers(actor=staff_of(request))), attestation_id)
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            do_withdraw_attestation(attestation_id, form.cleaned_data["reason"], actor=staff_of(request))
            said = "The record is withdrawn. The public page stops relying on it within a minute."
            return done(request, said, "attestations")
    return page(request, "withdraw-attestation.html", form=form, one=one, section="attestations")
