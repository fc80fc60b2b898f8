"""A bundle for a court: requested by one person, built by the vault, approved by another, taken out.

The console holds an unenclosed bundle only in the pieces that it passes on.
"""

from contextlib import suppress
from typing import Final

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from offmon.core.access.roles import Permission
from offmon.core.access.step_up import Act
from offmon.core.errors import Refused
from offmon.core.ids import Id
from offmon.core.states import ExportState
from offmon.server.agencies import queries as agencies
from offmon.server.base import clock
from offmon.server.base.vault import vault
from offmon.server.base.web.answers import NAME as STEP
from offmon.server.base.web.answers import FormStep, sent_beside
from offmon.server.base.web.permissions import requires
from offmon.server.evidence import actions
from offmon.server.evidence.actions import ExportRequest
from offmon.server.evidence.bundle_contents import contents_of
from offmon.server.evidence.court_copy import Names, as_pdf, people_in
from offmon.server.evidence.queries import (
    TRIED_FOR_MS,
    WHOLE,
    CaseFile,
    can_be_withheld,
    corrected_since_built,
    count_opened,
    keys_destroyed,
    named_in,
    refused_by_vault,
    withheld_in,
)
from offmon.server.evidence.report_words import role_words
from offmon.server.faces.console.forms.authentication import NoFields
from offmon.server.faces.console.forms.exports import ExportForm, WithholdForm
from offmon.server.faces.console.forms.refusal import RefuseForm
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
from offmon.server.faces.console.stepping_up import shows_factor
from offmon.server.intake import queries as intake
from offmon.server.triage.queries.choosing import choices_of
from offmon.server.triage.queries.second_looks import blind_in

ASKING: Final = CheckPage(
    "Check your answers before you request the bundle",
    "The vault opens these disclosures when you request the bundle. Your request and your reason stay in the log.",
    "Request the bundle",
)


@requires(Permission.EXPORT_ASK)
@shows_factor(Act.EXPORT)
def ask_export(request: HttpRequest, case_id: Id) -> HttpResponse:
    """Ask for a bundle: to whom, why, and which period's content is opened."""
    file = file_of(request, case_id, parts=WHOLE)
    form = _asked_with(request, file)
    if isinstance(form, WithholdForm) and request.POST.get(STEP) != FormStep.CHANGE and (asked := form.next_page()):
        kept = sent_beside(form, asked)
        return page(request, "withhold.html", file=file, form=form, asked=asked, kept=kept, section="cases")
    step = step_for(request, form)
    if step is FormStep.ANSWERED:
        return check_page(request, form, ASKING, file, reverse("case-evidence", args=[case_id]))
    if step is FormStep.RECORD:
        asked_already = _open_alike(file, form.request(), staff_of(request).id)
        if asked_already is not None:
            return done(request, "You requested this bundle already.", "export", case_id, asked_already)
        with refusals_on(form):
            export_id = actions.do_ask_export(case_id, form.request(), actor=staff_of(request))
            with suppress(Refused):  # the worker asks the vault again
                vault().open_export(export_id)
            return done(request, "The bundle is requested. The vault prepares it now.", "export", case_id, export_id)
    return page(request, "ask-export.html", file=file, form=form, section="cases")


def _open_alike(file: CaseFile, asked: ExportRequest, by: Id) -> Id | None:
    """The bundle that the same person asked for in the same words and that is not done yet: a form that was sent twice asks once."""
    wanted = (
        *(asked.recipient, asked.reason, asked.opened.since, asked.opened.until),
        *(set(asked.alerts), set(asked.exhibits), asked.closed_reason, set(asked.withheld)),
    )
    for one in file.exports:
        held = (
            *(one.recipient, one.reason, one.opened_since, one.opened_until),
            *({*(one.alerts or ())}, set(one.exhibits), one.closed_reason, set(one.withheld)),
        )
        if one.asked_by == by and held == wanted and one.state not in {ExportState.READY, ExportState.REFUSED}:
            return one.id
    return None


def _asked_with(request: HttpRequest, file: CaseFile) -> ExportForm:
    """The form, which asks for single pages too once the rest is answered and the asker withholds some."""
    given, actor = request.POST or None, staff_of(request)
    alerts = choices_of(file.person.case, actor=actor)
    form = ExportForm(given, alerts=alerts, exhibits=file.exhibits)
    if not form.is_valid() or not form.cleaned_data.get("withholds"):
        return form
    loads = can_be_withheld(form.chosen, form.opened, actor=actor)
    if not loads:
        form.add_error(
            "withholds", "There is no disclosure to withhold. Choose an alert, and the days of its disclosures."
        )
        return form
    return WithholdForm(given, alerts=alerts, exhibits=file.exhibits, loads=loads)


