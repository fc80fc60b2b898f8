"""Cases: the list of one's own, a new one, and one person, with a page for each part of what is recorded."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from offmon.core.access.roles import Permission, Role
from offmon.core.authority.in_force import in_force
from offmon.core.authority.order import Instrument, Term, ended_by
from offmon.core.errors import Malformed, NotAuthentic, Refused
from offmon.core.formats.protocol import MARKER_PATH
from offmon.core.ids import Id, Ms
from offmon.core.person.case_notes import NoteKind
from offmon.server.agencies import queries as agencies
from offmon.server.audit import queries as log
from offmon.server.audit.policy import disagreeing
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.base.web.permissions import requires
from offmon.server.deployments import queries as deployments
from offmon.server.deployments.queries.answering import missing_shown
from offmon.server.deployments.queries.contacts import contacts_of
from offmon.server.deployments.queries.register import called, covered_of
from offmon.server.evidence.beginning import stopped, waits_for_marker
from offmon.server.evidence.queries import CaseFile, Part
from offmon.server.faces.console import log_words, person_words, words
from offmon.server.faces.console.beginning_words import beginning
from offmon.server.faces.console.forms.case_notes import DetailsForm, NoteForm
from offmon.server.faces.console.forms.orders import CaseForm
from offmon.server.faces.console.forms.search import SearchForm
from offmon.server.faces.console.pages import done, file_of, page, page_number, refusals_on, staff_of
from offmon.server.faces.console.views.scans import keep
from offmon.server.intake.devices.queries import classes_of, quiet, state_of_case
from offmon.server.intake.quarantine.queries import quarantines_of
from offmon.server.orders.end_events.queries import events_shown
from offmon.server.orders.licences.queries import licences_shown
from offmon.server.people import queries as people
from offmon.server.people.actions import do_open_case, do_record_details, do_write_note
from offmon.server.people.queries.entries import entries_of
from offmon.server.rights.destruction import queries as destruction
from offmon.server.rights.kept_history import queries as kept_history
from offmon.server.rights.queries import on_case
from offmon.server.start_page import second_person
from offmon.server.start_page.search import MOST
from offmon.server.start_page.search import search as find
from offmon.server.triage import queries as triage
from offmon.server.triage.queries.of_case import case_alerts, history

LOG_SHOWN = 100
NOTES_SHOWN = 20


@requires(Permission.DEPLOYMENT_READ)
def cases(request: HttpRequest) -> HttpResponse:
    """The cases on one's caseload."""
    actor, number = staff_of(request), page_number(request)
    shown, waiting = deployments.cases(actor=actor, page=number - 1), destruction.waiting(actor=actor)
    with scope(actor):
        silent = quiet(clock.now())
    context = {"shown": shown, "number": number, "waiting": waiting, "quiet": silent}
    return page(request, "cases.html", search=SearchForm(), section="cases", **context)


@requires(Permission.DEPLOYMENT_READ)
def search(request: HttpRequest) -> HttpResponse:
    """People, references, orders and exhibits of one's own caseload."""
    form = SearchForm(request.POST or None)
    hits = find(form.cleaned_data["words"], actor=staff_of(request)) if form.is_valid() else None
    return page(request, "search.html", form=form, hits=hits, most=MOST, section="search")


@requires(Permission.DEPLOYMENT_DRAFT)
def new_case(request: HttpRequest) -> HttpResponse:
    """Open a case for one person, on one's own caseload."""
    actor = staff_of(request)
    form = CaseForm(request.POST or None, request.FILES or None, colleagues=_colleagues(actor))
    if form.is_valid():
        given = form.cleaned_data
        with refusals_on(form):
            case_id = do_open_case(
                given["reference"],
                given["name"],
                language=given["language"],
                colleagues=list(map(Id, given["colleagues"])),
                actor=actor,
            )
            messages.success(request, "The case is open and on your caseload.")
            return redirect("case", case_id) if given["document"] is None else _first_document(request, case_id, form)
    return page(request, "new-case.html", form=form, section="cases")


def _first_document(request: HttpRequest, case_id: Id, form: CaseForm) -> HttpResponse:
    """On to what it says; where it could not be kept, the case stands, and the document is asked for again."""
    try:
        return redirect("record-instrument", case_id, keep(case_id, form, actor=staff_of(request)))
    except (Malformed, NotAuthentic, Refused) as refusal:
        messages.error(request, f"The document was not kept. {refusal.message}")
        return redirect("choose-basis", case_id)


def _colleagues(actor: Actor) -> list[tuple[Id, str]]:
    """Who may be given a new case at once: officers of one's own team, and whoever authorises."""
    there = agencies.staff_with([Role.OFFENDER_MANAGER, Role.AUTHORISING_OFFICER], actor.agency)
    fit = [
        one for one in there if one.id != actor.id and (one.role is Role.AUTHORISING_OFFICER or one.team == actor.team)
    ]
    return [(one.id, f"{one.display_name}, {words.ROLE[one.role].lower()}") for one in fit]


