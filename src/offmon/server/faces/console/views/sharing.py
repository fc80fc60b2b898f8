"""Access to a case: colleagues, partner agencies, and other agencies' cases that one works on oneself."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from offmon.core.access import roles
from offmon.core.access.roles import Permission, Role
from offmon.core.ids import Id
from offmon.server.agencies import actions, covers
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.covers import CoverView
from offmon.server.base.web.permissions import requires
from offmon.server.faces.console import signin, transfer_words, waiting, words
from offmon.server.faces.console.forms.sharing import (
    CoverForm,
    EndSharingForm,
    OpenForm,
    ShareForm,
    WorkingForForm,
    chosen,
)
from offmon.server.faces.console.pages import done, file_of, or_404, page, refusals_on, select, staff_of
from offmon.server.start_page.transfers import transfers_of
from offmon.server.triage.actions import do_cover


@requires(Permission.DEPLOYMENT_READ)
def people(request: HttpRequest, case_id: Id) -> HttpResponse:
    """Who works on a case, and with whom it is shared."""
    file, moved = file_of(request, case_id, parts=()), transfers_of(case_id, actor=staff_of(request))
    shown = {"workers": _workers(request, case_id), "transfers": moved, "transfer_state": transfer_words.state}
    return page(request, "case/people.html", file=file, section="cases", **shown)


@requires(Permission.CASELOAD_MANAGE)
def open_to(request: HttpRequest, case_id: Id) -> HttpResponse:
    """Open a case to a colleague."""
    return _open(request, case_id, staff_of(request).lead, "")


@requires(Permission.CASELOAD_MANAGE)
def open_to_party(request: HttpRequest, case_id: Id, party_id: Id) -> HttpResponse:
    """Open a case to someone of an agency that it is shared with."""
    file_of(request, case_id, parts=())
    party = select(_workers(request, case_id).parties, party_id)
    return _open(request, case_id, party.partner, party.name)


@requires(Permission.CASELOAD_MANAGE)
def end_access(request: HttpRequest, case_id: Id, staff_id: Id) -> HttpResponse:
    """End someone's access to a case, one's own too."""
    file, workers = file_of(request, case_id), _workers(request, case_id)
    working = [*workers.own, *(worker for party in workers.parties for worker in party.workers)]
    ending = or_404(next((one.staff for one in working if one.staff.id == staff_id), None))
    form = EndSharingForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            actions.do_end_caseload(case_id, staff_id, form.cleaned_data["reason"], actor=staff_of(request))
            messages.success(request, f"{ending.display_name} no longer has access to the case.")
            return redirect("cases") if staff_id == staff_of(request).id else redirect("people", case_id)
    return page(request, "end-access.html", file=file, ending=ending, form=form, section="cases")


@requires(Permission.CASELOAD_MANAGE)
def share_case(request: HttpRequest, case_id: Id) -> HttpResponse:
    """Share a case with another agency."""
    file, others = file_of(request, case_id), agencies.not_yet_parties(case_id, actor=staff_of(request))
    form = ShareForm(request.POST or None, agencies=others)
    if form.is_valid():
        with refusals_on(form):
            party_id = actions.do_share_case(case_id, form.sharing(), actor=staff_of(request))
            said = "The case is shared. Nobody there has access yet. Choose who gets access."
            return done(request, said, "open-to-party", case_id, party_id)
    return page(request, "share-case.html", file=file, others=others, form=form, section="cases")


@requires(Permission.CASELOAD_MANAGE)
def end_sharing(request: HttpRequest, case_id: Id, party_id: Id) -> HttpResponse:
    """End a sharing, and with it the access of that agency's staff."""
    file = file_of(request, case_id)
    party = select(_workers(request, case_id).parties, party_id)
    form = EndSharingForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            actions.do_end_sharing(party_id, form.cleaned_data["reason"], actor=staff_of(request))
            return done(request, f"The case is no longer shared with {party.name}.", "people", case_id)
    return page(request, "end-sharing.html", file=file, party=party, form=form, section="cases")


@requires(Permission.CASELOAD_MANAGE)
def cover(request: HttpRequest) -> HttpResponse:
    """Hand a caseload to a colleague for as long as somebody is away."""
    actor = staff_of(request)
    running = covers.covers(actor=actor)
    if "end" in request.POST:
        return _end_cover(request, running)
    there = agencies.staff_with([role for role in Role if roles.sees_cases(role)], actor.lead)
    form = CoverForm(request.POST or None, away=covers.could_be_away(actor=actor), by=there, initial={"away": actor.id})
    if form.is_valid():
        with refusals_on(form):
            given = form.cover()
            count = do_cover(given, actor=actor)
            name = next(one.display_name for one in there if one.id == given.by)
            said = (
                f"{name} covers {count} case{'s' if count > 1 else ''} until the end of {words.last_day(given.until)}."
            )
            return done(request, said, "cover")
    return page(request, "cover.html", form=form, covers=running, section="cases")


def _end_cover(request: HttpRequest, running: list[CoverView]) -> HttpResponse:
    """End a cover sooner than it would by itself: its button stands beside it."""
    one = or_404(next((one for one in running if f"{one.away}:{one.by}" == request.POST["end"]), None))
    actions.do_end_cover(one.away, one.by, actor=staff_of(request))
    return done(request, f"{one.by_name} no longer covers for {one.away_name}.", "cover")


@requires(Permission.DEPLOYMENT_READ)
def working_for(request: HttpRequest) -> HttpResponse:
    """Choose whose cases to work on."""
    actor = staff_of(request)
    home = actor.home or actor.agency
    known, hosts = agencies.around(actor.id, {home, actor.agency})
    waits: dict[str, str] = {
        chosen(agencies.Workplace(one.agency, one.took_over)): f"{words.waiting(one.waits)} there"
        for one in waiting.elsewhere(actor, known, hosts)
    }
    now = chosen(agencies.Workplace(known[actor.agency], actor.took_over))
    form = WorkingForForm(request.POST or None, own=known[home], hosts=hosts, waits=waits, initial={"agency": now})
    if form.is_valid():
        agency, took_over = form.given()
        signin.work_for(request, agency, took_over=took_over)
        return redirect("home")
    return page(request, "working-for.html", form=form, section="working-for")


def _open(request: HttpRequest, case_id: Id, agency: Id, party: str) -> HttpResponse:
    file, able = file_of(request, case_id), agencies.not_yet_on(case_id, agency, actor=staff_of(request))
    form = OpenForm(request.POST or None, people=able)
    if form.is_valid():
        with refusals_on(form):
            staff, reason = form.given()
            actions.do_grant_caseload(case_id, staff, reason, actor=staff_of(request))
            return done(request, f"{agencies.staff(staff).display_name} now has access to the case.", "people", case_id)
    return page(request, "open-to.html", file=file, able=able, party=party, form=form, section="cases")


def _workers(request: HttpRequest, case_id: Id) -> agencies.WorkersView:
    return agencies.workers_on(case_id, actor=staff_of(request))