@requires(Permission.DEPLOYMENT_READ)
def export(request: HttpRequest, case_id: Id, export_id: Id) -> HttpResponse:
    """Where a bundle stands, and what it holds."""
    file = file_of(request, case_id, parts=WHOLE)
    one = select(file.exports, export_id)
    names = agencies.names_of({by for by in (one.asked_by, one.approved_by, one.refused_by) if by})
    actor = staff_of(request)
    contents, opened = intake.contents(case_id, actor=actor), count_opened(one, actor=actor)
    waits = one.state in {ExportState.ASKED, ExportState.OPENED, ExportState.APPROVED}
    since = one.approved_at or one.asked_at
    refused = refused_by_vault(case_id, since, actor=actor) if waits else None
    return page(
        request,
        "export.html",
        file=file,
        export=one,
        names=names,
        contents=contents,
        opened=opened,
        withheld=withheld_in(one, actor=actor),
        corrected=corrected_since_built(one, case_id, actor=actor),
        destroyed=bool(keys_destroyed(case_id, actor=actor)),
        waits=waits,
        refused=refused,
        tried_until=since + TRIED_FOR_MS,
        section="cases",
    )


@requires(Permission.EXPORT_ASK)
def names(request: HttpRequest, case_id: Id, export_id: Id) -> HttpResponse:
    """The names behind the ids of a bundle's report, to print: no bundle holds a name."""
    file = file_of(request, case_id, parts=WHOLE)
    one, people = select(file.exports, export_id), named_in(case_id, actor=staff_of(request))
    return page(request, "names.html", file=file, export=one, people=people, role_words=role_words, section="cases")


@requires(Permission.EXPORT_APPROVE)
@shows_factor(Act.EXPORT)
def approve_export(request: HttpRequest, case_id: Id, export_id: Id) -> HttpResponse:
    """Another person approves this very list of files, and the vault lets it go."""
    file = file_of(request, case_id, parts=WHOLE)
    one = select(file.exports, export_id)
    if blind_in(case_id, actor=staff_of(request)):
        return done(request, "Record your second look first: this page shows how the alerts were decided.", "team")
    form = NoFields(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            actions.do_approve_export(export_id, actor=staff_of(request))
            with suppress(Refused):  # the worker asks the vault again
                vault().release(export_id)
            said = "The bundle is approved. It is ready once the vault released it and the witness has cosigned."
            return done(request, said, "export", case_id, export_id)
    names = agencies.names_of({one.asked_by})
    contents = or_404(contents_of(export_id, actor=staff_of(request)))
    return page(
        request,
        "approve-export.html",
        file=file,
        export=one,
        names=names,
        contents=contents,
        corrected=corrected_since_built(one, case_id, actor=staff_of(request)),
        form=form,
        section="cases",
    )


@requires(Permission.EXPORT_APPROVE)
def refuse_export(request: HttpRequest, case_id: Id, export_id: Id) -> HttpResponse:
    """The second person says no, with a reason."""
    file = file_of(request, case_id, parts=WHOLE)
    one = select(file.exports, export_id)
    form = RefuseForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            actions.do_refuse_export(export_id, form.cleaned_data["reason"], actor=staff_of(request))
            return done(request, "The bundle is refused.", "export", case_id, export_id)
    return page(request, "refuse-export.html", file=file, export=one, form=form, section="cases")


@requires(Permission.EXPORT_ASK)
@shows_factor(Act.EXPORT)
def download_export(request: HttpRequest, case_id: Id, export_id: Id) -> HttpResponseBase:
    """Take the bundle out: recorded with its recipient, then passed on from the vault piece by piece."""
    file = file_of(request, case_id, parts=WHOLE)
    one = select(file.exports, export_id)
    form = NoFields(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            actions.do_download(export_id, actor=staff_of(request))
            stream = vault().download(export_id)
            answer = StreamingHttpResponse(stream, content_type="application/zip")
            answer["Content-Length"] = str(stream.size)
            answer["Content-Disposition"] = f'attachment; filename="offmon-{export_id[:8]}.zip"'
            return answer
    corrected = corrected_since_built(one, case_id, actor=staff_of(request))
    return page(request, "download-export.html", file=file, export=one, corrected=corrected, form=form, section="cases")


@requires(Permission.EXPORT_ASK)
@shows_factor(Act.EXPORT)
def download_report(request: HttpRequest, case_id: Id, export_id: Id) -> HttpResponse:
    """Take the court's copy of the bundle's report out: a PDF with names, recorded as the bundle is."""
    file = file_of(request, case_id, parts=WHOLE)
    one, actor = select(file.exports, export_id), staff_of(request)
    form = NoFields(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            actions.do_download(export_id, actor=actor)
            report = vault().report(export_id)
            people = agencies.names_of(people_in(report))
            named = Names(
                f"{file.person.name}, {file.person.reference}", people, agencies.agency(actor.lead).name, clock.now()
            )
            answer = HttpResponse(as_pdf(report, named), content_type="application/pdf")
            answer["Content-Disposition"] = f'attachment; filename="offmon-{export_id[:8]}-report.pdf"'
            return answer
    corrected = corrected_since_built(one, case_id, actor=actor)
    return page(request, "download-report.html", file=file, export=one, corrected=corrected, form=form, section="cases")
