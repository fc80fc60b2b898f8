"""The forms of the console. What a form asks for is what its action takes; rules of law are the action's, and shown when it refuses."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile

from offmon.core import clock
from offmon.core.clock import days
from offmon.core.ids import Digest, Id
from offmon.core.order import Basis, Capability, Term, TermKind
from offmon.core.profile import Choice, ListDeclaration
from offmon.core.records import DecisionOutcome
from offmon.server.base.web.forms import Checkboxes, DateField, Form, Radios
from offmon.server.deployments.actions import Answers, Served
from offmon.server.evidence.actions import ExportRequest
from offmon.server.faces.console import words
from offmon.server.orders.actions import InstrumentEntry, TermEntry

MAX_WORDS: Final = 4000
_SHORT: Final = {"class": "govuk-input--width-10"}


def _text(label: str, hint: str = "", *, rows: int = 4, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, max_length=MAX_WORDS, widget=forms.Textarea(attrs={"rows": rows}), **options
    )


def _radios(label: str, choices: Iterable[tuple[str, str]], **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=list(choices), widget=Radios(), **options)


def _time(label: str, called: str) -> forms.TimeField:
    invalid = f"{called} must be a time such as 14:30"
    return forms.TimeField(
        label=label,
        help_text="On the 24-hour clock, for example 14:30",
        input_formats=["%H:%M"],
        widget=forms.TextInput(attrs=_SHORT),
        error_messages={"required": f"Enter {called[:1].lower()}{called[1:]}", "invalid": invalid},
    )


def _fingerprint(file: UploadedFile[bytes]) -> Digest:
    """SHA-256 of the file's bytes. The file itself is read in memory and not kept."""
    total = sha256()
    for chunk in file.chunks():
        total.update(chunk)
    return Digest(total.hexdigest())


def _radio(outcome: DecisionOutcome, chosen: object) -> dict[str, object]:
    label, hint = words.OUTCOME[outcome]
    return {"value": outcome.value, "text": label, "hint": {"text": hint}, "checked": outcome.value == chosen}


class SignInForm(Form):
    """Name and password."""

    sign_in = forms.CharField(
        label="Sign-in name",
        max_length=200,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "spellcheck": "false", "autocapitalize": "none", **_SHORT}
        ),
    )
    password = forms.CharField(
        label="Password",
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class ReasonForm(Form):
    """Why one body is to be opened."""

    reason = _text(
        "Why do you need to see it?", "Your reason stands in the log. The person may be told that your role looked."
    )


class DecideForm(Form):
    """An outcome of the closed list, and why."""

    outcome = forms.ChoiceField(
        label="What do you decide?",
        choices=[(outcome.value, label) for outcome, (label, _) in words.OUTCOME.items()],
        widget=Radios(),
        error_messages={"required": "Select what you decide", "invalid_choice": "Select what you decide"},
    )
    reason = _text(
        "Why?",
        "In your own words, for someone who was not there. Say what you looked at, and whether there may be a reasonable excuse.",
        error_messages={"required": "Say in your own words why you decided so"},
    )

    def grouped(self) -> list[tuple[str, list[dict[str, object]]]]:
        """The outcomes as radios, by what follows."""
        chosen = self["outcome"].value()
        return [(title, [_radio(outcome, chosen) for outcome in group]) for title, group in words.OUTCOME_GROUPS]

    def decided(self) -> tuple[DecisionOutcome, str]:
        """The outcome and the reason."""
        return DecisionOutcome(self.cleaned_data["outcome"]), self.cleaned_data["reason"]


class CaseForm(Form):
    """A new case: one person."""

    reference = forms.CharField(
        label="Your agency’s reference for the case",
        help_text="Not a PNC, CRO or prison number.",
        max_length=40,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "spellcheck": "false"}),
    )
    name = forms.CharField(label="Full name", max_length=200, widget=forms.TextInput(attrs={"spellcheck": "false"}))
    language = forms.ChoiceField(
        label="Language the person is told things in", choices=[("en", "English"), ("cy", "Welsh")], widget=Radios()
    )


class BasisForm(Form):
    """Which kind of instrument."""

    basis = forms.ChoiceField(
        label="What kind of document is it?",
        choices=[(basis.value, title) for basis, title in words.BASIS.items()],
        widget=Radios(option_hints={basis.value: source for basis, source in words.BASIS_SOURCE.items()}),
        error_messages={"required": "Select what kind of document it is"},
    )


