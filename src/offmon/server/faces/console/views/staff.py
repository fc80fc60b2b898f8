"""The staff of an agency: who has an authenticator app, and resetting a lost one."""

from django.http import HttpRequest, HttpResponse

from offmon.core.access.roles import Permission
from offmon.core.ids import Id
from offmon.server.agencies.authentication import queries
from offmon.server.agencies.authentication.actions import do_reset_factor
from offmon.server.base.web.permissions import requires
from offmon.server.faces.console.forms.authentication import ResetForm
from offmon.server.faces.console.pages import done, page, refusals_on, select, staff_of


@requires(Permission.STAFF_MANAGE)
def staff(request: HttpRequest) -> HttpResponse:
    """Everyone of the agency, and whether they have an authenticator app."""
    return page(request, "staff.html", colleagues=queries.colleagues(actor=staff_of(request)), section="staff")


@requires(Permission.STAFF_MANAGE)
def reset_factor(request: HttpRequest, staff_id: Id) -> HttpResponse:
    """A colleague lost their app: take it away, with a reason. They set a new one up when they sign in next."""
    colleague = select(tuple(queries.colleagues(actor=staff_of(request))), staff_id)
    form = ResetForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            do_reset_factor(staff_id, form.cleaned_data["reason"], actor=staff_of(request))
            return done(request, "The app is reset. They set up a new one when they next sign in.", "staff")
    return page(request, "reset-factor.html", colleague=colleague, form=form, section="staff")
