"""Forms of what staff write of a person: who they are and how things stand, and notes."""

from datetime import date
from typing import Any

from django import forms

from offmon.core.authority.offences import OFFENCES
from offmon.core.ids import Id
from offmon.core.person.case_notes import NoteKind
from offmon.core.person.details import RISK_TOOLS, ContactBy, PersonDetails, Risk
from offmon.server.base.web.forms import DateField, Form
from offmon.server.faces.console.forms.fields import line, one_of, some_of, text
from offmon.server.faces.console.person_words import CONTACT_BY, RISK

NOTE = {
    NoteKind.FACT: ("Fact", "Something that was seen, said or established"),
    NoteKind.OPINION: ("Opinion", "What somebody thinks of it"),
}
DAYS = ("born_on", "risk_on", "next_visit_on")
MOST_OTHERS = 500


def _day(label: str, called: str) -> DateField:
    return DateField(label=label, called=called, required=False)


class DetailsForm(Form):
    """Each box may stay empty; a level has its day."""

    born_on = _day("Date of birth", "The date of birth")
    index_offence = forms.ChoiceField(
        label="Index offence",
        help_text="The main offence behind the order or licence",
        choices=[("", "Not recorded"), *((str(code), called) for code, called in OFFENCES.items())],
        required=False,
    )
    contact_by = some_of("How can we reach them safely?", [(one.value, CONTACT_BY[one]) for one in ContactBy])
    contact_language = line(
        "In which language?", "For example, Welsh; or Polish, with an interpreter", "", most=60, required=False
    )
    safe_contact = line(
        "What else keeps contact safe?", "For example, after 6pm; never at work", "", most=300, required=False
    )
    household = text(
        "Who lives with them?", "Children too, and their ages", "", rows=2, most=MOST_OTHERS, required=False
    )
    other_users = text(
        "Who else uses their devices?",
        "They must be told, and have accounts of their own",
        "",
        rows=2,
        most=MOST_OTHERS,
        required=False,
    )
    risk = one_of(
        "Risk of serious harm", [("", "Not recorded"), *((one.value, RISK[one]) for one in Risk)], "", required=False
    )
    risk_on = _day("On which day was it assessed?", "The day of the assessment")
    risk_tool = one_of("By which tool?", [("", "Not recorded"), *RISK_TOOLS.items()], "", required=False)
    risk_tool_name = line("If another tool, which?", "", "", most=60, required=False)
    risk_assessor = line("Who assessed it?", "Name and role", "", most=100, required=False)
    next_visit_on = _day("Next visit", "The day of the next visit")
    after = forms.CharField(widget=forms.HiddenInput, required=False)  # the details that the page showed

    @property
    def changed_from(self) -> Id | None:
        """The details that the page showed, where there were some."""
        given = self.cleaned_data["after"]
        return Id(given) if given else None

    @staticmethod
    def of(details: PersonDetails) -> dict[str, Any]:
        """What the form is filled in with."""
        doc = {name: getattr(details, name) for name in PersonDetails.__dataclass_fields__}
        return {name: date.fromisoformat(value) if name in DAYS and value else value for name, value in doc.items()}

    def details(self) -> PersonDetails:
        """What the action takes."""
        given = {name: self.cleaned_data[name] for name in PersonDetails.__dataclass_fields__}
        given |= {name: given[name].isoformat() if given[name] else "" for name in DAYS}
        return PersonDetails(**given | {"contact_by": tuple(given["contact_by"])})


class NoteForm(Form):
    """A note, and what it is."""

    kind = one_of(
        "Is it a fact or an opinion?",
        [(one.value, NOTE[one][0]) for one in NoteKind],
        "Select fact or opinion",
        hints={one.value: NOTE[one][1] for one in NoteKind},
    )
    text = text("Note", "The person can ask for it. Write what you would say to them", "Enter the note")
    source = line(
        "Where is it from?",
        "For example, my visit; their mother, by phone; the police report",
        "Enter where it is from",
    )
