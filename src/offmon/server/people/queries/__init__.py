"""Every read of people. Naming a person is a consultation: one entry per subject (R-DPA-15)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db import connection

from offmon.core.formats import canon
from offmon.core.ids import Id, Ms
from offmon.core.person.case_notes import NoteKind
from offmon.core.person.details import PersonDetails
from offmon.server.base.actor import Actor
from offmon.server.base.columns import column_key
from offmon.server.base.scope import scope
from offmon.server.people.models import Details, Note, Person
from offmon.words.catalogue import Language

MAX_KEPT: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class PersonView:
    """What a page shows of a supervised person. `name` is restricted: in memory for one answer."""

    case: Id
    reference: str
    name: str


def names_of(cases: Iterable[Id]) -> dict[Id, PersonView]:
    """The people of these cases, inside the caller's scope; the caller's query writes the consultation that shows them."""
    rows = Person.objects.filter(id__among=set(cases)).values_list("id", "reference", "name")
    return {case: as_named(case, reference, name) for case, reference, name in rows}


def as_named(case: Id, reference: str, name: bytes) -> PersonView:
    """A person whose row somebody else read lawfully: the name opened. The caller writes the consultation."""
    return PersonView(case, reference, column_key().open(name, Person, case, "name"))


def language_of(case: Id) -> Language:
    """The language in which the person of a case is told things, inside the scope that is open (R-RGT-5)."""
    return Language(Person.objects.only("language").get(id=case).language)


def on_caseload(first: int, most: int) -> tuple[list[PersonView], int]:
    """So many people on the caseload of the scope that is open, by reference, and how many there are.

    The caller's query writes the consultations.
    """
    cases = list(Person.objects.order_by("reference", "id").values_list("id", flat=True))
    shown = cases[first:][:most]
    named = names_of(shown)
    return [named[case] for case in shown if case in named], len(cases)  # access may end between two statements


def references_of(cases: Iterable[Id], *, actor: Actor) -> dict[Id, str]:
    """The references of these cases, for who reads the agency's log now, whose query logs that. By a function of the database."""
    return dict(_referred(list(cases), None, actor))


def case_referred(reference: str, *, actor: Actor) -> Id | None:
    """The agency's case of that reference, for who reads the log now; None for none."""
    return next((case for case, _ in _referred([], reference.strip(), actor)), None)


def _referred(cases: list[Id], reference: str | None, actor: Actor) -> list[tuple[Id, str]]:
    with scope(actor), connection.cursor() as cursor:
        cursor.execute("select about, reference from people_referred(%s::uuid[], %s)", [cases, reference])
        return [(Id(case.hex), named) for case, named in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class DetailsView:
    """The newest details of a person, who recorded them and when."""

    id: Id
    details: PersonDetails
    recorded_by: Id
    recorded_at: Ms


@dataclass(frozen=True, slots=True)
class NoteView:
    """One note, with where it is from."""

    id: Id
    kind: NoteKind
    text: str
    source: str
    written_by: Id
    written_at: Ms


def details_of(case: Id) -> DetailsView | None:
    """The newest details of a person, inside the scope that is open; the caller's query writes the consultation. None: none recorded."""
    row = Details.objects.filter(case=case).order_by("-recorded_at", "-id").first()
    if row is None:
        return None
    doc = canon.decode(column_key().open_bytes(row.details, Details, row.id, "details"), max_size=MAX_KEPT)
    return DetailsView(Id(row.id), PersonDetails.of(doc), row.recorded_by, row.recorded_at)


def notes_of(case: Id, most: int) -> list[NoteView]:
    """The newest notes of a case, inside the scope that is open; the caller's query writes the consultation."""
    found = []
    for row in Note.objects.filter(case=case).order_by("-written_at", "-id")[:most]:
        doc = canon.decode(column_key().open_bytes(row.written, Note, row.id, "written"), max_size=MAX_KEPT)
        kept = doc if isinstance(doc, dict) else {}
        text, source = str(kept.get("text", "")), str(kept.get("source", ""))
        found.append(NoteView(row.id, row.kind, text, source, row.written_by, row.written_at))
    return found