def _beginning(file: CaseFile, actor: Actor, unmended: int, at: Ms) -> dict[str, object]:
    """The steps of a case that has not begun, and what is missing for somebody to answer its urgent alerts."""
    steps = beginning(file, actor, at, refused=unmended)
    missing = missing_shown(file.monitoring.deployment.id, actor=actor) if steps and file.monitoring else None
    return {"steps": steps, "missing": missing, "marker": waits_for_marker(file, at), "stopped": stopped(file, at)}


@requires(Permission.DEPLOYMENT_READ)
def case(request: HttpRequest, case_id: Id) -> HttpResponse:
    """One person at a glance: how things stand, and what happened in the last weeks."""
    with scope(staff_of(request)):
        file = file_of(request, case_id, parts={Part.ORDERS, Part.MONITORING, Part.COVERAGE})
        shown = _glance(file, staff_of(request), clock.now())
    return _tab(request, file, "overview", **shown)


def _glance(file: CaseFile, actor: Actor, now: Ms) -> dict[str, Any]:
    """What the page says of a case, inside the scope that is open."""
    case_id = file.person.case
    holes = [(one.since, one.until) for one in file.gaps] + [(one.since, one.until) for one in file.undeclared]
    holes.append((Ms(0), deployments.collected_since(case_id) or now))
    keeper, notes, entries = (
        agencies.keeper_of(case_id, now),
        people.notes_of(case_id, NOTES_SHOWN),
        entries_of(case_id),
    )
    live = in_force(file.instruments, file.terms, now)
    staff = agencies.staff_named({one for one in (keeper, *(note.written_by for note in notes)) if one})
    return {
        "kept": people.details_of(case_id),
        "entries": entries,
        "covered": covered_of([case_id])[case_id],
        "level_hint": person_words.level_hint(entries, file),
        "notes": notes,
        "names": {one.id: one.display_name for one in staff.values()},
        "keeper": staff.get(keeper) if keeper else None,
        "teams": agencies.team_names(),
        "in_force": [words.order(one) for one in live if one.served_at is not None],
        **_beginning(file, actor, second_person.unmended(Term.KIND, case_id), now),
        "undecided": triage.undecided(case_id),
        **_devices(case_id, actor, now),
        "history": history(case_id, holes, now, actor=actor) if actor.may(Permission.ALERT_READ) else None,
    }


@requires(Permission.ALERT_READ)
def case_alerts_page(request: HttpRequest, case_id: Id) -> HttpResponse:
    """Every alert of a person, and what was decided of each."""
    file, number = file_of(request, case_id, parts=()), page_number(request)
    alerts = case_alerts(case_id, number - 1, actor=staff_of(request))
    return _tab(request, file, "alerts", alerts=alerts, number=number)


@requires(Permission.DEPLOYMENT_READ)
def case_orders(request: HttpRequest, case_id: Id) -> HttpResponse:
    """The orders and licences of a person, with their conditions."""
    file = file_of(request, case_id, parts={Part.ORDERS})
    actor = staff_of(request)
    shown = {
        "names": agencies.names_of(_people(file)),
        "newer": _newer(file),
        "licences": licences_shown(case_id, actor=actor),
        "events": events_shown(case_id, clock.now(), actor=actor),
    }
    return _tab(request, file, "orders", **shown)


@requires(Permission.DEPLOYMENT_READ)
def case_monitoring(request: HttpRequest, case_id: Id) -> HttpResponse:
    """What is authorised, told and collected: authorisations, notices, devices, protected contacts, coverage."""
    actor, at = staff_of(request), clock.now()
    with scope(actor):
        file = file_of(request, case_id, parts={Part.MONITORING, Part.COVERAGE, Part.ORDERS})
        shown = {
            "contacts": contacts_of(case_id, actor=actor) if actor.may(Permission.CONTACTS_READ) else None,
            "names": agencies.names_of(_people(file)),
            "destructions": destruction.of_case(case_id, actor=actor),
            "keeps_history": _keeps_history(file, actor),
            "marker": settings.OFFMON_INGEST_URL + MARKER_PATH if waits_for_marker(file, at) else None,
            "stopped": stopped(file, at),
            "class_of": classes_of(case_id, [*file.gaps, *file.undeclared], at),
            "called": called(case_id),
            **_devices(case_id, actor, at),
        }
    return _tab(request, file, "monitoring", **shown)


def _devices(case: Id, actor: Actor, at: Ms) -> dict[str, Any]:
    """What a page says of how the devices of a case are doing."""
    with scope(actor):
        silent, tasks = state_of_case(case, at)
    return {"quiet": silent, "device_tasks_waiting": tasks}


def _keeps_history(file: CaseFile, actor: Actor) -> bool:
    """Whether the page leads to the kept history: a device keeps one, and this actor may have it opened."""
    if file.monitoring is None or not actor.may(Permission.CONTENT_REVEAL):
        return False
    return kept_history.is_offered(file.person.case, [one.device.id for one in file.monitoring.devices], actor=actor)


