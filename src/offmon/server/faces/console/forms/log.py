"""How the log is opened, and what is looked for in it. What is typed is sent by POST; the address then holds ids and days."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django import forms

from offmon.core import clock
from offmon.core.ids import CHECKS, Id, Ms
from offmon.core.log.look_ups import Finding
from offmon.core.log.reading import ReadingPurpose
from offmon.core.log.samples import FEWEST, MOST, Mark
from offmon.core.log.verbs import Operation, Verb
from offmon.server.audit.reading.queries import LogChoice
from offmon.server.base.web.forms import DateField, Form
from offmon.server.faces.console import log_words
from offmon.server.faces.console.forms.fields import line, one_of, text

ANY: Final = ("", "Any")
_ACTS: Final = sorted(((verb.value, log_words.act(verb)) for verb in Verb), key=lambda one: one[1])
_WHAT: Final = [ANY, *((of.value, called) for of, called in log_words.OPERATION.items()), *_ACTS]


class _Where(Form):
    """About whom, and when."""

    reference = line("Case reference", "", "", most=100, width="govuk-input--width-20", required=False)
    since = DateField(label="From", called="The first day", required=False)
    until = DateField(label="To the end of", called="The last day", required=False)

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("since") and given.get("until") and given["until"] < given["since"]:
            self.add_error("until", "The last day must be the first day or later")
        return given

    def query(self, case: Id | None) -> dict[str, str]:
        """What the address holds, once the reference is found: ids, words of the log, and days."""
        given = self.cleaned_data
        days = {name: given[name].isoformat() if given[name] else "" for name in ("since", "until")}
        wanted = {"case": case or "", "staff": given.get("staff", ""), "what": given.get("what", ""), **days}
        return {name: value for name, value in wanted.items() if value}


class LogForm(_Where):
    """What to look for. Each field may be left as it is."""

    optional = ""
    field_order = ("reference", "staff", "what")

    staff = forms.ChoiceField(label="Member of staff", required=False)
    what = forms.ChoiceField(label="What they did", required=False, choices=_WHAT)

    def __init__(self, *args: Any, staff: Mapping[Id, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["staff"].choices = [ANY, *sorted(staff.items(), key=lambda one: one[1])]  # type: ignore[attr-defined]


class OpenLogForm(_Where):
    """For what the log is read, the question, and about whom it is first."""

    field_order = ("purpose", "question")

    purpose = one_of(
        "For which purpose do you read the log?",
        [(one.value, called) for one, called in log_words.PURPOSE.items()],
        "Select for which purpose you read the log",
        hint="The law allows these four (Data Protection Act 2018, section 62)",
    )
    question = text(
        "What do you want to find out?",
        "In a sentence. Give a case reference and no name.",
        "Enter what you want to find out",
        rows=2,
        most=500,
    )

    def asked(self) -> tuple[ReadingPurpose, str]:
        """What the action takes."""
        return ReadingPurpose(self.cleaned_data["purpose"]), self.cleaned_data["question"]


class TakeForm(Form):
    """For whom an extract is taken."""

    recipient = line(
        "Who is it for?", "An office, such as the Information Commissioner. No name of a person.", "Enter who it is for"
    )


class ExamineForm(Form):
    """What came of a look-up that was picked."""

    look_up = forms.CharField(widget=forms.HiddenInput)
    finding = one_of(
        "What did you find?",
        [(one.value, called) for one, called in log_words.FINDING.items()],
        "Select what you found",
    )
    note = text("How do you know?", "It is recorded with your name.", "Enter how you know", rows=3, most=1000)

    def found(self) -> tuple[Finding, str]:
        """What the action takes."""
        return Finding(self.cleaned_data["finding"]), self.cleaned_data["note"]


class DrawForm(Form):
    """Of which time and team how many looks are drawn."""

    since = DateField(label="From", called="The first day")
    until = DateField(label="To the end of", called="The last day")
    team = forms.ChoiceField(label="Team", required=False)
    size = forms.IntegerField(
        label="How many looks?",
        help_text=f"Between {FEWEST} and {MOST}",
        min_value=FEWEST,
        max_value=MOST,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-3"}),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), f"Enter a number between {FEWEST} and {MOST}"
        ),
    )

    def __init__(self, *args: Any, teams: Mapping[Id, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].choices = [ANY, *teams.items()]  # type: ignore[attr-defined]

    def asked(self) -> tuple[Ms, Ms, Id | None, int]:
        """What the action takes."""
        given = self.cleaned_data
        days = clock.start_of_day(given["since"]), clock.end_of_day(given["until"])
        return (*days, Id(given["team"]) if given["team"] else None, given["size"])


class MarkForm(Form):
    """What came of a look that was drawn."""

    look = forms.CharField(widget=forms.HiddenInput)
    mark = one_of(
        "Is this look explained?",
        [(one.value, called) for one, called in log_words.MARK.items()],
        "Select whether it is explained",
        hint="What you ask about becomes a look-up for professional standards to examine.",
    )
    note = text(
        "How do you know, or what is to be asked?",
        "It is recorded with your name.",
        "Enter how you know, or what to ask",
        rows=3,
        most=1000,
    )

    def found(self) -> tuple[Mark, str]:
        """What the action takes."""
        return Mark(self.cleaned_data["mark"]), self.cleaned_data["note"]


def choice_of(given: Mapping[str, str]) -> LogChoice:
    """The choice that an address makes. What it says wrongly is as if it said nothing: nobody typed it."""
    what, since, until = given.get("what", ""), _day(given.get("since", "")), _day(given.get("until", ""))
    at, _, last = given.get("after", "").partition("-")
    is_place = at.isascii() and at.isdecimal() and len(at) < 15 and CHECKS[Id](last)
    return LogChoice(
        case=_id(given.get("case", "")),
        staff=_id(given.get("staff", "")),
        verb=Verb(what) if what in {verb.value for verb in Verb} else None,
        operation=Operation(what) if what in set(Operation) else None,
        since=None if since is None else clock.start_of_day(since),
        until=None if until is None else clock.end_of_day(until),
        after=(Ms(int(at)), Id(last)) if is_place else None,
    )


def initially(choice: LogChoice, reference: str) -> dict[str, Any]:
    """The fields of the form, as the choice fills them."""
    return {
        "reference": reference,
        "staff": choice.staff or "",
        "what": (choice.verb or choice.operation or ""),
        "since": None if choice.since is None else clock.local_day(choice.since),
        "until": None if choice.until is None else clock.local_day(Ms(choice.until - 1)),
    }


def _id(text: str) -> Id | None:
    return Id(text) if CHECKS[Id](text) else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
