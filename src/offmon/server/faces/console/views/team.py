"""The supervisor's own chair: how the team stands, and decisions to look at again."""

from django.http import HttpRequest, HttpResponse

from offmon.core.access.roles import Permission
from offmon.server.base.web.permissions import requires
from offmon.server.faces.console.forms.authentication import NoFields
from offmon.server.faces.console.pages import done, page, refusals_on, staff_of
from offmon.server.start_page.team import team
from offmon.server.triage.actions.second_looks import do_draw


@requires(Permission.TEAM_READ)
def team_page(request: HttpRequest) -> HttpResponse:
    """The load of each officer and how old it is, and the cases that nobody keeps."""
    return page(request, "team.html", team=team(actor=staff_of(request)), form=NoFields(), section="team")


@requires(Permission.DECISION_SAMPLE)
def draw(request: HttpRequest) -> HttpResponse:
    """Have chance draw decisions to look at again."""
    form = NoFields(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            drawn = do_draw(actor=staff_of(request))
            said = f"{drawn} {'decision is' if drawn == 1 else 'decisions are'} drawn for you."
            return done(request, said if drawn else "No decision of the last four weeks is left to draw.", "team")
    return page(request, "team.html", team=team(actor=staff_of(request)), form=form, section="team")
