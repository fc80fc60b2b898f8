"""The supervisor's own chair: how the team stands."""

from django.http import HttpRequest, HttpResponse

from offmon.core.access.roles import Permission
from offmon.server.base.web.permissions import requires
from offmon.server.faces.console.pages import page, staff_of
from offmon.server.start_page.team import team


@requires(Permission.TEAM_READ)
def team_page(request: HttpRequest) -> HttpResponse:
    """The load of each officer and how old it is, and the cases that nobody keeps."""
    return page(request, "team.html", team=team(actor=staff_of(request)), section="team")
