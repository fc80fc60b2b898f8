"""The notice: made from the records, printed, handed over, and recorded as served."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from offmon.core import clock as time
from offmon.core.access.roles import Permission
from offmon.core.ids import Id
from offmon.server.base import clock
from offmon.server.base.scope import scope
from offmon.server.base.web.permissions import requires
from offmon.server.deployments import actions, queries
from offmon.server.faces.console.forms.authentication import NoFields
from offmon.server.faces.console.forms.monitoring import NoticeForm
from offmon.server.faces.console.pages import done, file_of, or_404, page, refusals_on, select, staff_of
from offmon.server.people.queries import language_of
from offmon.words.agency_text import in_parts
from offmon.words.card import card
from offmon.words.catalogue import Language, translate
from offmon.words.forms import NoticeFormat, forms_of, in_form


@requires(Permission.NOTICE_SERVE)
def make_notice(request: HttpRequest, case_id: Id) -> HttpResponse:
    """Have the notice made of what is authorised; where something is missing, the page says what."""
    file = file_of(request, case_id)
    deployment = or_404(file.monitoring).deployment
    form = NoFields(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            return redirect("notice", case_id, actions.do_make_notice(deployment.id, actor=staff_of(request)))
    with scope(staff_of(request)):
        reads_welsh = language_of(case_id) is Language.WELSH
    lacking = [one for one in file.terms if one.confirmed_by is not None and one.person_text_welsh is None]
    no_welsh = len(lacking) if reads_welsh else 0
    return page(request, "make-notice.html", file=file, form=form, no_welsh=no_welsh, section="cases")


@requires(Permission.DEPLOYMENT_READ)
def notice(request: HttpRequest, case_id: Id, paper_id: Id) -> HttpResponse:
    """The notice as it was made, ready to print: as it is, in large print, or in Easy Read (`?form=`)."""
    file = file_of(request, case_id)
    every = file.every_monitoring
    monitoring = or_404(next((each for each in every if any(one.id == paper_id for one in each.papers)), None))
    line = select(monitoring.papers, paper_id)
    view = or_404(queries.paper(line.id, actor=staff_of(request)))
    served = monitoring.served_of(line)
    forms = [one for one in forms_of(view.paper, line.language) if one is not NoticeFormat.TEXT]
    form = next((one for one in forms if one == request.GET.get("form")), NoticeFormat.PAGE)
    paper = or_404(in_form(view.paper, form, line.language))
    about = {"file": file, "view": view, "served": served, "shape": form, "forms": forms, "paper": paper}
    about |= {"card": card(view.paper, line.language), "number": translate(line.language, "portal.notice.fingerprint")}
    blocks = in_parts(paper, line.language, [one.person_text_welsh for one in file.terms])
    return page(request, "notice.html", section="cases", blocks=blocks, **about)


@requires(Permission.DEPLOYMENT_READ)
def notice_card(request: HttpRequest, case_id: Id, paper_id: Id) -> HttpResponse:
    """The card that stays with the device, in both languages, ready to print."""
    file = file_of(request, case_id)
    line = select(or_404(file.monitoring).papers, paper_id)
    own = or_404(queries.paper(line.id, actor=staff_of(request)))
    other = or_404(queries.paper(own.in_other, actor=staff_of(request)))
    sides = [(one.line.language, or_404(card(one.paper, one.line.language))) for one in (own, other)]
    return page(request, "notice-card.html", file=file, line=line, sides=sides, section="cases")


@requires(Permission.NOTICE_SERVE)
def serve_notice(request: HttpRequest, case_id: Id, paper_id: Id) -> HttpResponse:
    """Record that the person was told, by which paper. Nothing is collected before."""
    file = file_of(request, case_id)
    line = select(or_404(file.monitoring).papers, paper_id)
    at = clock.now()
    form = NoticeForm(
        request.POST or None, initial={"served_on": time.local_day(at), "served_at": time.local_minute(at)}
    )
    if form.is_valid():
        with refusals_on(form):
            actions.do_serve_notice(line.id, form.served(), actor=staff_of(request))
            return done(request, "The service of the notice is recorded.", "case-monitoring", case_id)
    return page(request, "serve-notice.html", file=file, line=line, form=form, section="cases")
