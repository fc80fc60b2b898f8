"""Forms of the entries of a person's record: MAPPA, other duties, identifiers, and how an entry stands."""

from datetime import date
from typing import Any

from offmon.core.authority.no_basis import NO_BASIS
from offmon.core.errors import Refused
from offmon.core.person.entries import DUTIES, Duty, Standing
from offmon.core.person.identifiers.kinds import IDENTIFIERS, MOST_TYPED, IdentifierKind
from offmon.core.person.identifiers.reading import read_identifier
from offmon.core.person.mappa import CATEGORIES, LEAD_AGENCIES, LEVELS, Mappa
from offmon.server.base.web.forms import DateField, Form
from offmon.server.faces.console.forms.fields import line, one_of
from offmon.server.faces.console.person_words import STANDING


class MappaForm(Form):
    """What a meeting or review decided."""

    category = one_of("Category", [(one, f"Category {one}") for one in CATEGORIES], "Select the category")
    level = one_of("Level", [(one, f"Level {one}") for one in LEVELS], "Select the level")
    lead = one_of("Lead agency", LEAD_AGENCIES.items(), "Select the lead agency")
    met_on = DateField(
        label="When was the meeting or review?", help_text="For example, 27 3 2026", called="The day of the meeting"
    )

    def entry(self) -> Mappa:
        """What the action takes."""
        given = self.cleaned_data
        return Mappa(given["category"], given["level"], given["lead"], given["met_on"].isoformat())


class DutyForm(Form):
    """An order or duty that allows no monitoring."""

    kind = one_of(
        "Which order or duty is it?",
        [(one.value, NO_BASIS[one].title) for one in DUTIES],
        "Select the order or duty",
        hints={one.value: NO_BASIS[one].why for one in DUTIES},
    )
    reference = line("What is its reference?", "", "Enter its reference", most=60, width="govuk-input--width-20")
    since = DateField(label="Its first day", called="The first day")
    until = DateField(
        label="Its last day", help_text="Leave empty if it has none", called="The last day", required=False
    )

    def entry(self) -> Duty:
        """What the action takes."""
        given, until = self.cleaned_data, self.cleaned_data["until"]
        return Duty(given["kind"], given["reference"], given["since"].isoformat(), until.isoformat() if until else "")


class IdentifierForm(Form):
    """An identifier, checked before it is recorded: the box at fault says what to compare."""

    kind = one_of("Which identifier is it?", IDENTIFIERS.items(), "Select which identifier it is")
    value = line(
        "The identifier",
        "As the source has it. Spaces and small letters do not matter.",
        "Enter the identifier",
        most=MOST_TYPED,
        width="govuk-input--width-20",
    )
    source = line("Where is it from?", "For example, the court register; the prison", "Enter where it is from")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        """The check letter and the form, by the kind."""
        given = super().clean() or {}
        if given.get("kind") and given.get("value"):
            try:
                read_identifier(IdentifierKind(given["kind"]), given["value"], self.today)
            except Refused as refusal:
                self.add_error("value", refusal.message)
        return given


class MarkForm(Form):
    """How an entry stands, and why."""

    standing = one_of(
        "How does it stand?",
        [(one.value, STANDING[one]) for one in Standing],
        "Select how it stands",
        hints={
            Standing.SUPERSEDED: "It was right, and something newer counts",
            Standing.WRONG: "It was never right, or it is another person’s",
        },
    )
    why = line("Why?", "Say how you know", "Enter why")