@requires(Permission.DEPLOYMENT_READ)
def case_evidence(request: HttpRequest, case_id: Id) -> HttpResponse:
    """Exhibits, evidence bundles, and what became of what was collected."""
    file = file_of(request, case_id, parts={Part.EVIDENCE, Part.MONITORING})
    return _tab(request, file, "evidence", destructions=destruction.of_case(case_id, actor=staff_of(request)))


@requires(Permission.DEPLOYMENT_READ)
def case_requests(request: HttpRequest, case_id: Id) -> HttpResponse:
    """The person's own page, and what they asked."""
    file = file_of(request, case_id, parts=())
    return _tab(request, file, "requests", own=on_case(case_id, actor=staff_of(request)))


@requires(Permission.INSTRUMENT_RECORD)
def case_details(request: HttpRequest, case_id: Id) -> HttpResponse:
    """Who the person is, how to reach them, and how things stand."""
    actor, file = staff_of(request), file_of(request, case_id, parts=())
    with scope(actor):
        kept = people.details_of(case_id)
    form = DetailsForm(
        request.POST or None, initial={} if kept is None else {**DetailsForm.of(kept.details), "after": kept.id}
    )
    if form.is_valid():
        with refusals_on(form):
            do_record_details(case_id, form.details(), after=form.changed_from, actor=actor)
            return done(request, "The details are recorded.", "case", case_id)
    return page(request, "case-details.html", form=form, file=file, section="cases")


@requires(Permission.ALERT_DECIDE)
def case_note(request: HttpRequest, case_id: Id) -> HttpResponse:
    """A note about the person, as a fact or an opinion."""
    file, form = file_of(request, case_id, parts=()), NoteForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        with refusals_on(form):
            do_write_note(case_id, NoteKind(given["kind"]), given["text"], given["source"], actor=staff_of(request))
            return done(request, "The note is written.", "case", case_id)
    return page(request, "case-note.html", form=form, file=file, section="cases")


@requires(Permission.ACTION_READ)
def visit_sheet(request: HttpRequest, case_id: Id) -> HttpResponse:
    """What somebody takes along to a visit, on paper."""
    actor, file = staff_of(request), file_of(request, case_id, parts={Part.ORDERS, Part.MONITORING})
    with scope(actor):
        kept, notes = people.details_of(case_id), people.notes_of(case_id, NOTES_SHOWN)
        entries, undecided = entries_of(case_id), triage.undecided(case_id)
        tasks = triage.open_actions_of(case_id, actor)
    facts = [one for one in notes if one.kind is NoteKind.FACT]
    shown = {"kept": kept, "entries": entries, "facts": facts, "undecided": undecided, "tasks": tasks}
    return page(request, "visit-sheet.html", file=file, section="cases", **shown)


@requires(Permission.DEPLOYMENT_READ)
def case_log(request: HttpRequest, case_id: Id) -> HttpResponse:
    """Who did what on a case, the newest first."""
    actor, file = staff_of(request), file_of(request, case_id, parts=())
    with scope(actor):
        lines = log.acts_of(case_id, LOG_SHOWN)
    if actor.is_guest:  # what stays with the lead agency stays out of its log too
        lines = [one for one in lines if one.verb.spec.takes is None or actor.may(one.verb.spec.takes)]
    names = agencies.names_of({one.actor.id for one in lines})
    return _tab(request, file, "log", lines=lines, log_words=log_words, names=names, most=LOG_SHOWN)


def _tab(request: HttpRequest, file: CaseFile, name: str, **shown: Any) -> HttpResponse:
    case, actor = file.person.case, staff_of(request)
    with scope(actor):
        said, late = disagreeing(case, actor=actor), quarantines_of(case, actor=actor)
    return page(request, f"case/{name}.html", file=file, disagreeing=said, late=late, section="cases", **shown)


def _newer(file: CaseFile) -> dict[Id, tuple[Ms, Instrument]]:
    """Of each order that a newer one ends by law, and of which no end is recorded yet: from when, and which (SA20 s.349)."""
    running = [one for one in file.instruments if one.ended_at is None]
    found = ((one.id, ended_by(one, file.instruments, file.terms)) for one in running)
    return {key: newer for key, newer in found if newer is not None}


def _people(file: CaseFile) -> set[Id]:
    """Everyone whose act the file shows."""
    ids = {one.recorded_by for one in file.instruments} | {one.kept_by for one in file.scans}
    ids |= {by for term in file.terms for by in (term.recorded_by, term.confirmed_by) if by}
    ids |= {one.by for one in file.refused_terms.values()}
    ids |= {by for export in file.exports for by in (export.asked_by, export.approved_by) if by}
    if file.monitoring is not None:
        ids |= {by for one in file.monitoring.authorisations for by in (one.drafted_by, one.authorised_by) if by}
        ids |= {one.served_by for one in file.monitoring.notices}
    return ids
