"""The data protection officer's own chair: what is due to people, and which promise is not kept."""

from django.http import HttpRequest, HttpResponse

from offmon.core.access.roles import Permission
from offmon.server.base.web.permissions import requires
from offmon.server.faces.console import control_words
from offmon.server.faces.console.pages import page, staff_of
from offmon.server.start_page.data_protection import data_protection


@requires(Permission.DATA_PROTECTION_READ)
def data_protection_page(request: HttpRequest) -> HttpResponse:
    """What is overdue or broken first, and each line leads to where one acts."""
    desk = data_protection(actor=staff_of(request))
    return page(request, "data-protection.html", desk=desk, controls=control_words, section="data-protection")
