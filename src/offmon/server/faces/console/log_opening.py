"""The question that comes before each page of the log: for what is it read?"""

from typing import Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url

from offmon.core.ids import Id
from offmon.server.audit.actions.readings import do_open_log
from offmon.server.base.actor import Actor
from offmon.server.faces.console.forms.log import LogForm, OpenLogForm
from offmon.server.faces.console.pages import page, refusals_on
from offmon.server.people.queries import case_referred

NO_CASE: Final = "No case of your agency has that reference. Check it, and search again"


def open_log(request: HttpRequest, actor: Actor, to: str) -> HttpResponse:
    """The question for what the log is read, and then on to a page of it."""
    form = OpenLogForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            do_open_log(*form.asked(), actor=actor)
            reference = form.cleaned_data["reference"]
            case = case_referred(reference, actor=actor) if reference else None
            if reference and case is None:
                messages.error(request, f"{NO_CASE}.")
            return to_log(form, case, to)
    return page(request, "open-log.html", form=form, section="log")


def to_log(form: LogForm | OpenLogForm, case: Id | None, to: str = "log") -> HttpResponse:
    """On to a page of the log, with what was asked for in the address."""
    return redirect(f"{resolve_url(to)}?{urlencode(form.query(case))}")
