"""Lists: what devices match or never examine, in which version. Two people put each version into use."""

from django.http import HttpRequest, HttpResponse

from offmon.core.access.roles import Permission
from offmon.core.ids import Id
from offmon.core.states import ListState
from offmon.server.base.web.permissions import requires
from offmon.server.detectors import actions, queries
from offmon.server.faces.console import words
from offmon.server.faces.console.forms.authentication import NoFields
from offmon.server.faces.console.forms.lists import ExclusionsForm, ListForm, PauseForm, VersionForm
from offmon.server.faces.console.pages import (
    CheckPage,
    done,
    or_404,
    page,
    page_number,
    refusals_on,
    refuse_page,
    staff_of,
)

ROWS = 200  # entries that one page shows


@requires(Permission.LIST_READ)
def lists(request: HttpRequest) -> HttpResponse:
    """Every list, and the exclusion list. They are the agency's own: reading them consults nobody."""
    looking, never = queries.register(actor=staff_of(request))
    return page(request, "lists.html", looking=looking, never=never, section="lists")


@requires(Permission.LIST_READ)
def a_list(request: HttpRequest, version_id: Id) -> HttpResponse:
    """One version of a list, with its entries."""
    view = or_404(queries.list_version(version_id, actor=staff_of(request)))
    at = page_number(request) - 1
    rows = view.entries[at * ROWS : (at + 1) * ROWS]
    more = len(view.entries) > (at + 1) * ROWS
    return page(request, "list.html", view=view, rows=rows, number=at + 1, more=more, section="lists")


@requires(Permission.LIST_DRAFT)
def draft_list(request: HttpRequest) -> HttpResponse:
    """A new list."""
    return _draft(request, ListForm(request.POST or None, request.FILES or None), "Draft a list")


@requires(Permission.LIST_DRAFT)
def draft_version(request: HttpRequest, version_id: Id) -> HttpResponse:
    """The next version of a list, from the one that an address names."""
    view = or_404(queries.list_version(version_id, actor=staff_of(request)))
    form = VersionForm.after(view, request.POST or None, request.FILES or None)
    return _draft(request, form, f"Draft {form.name}")


@requires(Permission.LIST_APPROVE)
def approve_list(request: HttpRequest, version_id: Id) -> HttpResponse:
    """Another person puts a version into use, having seen what it changes."""
    view = or_404(queries.list_version(version_id, actor=staff_of(request)))
    form = NoFields(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            actions.do_approve(version_id, actor=staff_of(request))
            return done(request, f"{view.line.name} is approved. The signer signs it next.", "list", version_id)
    return page(request, "approve-list.html", view=view, form=form, most=ROWS, section="lists")


@requires(Permission.LIST_APPROVE)
def refuse_list(request: HttpRequest, version_id: Id) -> HttpResponse:
    """… or says no, for a reason that whoever drafted it reads."""
    view = or_404(queries.list_version(version_id, actor=staff_of(request)))
    return _refuse(request, view.line, "list")


@requires(Permission.LIST_APPROVE)
def refuse_exclusions(request: HttpRequest, exclusions_id: Id) -> HttpResponse:
    """The same of the exclusion list."""
    view = or_404(queries.exclusions_version(exclusions_id, actor=staff_of(request)))
    return _refuse(request, view.line, "exclusions")


def _refuse(request: HttpRequest, line: queries.VersionLine, to: str) -> HttpResponse:
    note = "The version before it stays in use. Whoever drafted this one can draft the next version."
    own = "You drafted this version, so a colleague must answer. To change it, draft the next version."
    return refuse_page(
        request,
        CheckPage(f"Refuse {line.name}", note, f"Refuse {line.name}"),
        lambda reason: actions.do_refuse(line.id, reason, actor=staff_of(request)),
        (to, line.id),
        section="lists",
        facts=[("Purpose, or what changes", line.why or "Not recorded"), ("Drafted by", line.drafted_by)],
        stands=own
        if line.drafter == staff_of(request).id
        else ""
        if line.state is ListState.DRAFT
        else f"There is nothing to refuse: {words.LIST_STATE[line.state].lower()}.",
    )


@requires(Permission.LIST_APPROVE)
def pause_list(request: HttpRequest, version_id: Id) -> HttpResponse:
    """One person stops a list, with a reason."""
    view = or_404(queries.list_version(version_id, actor=staff_of(request)))
    form = PauseForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            actions.do_pause(version_id, form.cleaned_data["reason"], actor=staff_of(request))
            return done(request, f"{view.line.name} is paused.", "list", version_id)
    return page(request, "pause-list.html", view=view, form=form, section="lists")


@requires(Permission.LIST_READ)
def exclusions(request: HttpRequest, exclusions_id: Id) -> HttpResponse:
    """One version of the exclusion list."""
    view = or_404(queries.exclusions_version(exclusions_id, actor=staff_of(request)))
    return page(request, "exclusions.html", view=view, section="lists")


@requires(Permission.LIST_DRAFT)
def draft_exclusions(request: HttpRequest) -> HttpResponse:
    """The next version of the exclusion list: adding is free, taking out needs a reason (R-RGT-10)."""
    name, newest = queries.next_exclusions(actor=staff_of(request))
    form = ExclusionsForm.after(name, newest, request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            row = actions.do_draft_exclusions(form.exclusions(), why=form.cleaned_data["why"], actor=staff_of(request))
            said = f"{form.name} is drafted. A colleague must approve it.{form.left_out}"
            return done(request, said, "exclusions", row)
    return page(request, "draft-list.html", form=form, title=f"Draft {form.name}", public_only=True, section="lists")


@requires(Permission.LIST_APPROVE)
def approve_exclusions(request: HttpRequest, exclusions_id: Id) -> HttpResponse:
    """Another person puts a version into use, having seen first what it takes out and why."""
    view = or_404(queries.exclusions_version(exclusions_id, actor=staff_of(request)))
    form = NoFields(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            actions.do_approve(exclusions_id, actor=staff_of(request))
            said = f"{view.line.name} is approved. The signer signs it next."
            return done(request, said, "exclusions", exclusions_id)
    return page(request, "approve-exclusions.html", view=view, form=form, section="lists")


def _draft(request: HttpRequest, form: VersionForm, title: str) -> HttpResponse:
    if form.is_valid():
        with refusals_on(form):
            row = actions.do_draft_list(form.draft(), actor=staff_of(request))
            said = f"{form.name} is drafted. A colleague must approve it before devices use it.{form.left_out}"
            return done(request, said, "list", row)
    return page(request, "draft-list.html", form=form, title=title, section="lists")
