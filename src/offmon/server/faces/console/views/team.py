"""The supervisor's own chair: how the team stands, and decisions to look at again."""

from typing import Final

from django.http import HttpRequest, HttpResponse

from offmon.core.access.roles import Permission, those_who_may
from offmon.server.agencies import queries as agencies
from offmon.server.base.web.permissions import requires
from offmon.server.faces.console import words
from offmon.server.faces.console.forms.accounts import HandOnForm
from offmon.server.faces.console.forms.authentication import NoFields
from offmon.server.faces.console.pages import done, page, page_number, refusals_on, staff_of
from offmon.server.start_page.team import team
from offmon.server.triage.actions import do_hand_on
from offmon.server.triage.actions.second_looks import do_draw

KEEPERS: Final = those_who_may(Permission.ALERT_DECIDE)
MISSED_PAGE: Final = 50


@requires(Permission.TEAM_READ)
def team_page(request: HttpRequest) -> HttpResponse:
    """The load of each officer and how old it is, and the cases that nobody keeps."""
    return _team(request, NoFields())


@requires(Permission.DECISION_SAMPLE)
def draw(request: HttpRequest) -> HttpResponse:
    """Have chance draw decisions to look at again."""
    form = NoFields(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            drawn = do_draw(actor=staff_of(request))
            said = f"{drawn} {'decision is' if drawn == 1 else 'decisions are'} drawn for you."
            return done(request, said if drawn else "No decision of the last four weeks is left to draw.", "team")
    return _team(request, form)


def _team(request: HttpRequest, form: NoFields) -> HttpResponse:
    nth = page_number(request)
    found = team(actor=staff_of(request), exceptions=slice(MISSED_PAGE * (nth - 1), MISSED_PAGE * nth))
    more = MISSED_PAGE * nth < found.missed
    return page(request, "team.html", team=found, nth=nth, more=more, form=form, section="team")


@requires(Permission.TEAM_READ)
def hand_on(request: HttpRequest) -> HttpResponse:
    """Give all cases of somebody who has left to a colleague, for good."""
    actor = staff_of(request)
    found = team(actor=actor)
    left = {one.id: f"{one.name}, {one.cases} case{'s' if one.cases != 1 else ''}" for one in found.leavers}
    able = [one for one in agencies.staff_with(KEEPERS, actor.agency) if one.id not in left]
    to = {one.id: f"{one.display_name}, {words.ROLE[one.role].lower()}" for one in able}
    form = HandOnForm(request.POST or None, left=left, to=to)
    if form.is_valid():
        with refusals_on(form):
            cases = do_hand_on(*form.given(), actor=actor)
            return done(
                request,
                f"{cases} {'case is' if cases == 1 else 'cases are'} handed over, with undecided alerts.",
                "team",
            )
    return page(request, "hand-on.html", form=form, leavers=found.leavers, section="team")