class InstrumentForm(Form):
    """An order or licence, from its document. Each date says what it means."""

    made_by = forms.CharField(
        label="Who made it?", help_text="The court, or the Parole Board or governor", max_length=200
    )
    reference = forms.CharField(
        label="Its reference",
        max_length=40,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "spellcheck": "false"}),
    )
    made_on = DateField(
        label="When was it made?",
        help_text="The date of the hearing or decision, from its first page",
        called="The date it was made",
    )
    convicted_on = DateField(
        label="When was the person convicted?",
        help_text="A Sentencing Code order follows a conviction on or after 1 December 2020. Earlier ones stand under another Act.",
        called="The date of the conviction",
    )
    served_on = DateField(
        label="When was it served?",
        help_text="The day on which the person was given it. Nothing before counts.",
        called="The date of service",
    )
    served_at = _time("At what time was it served?", "The time of service")
    effective_on = DateField(
        label="From when is it in force?",
        help_text="Often the day it was made, for a licence the day of release",
        called="The date it is in force from",
    )
    requested_on = DateField(
        label="When did the supervising officer ask for monitoring?",
        help_text="A licence lets you install only as requested. The date of the written request.",
        called="The date of the request",
    )
    document = forms.FileField(
        label="The document, as a scan or PDF",
        help_text="Up to 20 MB. Only its fingerprint is kept here, to show later which document it was. Keep the document in your records.",
        error_messages={
            "required": "Choose the document, 20 MB or less",
            "empty": "The file is empty. Choose the document again.",
        },
    )
    checked = forms.CharField(
        label="How did you check it?",
        help_text="For example: against the sealed copy, or by telephone with the court office",
        max_length=200,
    )

    def __init__(
        self, *args: Any, basis: Basis, controllers: Iterable[tuple[Id, str]], offences: Iterable[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.basis = basis
        self.fields["controller"] = _radios("Which agency answers for it?", controllers)
        self.fields["offence_types"] = forms.MultipleChoiceField(
            label="What kind of offence does it answer?",
            help_text="Lists are chosen by it.",
            choices=[(one, words.plain(one)) for one in offences],
            widget=Checkboxes(),
            error_messages={"required": "Select what kind of offence it answers"},
        )
        del self.fields["convicted_on" if basis is Basis.LICENCE else "requested_on"]
        self.order_fields(["controller", "made_by", "reference", "offence_types"])

    def entry(self) -> InstrumentEntry:
        """What the action takes."""
        given = self.cleaned_data
        requested = given.get("requested_on")
        return InstrumentEntry(
            basis=self.basis,
            controller=Id(given["controller"]),
            made_by=given["made_by"],
            reference=given["reference"],
            made_on=given["made_on"],
            convicted_on=given.get("convicted_on"),
            served_at=words.instant(given["served_on"], given["served_at"]),
            effective_from=clock.start_of_day(given["effective_on"]),
            offence_types=tuple(given["offence_types"]),
            document=_fingerprint(given["document"]),
            checked=given["checked"],
            requested_at=None if requested is None else clock.start_of_day(requested),
        )


class TermForm(Form):
    """One term, with its own dates."""

    effect = forms.ChoiceField(
        label="What does it do?", choices=[(kind.value, text) for kind, text in words.TERM.items()], widget=Radios()
    )
    verbatim = _text(
        "The words of the document", "Exactly as written. They may name a victim: only this console shows them.", rows=6
    )
    person_text = _text(
        "What the person is told",
        "In plain words, and without anyone’s name. The device, the notice and the portal show this.",
        rows=3,
    )
    source_page = forms.IntegerField(
        label="On which page does it stand?",
        min_value=1,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-3"}),
    )
    capabilities = forms.MultipleChoiceField(
        label="What does it make necessary?",
        help_text="Only what the term cannot be supervised without. Leave all empty if it makes none necessary.",
        choices=[(one.value, text) for one, text in words.CAPABILITY.items()],
        widget=Checkboxes(option_hints={one.value: hint for one, hint in words.CAPABILITY_HINT.items()}),
        required=False,
    )
    since = DateField(label="Its first day", help_text="For example, 27 3 2027", called="The first day")
    until = DateField(
        label="Its last day",
        help_text="Leave empty if it holds until further order",
        called="The last day",
        required=False,
    )

    def entry(self) -> TermEntry:
        """What the action takes. Raises Malformed for dates the wrong way round."""
        given = self.cleaned_data
        return TermEntry(
            effect=TermKind(given["effect"]),
            verbatim=given["verbatim"],
            person_text=given["person_text"],
            source_page=given["source_page"],
            capabilities=tuple(Capability(one) for one in given["capabilities"]),
            period=days(given["since"], given["until"]),
        )


class ConfirmTermForm(Form):
    """A second officer has the document in hand."""

    compared = forms.BooleanField(
        label="I have the document in front of me, and the words, dates and page are the same",
        error_messages={"required": "Confirm that you compared the term with the document, or leave it unconfirmed"},
    )


class DraftForm(Form):
    """What is to be monitored: for each capability, the terms it rests on and the lists it uses."""

    def __init__(self, *args: Any, terms: Iterable[Term], lists: Iterable[ListDeclaration], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        declared, confirmed = list(lists), [term for term in terms if term.confirmed_by is not None]
        self.capabilities: list[Capability] = []
        for one in Capability:
            resting = [(term.id, term.person_text) for term in confirmed if one in term.capabilities]
            fitting = [
                (each.ref.id, each.ref.name) for each in declared if each.capability is one and not each.sensitive
            ]
            if resting and fitting:
                self.capabilities.append(one)
                called = words.CAPABILITY[one].lower()
                self.fields[f"{one}_terms"] = forms.MultipleChoiceField(
                    label=f"Terms that make {called} necessary", choices=resting, widget=Checkboxes(), required=False
                )
                self.fields[f"{one}_lists"] = forms.MultipleChoiceField(
                    label=f"Lists for {called}", choices=fitting, widget=Checkboxes(), required=False
                )

    def clean(self) -> dict[str, Any]:
        """Something is chosen, and what is chosen is whole."""
        given: dict[str, Any] = self.cleaned_data
        for one in self.capabilities:
            terms, lists = given.get(f"{one}_terms"), given.get(f"{one}_lists")
            if terms and not lists:
                self.add_error(f"{one}_lists", "Select a list, or no term")
            if lists and not terms:
                self.add_error(f"{one}_terms", "Select a term, or no list")
        if not any(given.values()) and not self.errors:
            raise forms.ValidationError("Select at least one term and a list")
        return given

    def choices(self) -> tuple[Choice, ...]:
        """What the action takes."""
        given = self.cleaned_data
        return tuple(
            Choice(
                one, tuple(map(Id, sorted(given[f"{one}_terms"]))), tuple(map(Id, sorted(given[f"{one}_lists"]))), None
            )
            for one in self.capabilities
            if given[f"{one}_terms"]
        )


class AuthoriseForm(Form):
    """The four questions of proportionality (R-LEG-24; Bank Mellat (No 2) [2013] UKSC 39)."""

    aim = _text(
        "Is the aim important enough to limit this person’s rights?",
        "What is to be prevented, and how grave and how likely it is",
    )
    rational_link = _text("How does this monitoring serve that aim?", "Why what it looks for would show what matters")
    less_intrusive = _text("Could something less intrusive do?", "What was considered, tried or rejected, and why")
    fair_balance = _text(
        "Is it a fair balance?", "Between the person and others in the household, and those it protects"
    )

    def answers(self) -> Answers:
        """What the action takes."""
        return Answers(**self.cleaned_data)


class NoticeForm(Form):
    """How the notice was served (R-RGT-2)."""

    served_on = DateField(label="When was the notice served?", called="The date of service")
    served_at = _time("At what time?", "The time of service")
    method = forms.ChoiceField(
        label="How?",
        choices=[
            (one, one)
            for one in (
                "Handed over and explained",
                "Read aloud and handed over",
                "Through an interpreter",
                "Large print or audio",
            )
        ],
        widget=Radios(),
        error_messages={"required": "Select how it was served"},
    )
    language = forms.ChoiceField(
        label="In which language?",
        choices=[("en", "English"), ("cy", "Welsh")],
        widget=Radios(),
        error_messages={"required": "Select the language"},
    )
    acknowledged = forms.ChoiceField(
        label="Did the person sign to say they received it?",
        help_text="A refusal is recorded, and stops nothing.",
        choices=[("yes", "Yes"), ("no", "No, they did not sign")],
        widget=Radios(),
        error_messages={"required": "Select whether the person signed"},
    )
    text = forms.FileField(
        label="The notice as it was handed over",
        help_text="Up to 20 MB. Only its fingerprint is kept here. Keep the notice in your records.",
        error_messages={"required": "Choose the notice, 20 MB or less"},
    )

    def served(self) -> Served:
        """What the action takes."""
        given = self.cleaned_data
        return Served(
            at=words.instant(given["served_on"], given["served_at"]),
            method=given["method"],
            language=given["language"],
            acknowledged=given["acknowledged"] == "yes",
            text=_fingerprint(given["text"]),
        )


class ExportForm(Form):
    """A bundle: to whom, why, and from which period content is opened."""

    recipient = forms.CharField(
        label="Who is it for?", help_text="The court, prosecutor or defence solicitor, by office", max_length=200
    )
    reason = _text("Why do they need it?", rows=3)
    since = DateField(
        label="Open content from", help_text="Everything else is accounted for and stays closed", called="The first day"
    )
    until = DateField(label="Open content up to and including", called="The last day")

    def request(self) -> ExportRequest:
        """What the action takes. Raises Malformed for dates the wrong way round."""
        given = self.cleaned_data
        return ExportRequest(given["recipient"], given["reason"], days(given["since"], given["until"]))


class NoFields(Form):
    """A button: what it does is on the page."""
