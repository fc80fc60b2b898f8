"""The supervised person's portal access: the sign-in code that an officer creates."""

from django.http import HttpRequest, HttpResponse

from offmon.core.access.roles import Permission
from offmon.core.ids import Id
from offmon.server.base.web.permissions import requires
from offmon.server.faces.console.forms.authentication import NoFields
from offmon.server.faces.console.pages import file_of, page, refusals_on, staff_of
from offmon.server.rights.actions import do_make_access


@requires(Permission.NOTICE_SERVE)
def make_access(request: HttpRequest, case_id: Id) -> HttpResponse:
    """A name and a code for the person, shown once: what is kept cannot be turned back into them."""
    file = file_of(request, case_id)
    form = NoFields(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            way_in = do_make_access(case_id, actor=staff_of(request))
            return page(request, "access.html", file=file, way_in=way_in, section="cases")
    return page(request, "make-access.html", file=file, form=form, section="cases")
