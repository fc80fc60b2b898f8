"""Every read of people. Naming a person is a consultation: one entry per subject (R-DPA-15)."""

from collections.abc import Iterable
from dataclasses import dataclass

from offmon.core.ids import Id
from offmon.server.base.columns import column_key
from offmon.server.people.models import Person
from offmon.words.catalogue import Language


@dataclass(frozen=True, slots=True)
class PersonView:
    """What a page shows of a supervised person. `name` is restricted: in memory for one answer."""

    case: Id
    reference: str
    name: str


def names_of(cases: Iterable[Id]) -> dict[Id, PersonView]:
    """The people of these cases, inside the caller's scope; the caller's query writes the consultation that shows them."""
    rows = Person.objects.filter(id__in=list(cases))
    return {
        row.id: PersonView(row.id, row.reference, column_key().open(row.name, Person, row.id, "name")) for row in rows
    }


def language_of(case: Id) -> Language:
    """The language in which the person of a case is told things, inside the scope that is open (R-RGT-5)."""
    return Language(Person.objects.only("language").get(id=case).language)


def on_caseload() -> list[PersonView]:
    """Everyone on the caseload of the scope that is open, by reference; the caller's query writes the consultations."""
    cases = Person.objects.order_by("reference").values_list("id", flat=True)
    named = names_of(cases)
    return [named[case] for case in cases]
