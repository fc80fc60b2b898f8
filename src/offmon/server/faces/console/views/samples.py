"""The auditor's dip-check: chance draws looks, and somebody says of each whether it is explained."""

from django.http import HttpRequest, HttpResponse

from offmon.core.access.roles import Permission
from offmon.core.ids import Id
from offmon.core.log.samples import Mark
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.accounts.queries import teams
from offmon.server.audit.actions.samples import do_draw_looks, do_mark_look
from offmon.server.audit.reading.queries import reading
from offmon.server.audit.samples.queries import is_drawn, sample, samples
from offmon.server.base.web.permissions import requires
from offmon.server.faces.console import log_words
from offmon.server.faces.console.forms.log import DrawForm, MarkForm
from offmon.server.faces.console.log_opening import open_log
from offmon.server.faces.console.pages import done, or_404, page, refusals_on, staff_of
from offmon.server.people.queries import references_of


@requires(Permission.LOOK_UP_EXAMINE)
def samples_page(request: HttpRequest) -> HttpResponse:
    """The draws so far, and the form that draws the next."""
    actor = staff_of(request)
    if reading(actor=actor) is None:
        return open_log(request, actor, "samples")
    called = teams(actor=actor)
    form = DrawForm(request.POST or None, teams=called)
    if form.is_valid():
        with refusals_on(form):
            drawn = do_draw_looks(*form.asked(), actor=actor)
            return done(request, "The sample is drawn. The draw is recorded.", "sample", drawn)
    rows = samples(actor=actor)
    known = called | agencies.names_of({one.drawn_by for one in rows})
    return page(request, "samples.html", form=form, rows=rows, known=known, mark=Mark, section="log")


@requires(Permission.LOOK_UP_EXAMINE)
def sample_page(request: HttpRequest, sample_id: Id) -> HttpResponse:
    """The looks of one draw: who, at whom, when, from where and why; and the form that says what came of one."""
    actor = staff_of(request)
    or_404(is_drawn(sample_id, actor=actor) or None)
    if reading(actor=actor) is None:
        return open_log(request, actor, "samples")
    checked = or_404(sample(sample_id, actor=actor))
    marks = checked.sample.marks
    waiting = [one for one in checked.looks if one.id not in marks and one.by != actor.id]
    wanted = request.POST.get("look") or request.GET.get("look")
    chosen = next((one for one in waiting if one.id == wanted), waiting[0] if waiting else None)
    form = MarkForm(request.POST or None, initial={"look": chosen.id if chosen else ""})
    if form.is_valid():
        with refusals_on(form):
            do_mark_look(sample_id, form.cleaned_data["look"], *form.found(), actor=actor)
            return done(request, "What you found is recorded.", "sample", sample_id)
    people = {checked.sample.drawn_by, *(one.by for one in checked.looks), *(one.by for one in marks.values())}
    references = references_of({one.case for one in checked.looks if one.case is not None}, actor=actor)
    known = dict([*references.items(), *agencies.names_of(people).items(), *teams(actor=actor).items()])
    context = {"checked": checked, "waiting": waiting, "chosen": chosen, "known": known, "log_words": log_words}
    return page(request, "sample.html", form=form, section="log", **context)
