"""How long alerts may wait, and the office hours: what is in force, and how two administrators change it (`core.alerts.times`)."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from offmon.core.access.roles import Permission
from offmon.core.ids import Id
from offmon.server.agencies.times.actions import do_agree_times, do_propose_times, do_refuse_times
from offmon.server.agencies.times.queries import VersionView, a_version, the_times, times_now
from offmon.server.base.web.answers import FormStep
from offmon.server.base.web.permissions import requires
from offmon.server.faces.console import times_words
from offmon.server.faces.console.forms.authentication import NoFields
from offmon.server.faces.console.forms.times import TimesForm
from offmon.server.faces.console.pages import (
    CheckPage,
    check_page,
    done,
    or_404,
    page,
    refusals_on,
    refuse_page,
    staff_of,
    step_for,
)

PROPOSING = CheckPage(
    "Check your answers before you propose the times",
    "Another administrator must agree. Alerts that were raised before keep the times of then.",
    "Propose these times",
)
REFUSING = CheckPage("Refuse the new times", "The times in force stay as they are.", "Refuse them")


@requires(Permission.ROTA_READ)
def times(request: HttpRequest) -> HttpResponse:
    """What is in force, since when, who changed it, and the bounds."""
    shown = {"view": the_times(actor=staff_of(request)), "times_words": times_words}
    return page(request, "times.html", section="on-call", **shown)


@requires(Permission.STAFF_MANAGE)
def propose_times(request: HttpRequest) -> HttpResponse:
    """Propose other times, after a second look at one's own answers."""
    actor = staff_of(request)
    form = TimesForm(request.POST or None, initial=TimesForm.initially(times_now(actor)))
    step = step_for(request, form)
    if step is FormStep.ANSWERED:
        return check_page(request, form, PROPOSING, None, reverse("times"), section="on-call")
    if step is FormStep.RECORD:
        with refusals_on(form):
            made = do_propose_times(form.times(), form.cleaned_data["reason"], actor=actor)
            return done(request, "It is proposed. Another administrator must agree.", "times-version", made)
    return page(request, "propose-times.html", form=form, section="on-call")


@requires(Permission.STAFF_MANAGE)
def times_version(request: HttpRequest, times_id: Id) -> HttpResponse:
    """What a colleague proposed: agree to it, or go on to refuse it."""
    one, form = _version(request, times_id), NoFields(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            do_agree_times(times_id, actor=staff_of(request))
            return done(request, "You agreed. The new times are in force.", "times")
    return page(request, "times-version.html", one=one, facts=times_words.facts(one), form=form, section="on-call")


@requires(Permission.STAFF_MANAGE)
def refuse_times(request: HttpRequest, times_id: Id) -> HttpResponse:
    """… or say no to it, for a reason; whoever proposed takes it back here."""
    one, actor = _version(request, times_id), staff_of(request)
    stands = "" if one.waits else "It was answered already."
    return refuse_page(
        request,
        REFUSING,
        lambda reason: do_refuse_times(times_id, reason, actor=actor),
        ("times-version", times_id),
        facts=times_words.facts(one),
        stands=stands,
        section="on-call",
    )


def _version(request: HttpRequest, version: Id) -> VersionView:
    return or_404(a_version(version, actor=staff_of(request)))
