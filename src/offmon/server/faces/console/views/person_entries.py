"""The record of a person: identifiers, MAPPA as a history, and other duties. Each entry stays, and is marked where it does not count."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from offmon.core import clock as time
from offmon.core.access.roles import Permission
from offmon.core.ids import Id
from offmon.core.person.device_register import DeviceEntry
from offmon.core.person.entries import Standing
from offmon.core.person.identifiers.kinds import IdentifierKind
from offmon.server.agencies import queries as agencies
from offmon.server.base import clock
from offmon.server.base.scope import scope
from offmon.server.base.web.forms import Form
from offmon.server.base.web.permissions import requires
from offmon.server.faces.console import person_words
from offmon.server.faces.console.forms.person_entries import DutyForm, IdentifierForm, MappaForm, MarkForm
from offmon.server.faces.console.pages import done, file_of, or_404, page, refusals_on, staff_of
from offmon.server.people.actions import do_mark_entry, do_record_duty, do_record_identifier, do_record_mappa
from offmon.server.people.queries import details_of
from offmon.server.people.queries.entries import entries_of, with_identifier

SHARED: Final = "Someone else on your caseload has this identifier. Search for it, and compare the two people."


@dataclass(frozen=True, slots=True)
class EntryPage:
    """What the page of a new entry says."""

    title: str
    note: str
    submit: str


MAPPA: Final = EntryPage(
    "Record a MAPPA meeting or review",
    "Earlier entries stay in the history. A level changes nothing of what is collected.",
    "Record the meeting",
)
DUTY: Final = EntryPage(
    "Record an order or duty that allows no monitoring",
    "It is context alone. An order or licence that can allow monitoring is recorded on the page of orders.",
    "Record the order or duty",
)
IDENTIFIER: Final = EntryPage(
    "Record an identifier",
    "We check its form and its letter. Nothing is corrected for you.",
    "Record the identifier",
)


@requires(Permission.DEPLOYMENT_READ)
def person_record(request: HttpRequest, case_id: Id) -> HttpResponse:
    """Everything that is recorded of who the person is."""
    actor, file = staff_of(request), file_of(request, case_id, parts=())
    with scope(actor):
        entries, kept = entries_of(case_id), details_of(case_id)
    shown = {
        "entries": entries,
        "kept": kept,
        "names": agencies.names_of({one.recorded_by for one in entries}),
        "records": actor.may(Permission.INSTRUMENT_RECORD),
    }
    return page(request, "person-record.html", file=file, section="cases", **shown)


@requires(Permission.INSTRUMENT_RECORD)
def record_mappa(request: HttpRequest, case_id: Id) -> HttpResponse:
    """What a MAPPA meeting or review decided."""
    form = MappaForm(request.POST or None)
    return _entry(
        request, case_id, form, MAPPA, lambda: do_record_mappa(case_id, form.entry(), actor=staff_of(request))
    )


@requires(Permission.INSTRUMENT_RECORD)
def record_duty(request: HttpRequest, case_id: Id) -> HttpResponse:
    """An order or duty that allows no monitoring."""
    form = DutyForm(request.POST or None)
    return _entry(request, case_id, form, DUTY, lambda: do_record_duty(case_id, form.entry(), actor=staff_of(request)))


@requires(Permission.INSTRUMENT_RECORD)
def record_identifier(request: HttpRequest, case_id: Id) -> HttpResponse:
    """An identifier of the person in another record."""
    form = IdentifierForm(request.POST or None, today=time.local_day(clock.now()))
    return _entry(request, case_id, form, IDENTIFIER, lambda: _identifier(request, case_id, form))


@requires(Permission.INSTRUMENT_RECORD)
def mark_entry(request: HttpRequest, case_id: Id, entry_id: Id) -> HttpResponse:
    """That an entry is superseded, wrong, or current again."""
    actor, file = staff_of(request), file_of(request, case_id, parts=())
    with scope(actor):
        entry = or_404(entries_of(case_id).entry(entry_id))
    form = MarkForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        with refusals_on(form):
            do_mark_entry(case_id, entry_id, Standing(given["standing"]), given["why"], actor=actor)
            to = "known-devices" if isinstance(entry.says, DeviceEntry) else "person-record"
            return done(request, "The entry is marked.", to, case_id)
    said = person_words.entry(entry.says)
    return page(request, "mark-entry.html", file=file, form=form, entry=entry, said=said, section="cases")


def _entry(
    request: HttpRequest, case_id: Id, form: Form, said: EntryPage, record: Callable[[], object]
) -> HttpResponse:
    file = file_of(request, case_id, parts=())
    if form.is_valid():
        with refusals_on(form):
            record()
            return done(request, "It is recorded.", "person-record", case_id)
    return page(request, "record-entry.html", file=file, form=form, said=said, section="cases")


def _identifier(request: HttpRequest, case_id: Id, form: IdentifierForm) -> None:
    """Record it, and say what its check cannot tell, and that another person has it too. Nobody is merged with anybody (R-ID-9)."""
    actor, given = staff_of(request), form.cleaned_data
    one = do_record_identifier(case_id, IdentifierKind(given["kind"]), given["value"], given["source"], actor=actor)
    with scope(actor):
        elsewhere = with_identifier([one]) - {case_id}
    for warning in (*person_words.cautions(one), *([SHARED] if elsewhere else [])):
        messages.warning(request, warning)
