"""The end certificate: made once monitoring has ended, printed, taken as a file, and handed over (R-RGT-20)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from offmon.core.access.roles import Permission
from offmon.core.ids import Id
from offmon.core.log.records import DeploymentRecord
from offmon.server.base.scope import scope
from offmon.server.base.web.permissions import requires
from offmon.server.evidence.queries import CaseFile
from offmon.server.faces.console.forms.authentication import NoFields
from offmon.server.faces.console.forms.standstill import HandForm
from offmon.server.faces.console.pages import done, file_of, or_404, page, refusals_on, select, staff_of
from offmon.server.people.queries import language_of
from offmon.server.rights.end_certificates import queries
from offmon.server.rights.end_certificates.actions import do_hand_over_end_certificate, do_make_end_certificate
from offmon.words.catalogue import Language
from offmon.words.end_certificate import in_parts, write


def _ended(request: HttpRequest, case_id: Id, deployment_id: Id) -> tuple[CaseFile, DeploymentRecord]:
    file = file_of(request, case_id)
    return file, select(tuple(one.deployment for one in file.ended), deployment_id)


@requires(Permission.DEPLOYMENT_READ)
def end_certificate(request: HttpRequest, case_id: Id, deployment_id: Id) -> HttpResponse:
    """The certificate, to print, in the person's language or the other (`?language=`); before it is made, how to make it."""
    file, ended = _ended(request, case_id, deployment_id)
    view = queries.certificate(case_id, deployment_id, actor=staff_of(request))
    with scope(staff_of(request)):
        own = language_of(case_id)
    language = next((one for one in Language if one == request.GET.get("language")), own)
    shown = {"file": file, "ended": ended, "view": view, "language": language}
    if view is not None:
        shown |= {"paper": write(view.facts, language), "blocks": in_parts(view.facts, language)}
    return page(request, "end-certificate.html", section="cases", **shown)


@requires(Permission.NOTICE_SERVE)
def make_end_certificate(request: HttpRequest, case_id: Id, deployment_id: Id) -> HttpResponse:
    """Make it, from the records and the log as they stand."""
    file, ended = _ended(request, case_id, deployment_id)
    form = NoFields(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            do_make_end_certificate(ended.id, actor=staff_of(request))
            return redirect("end-certificate", case_id, deployment_id)
    return page(request, "make-end-certificate.html", file=file, ended=ended, form=form, section="cases")


@requires(Permission.DEPLOYMENT_READ)
def end_certificate_file(request: HttpRequest, case_id: Id, deployment_id: Id) -> HttpResponse:
    """The file that anybody checks with the trust file alone. Its name says nothing of whose it is."""
    _ended(request, case_id, deployment_id)
    view = or_404(queries.certificate(case_id, deployment_id, actor=staff_of(request)))
    if view.file is None:
        raise Http404
    disposition = {"Content-Disposition": 'attachment; filename="certificate.json"'}
    return HttpResponse(view.file, "application/json", headers=disposition)


@requires(Permission.NOTICE_SERVE)
def hand_over_end_certificate(request: HttpRequest, case_id: Id, deployment_id: Id) -> HttpResponse:
    """Record that the person was given it."""
    file, ended = _ended(request, case_id, deployment_id)
    view = or_404(queries.certificate(case_id, deployment_id, actor=staff_of(request)))
    form = HandForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            do_hand_over_end_certificate(view.id, form.how(), actor=staff_of(request))
            return done(request, "It is recorded that the person has the certificate.", "case-monitoring", case_id)
    return page(request, "hand-over-end.html", file=file, ended=ended, form=form, section="cases")
