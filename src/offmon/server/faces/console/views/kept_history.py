"""A kept history is opened at a visit: the device asks, the officer has it opened, and both read it on the device (R v Smith)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from offmon.core.access.roles import Permission
from offmon.core.access.step_up import Act
from offmon.core.ids import Id
from offmon.server.agencies import queries as agencies
from offmon.server.base.vault import vault
from offmon.server.base.web.permissions import requires
from offmon.server.faces.console.forms.kept_history import OpenHistoryForm
from offmon.server.faces.console.pages import done, file_of, or_404, page, refusals_on, staff_of
from offmon.server.faces.console.stepping_up import shows_factor
from offmon.server.rights.kept_history import queries
from offmon.server.rights.kept_history.actions import do_ask_opening


@requires(Permission.CONTENT_REVEAL)
def kept_history(request: HttpRequest, case_id: Id) -> HttpResponse:
    """What devices of the case ask now, and what was opened."""
    file, actor = file_of(request, case_id), staff_of(request)
    opened = queries.opened(case_id, actor=actor)
    shown = {"waiting": queries.waiting(case_id, actor=actor), "opened": opened}
    names = agencies.names_of({one.by for one in opened})
    return page(request, "kept-history.html", file=file, names=names, section="cases", **shown)


@requires(Permission.CONTENT_REVEAL)
@shows_factor(Act.CONTENT)
def open_history(request: HttpRequest, case_id: Id, ask_id: Id) -> HttpResponse:
    """Have one request opened, once, with the person there. What it shows is on their screen and on no page of ours."""
    file, actor = file_of(request, case_id), staff_of(request)
    one = next((one for one in queries.waiting(case_id, actor=actor) if one.id == ask_id), None)
    if one is None:
        or_404(queries.is_of(case_id, ask_id, actor=actor) or None)
        messages.warning(
            request, "That request is over. If it was not opened, have the person ask again on the device."
        )
        return redirect("kept-history", case_id)
    form = OpenHistoryForm(request.POST or None, one.number)
    if form.is_valid():
        with refusals_on(form):
            given = form.cleaned_data
            vault().open_history(do_ask_opening(one.id, given["others"], given["reason"], actor=actor))
            return done(
                request, "It is open on the device now, for 30 minutes at most. Read it there.", "kept-history", case_id
            )
    return page(request, "open-history.html", file=file, ask=one, form=form, section="cases")
