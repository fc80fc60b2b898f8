"""Forms of what staff write of a person: who they are and how things stand, and notes."""

from datetime import date

from django import forms

from offmon.core.ids import Id
from offmon.core.person.case_notes import NoteKind, PersonDetails, Risk
from offmon.server.base.web.forms import DateField, Form
from offmon.server.faces.console.forms.fields import line, one_of, text

RISK = {Risk.LOW: "Low", Risk.MEDIUM: "Medium", Risk.HIGH: "High", Risk.VERY_HIGH: "Very high"}
NOTE = {
    NoteKind.FACT: ("Fact", "Something that was seen, said or established"),
    NoteKind.OPINION: ("Opinion", "What somebody thinks of it"),
}
DAYS = ("born_on", "risk_on", "mappa_on", "next_visit_on")


def _day(label: str, called: str) -> DateField:
    return DateField(label=label, called=called, required=False)


class DetailsForm(Form):
    """Each box may stay empty; a level has its day."""

    born_on = _day("Date of birth", "The date of birth")
    safe_contact = line(
        "How can we reach them safely?", "For example, by phone after 6pm; never at work", "", most=300, required=False
    )
    risk = one_of(
        "Risk of serious harm", [("", "Not recorded"), *((one.value, RISK[one]) for one in Risk)], "", required=False
    )
    risk_on = _day("On which day was it assessed?", "The day of the assessment")
    mappa = line("MAPPA category and level", "For example, category 1, level 2", "", most=60, required=False)
    mappa_on = _day("Since which day?", "The day of the MAPPA level")
    next_visit_on = _day("Next visit", "The day of the next visit")
    after = forms.CharField(widget=forms.HiddenInput, required=False)  # the details that the page showed

    @property
    def changed_from(self) -> Id | None:
        """The details that the page showed, where there were some."""
        given = self.cleaned_data["after"]
        return Id(given) if given else None

    @staticmethod
    def of(details: PersonDetails) -> dict[str, object]:
        """What the form is filled in with."""
        doc = {name: getattr(details, name) for name in PersonDetails.__dataclass_fields__}
        return {name: date.fromisoformat(value) if name in DAYS and value else value for name, value in doc.items()}

    def details(self) -> PersonDetails:
        """What the action takes."""
        given = self.cleaned_data
        days = {name: given[name].isoformat() if given[name] else "" for name in DAYS}
        return PersonDetails(safe_contact=given["safe_contact"], risk=given["risk"], mappa=given["mappa"], **days)


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
