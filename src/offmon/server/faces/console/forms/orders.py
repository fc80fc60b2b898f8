"""Forms of a case, an instrument and a term. One officer copies from a document, and a second compares."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms

from offmon.core import clock
from offmon.core.authority.capability import Capability
from offmon.core.authority.order import BASES, Basis, Term, TermKind
from offmon.core.ids import Id, Ms
from offmon.server.base.web.forms import DateField, Form
from offmon.server.faces.console import words
from offmon.server.faces.console.forms.fields import (
    LANGUAGES,
    MAX_TOLD,
    ScanField,
    line,
    offences,
    one_of,
    scan,
    some_of,
    text,
    time_of_day,
)
from offmon.server.orders.actions import InstrumentEntry, TermEntry


def _basis(label: str = "Type of document", *, required: bool = True) -> forms.ChoiceField:
    return one_of(
        label,
        [(basis.value, title) for basis, title in words.BASIS.items()],
        "Select the type of document",
        hints={basis.value: source for basis, source in words.BASIS_SOURCE.items()},
        required=required,
    )


def _document(*, required: bool = True) -> ScanField:
    return scan(
        "The document, as a scan or PDF",
        "Choose page images in page order, or a PDF without a password. "
        "We store them encrypted, and show them beside the details.",
        "Choose the document",
        required=required,
    )


class CaseForm(Form):
    """A new case: one person; and the first document, if it is at hand."""

    reference = line(
        "Your agency’s reference for the case",
        "Not a PNC, CRO or prison number",
        "Enter your agency’s reference for the case",
        most=40,
        width="govuk-input--width-20",
    )
    name = line("Full name", "", "Enter the person’s full name")
    language = one_of("In which language do we inform the person?", LANGUAGES, "Select a language")
    basis = _basis("If you have the order or licence at hand: which type of document is it?", required=False)
    document = _document(required=False)

    def __init__(self, *args: Any, colleagues: Iterable[tuple[Id, str]], **kwargs: Any) -> None:
        """`colleagues`: who may be given the case at once, since a second officer confirms and an authorising officer authorises."""
        super().__init__(*args, **kwargs)
        hint = "A second officer confirms the conditions, and an authorising officer authorises. You can give access later too"
        self.fields["colleagues"] = some_of("Who else works on it?", colleagues, hint=hint)
        self.order_fields(["reference", "name", "language", "colleagues"])

    def clean(self) -> dict[str, Any]:
        """A document has its type."""
        given = super().clean() or {}
        if given.get("document") is not None and not given.get("basis"):
            self.add_error("basis", "Select the type of document")
        if given.get("basis") and given.get("document") is None and "document" not in self.errors:
            self.add_error("document", "Choose the document, or select no type")
        return given


class DocumentForm(Form):
    """The document itself, which comes first: what it says is recorded beside it. Each kind has its own dates."""

    basis = _basis()
    document = _document()


CHECKED: Final = ("Against the sealed copy", "With the court office", "With the prison or the Parole Board")
ANOTHER_WAY: Final = "Another way"


class InstrumentForm(Form):
    """An order or licence, from its document, which is beside it. Each date says what it means."""

    made_by = line("Who made it?", "The court, or for a licence the Parole Board or governor", "Enter who made it")
    reference = line("What is its reference?", "", "Enter its reference", most=40, width="govuk-input--width-20")
    made_on = DateField(
        label="When was it made?",
        help_text="The date of the hearing or decision, from the first page. Service and start are on that day or later.",
        called="The date it was made",
    )
    convicted_on = DateField(label="When was the person convicted?", called="The date of the conviction")
    served_on = DateField(
        label="When was it served?",
        help_text="The day when the person received it. It has no effect before that.",
        called="The date of service",
    )
    served_at = time_of_day("At what time was it served?", "The time of service")
    effective_on = DateField(
        label="From when is it in force?",
        help_text="Leave empty if that is the day it was made. For a licence, the day of release",
        called="The date it is in force from",
        required=False,
    )
    until_on = DateField(
        label="What is its last day?",
        help_text="It holds for each condition below. Leave empty if it lasts until further order",
        called="Its last day",
        required=False,
    )
    requested_on = DateField(
        label="When did the supervising officer ask for monitoring?",
        help_text="The date of the written request. A licence allows monitoring only as requested.",
        called="The date of the request",
    )
    checked = one_of(
        "How did you check it?", [(one, one) for one in (*CHECKED, ANOTHER_WAY)], "Select how you checked it"
    )
    checked_otherwise = line("If another way, how?", "", "", required=False)

    offence_types = offences(
        "Type of offence", "Select the type of offence", hint="This decides which lists you can use"
    )

    def __init__(self, *args: Any, basis: Basis, controllers: Iterable[tuple[Id, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.basis = basis
        self.fields["controller"] = one_of("Which agency is responsible?", controllers, "Select the responsible agency")
        rule = BASES[basis]
        if not rule.needs_request:
            del self.fields["requested_on"]
        if rule.convicted_from is None:
            del self.fields["convicted_on"]
        else:
            first = words.written_day(rule.convicted_from.isoformat())
            hint = f"A date on or after {first}, and not after the order. Another Act covers earlier convictions."
            self.fields["convicted_on"].help_text = hint
        self.order_fields(["controller", "made_by", "reference", "offence_types"])

    def clean(self) -> dict[str, Any]:
        """Another way is said."""
        given = super().clean() or {}
        if given.get("checked") == ANOTHER_WAY and not given.get("checked_otherwise"):
            self.add_error("checked_otherwise", "Enter how you checked it")
        return given

    def entry(self, document: Id) -> InstrumentEntry:
        """What the action takes: of the scan that waits by that id."""
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
            effective_from=clock.start_of_day(given["effective_on"] or given["made_on"]),
            offence_types=tuple(given["offence_types"]),
            document=document,
            checked=given["checked_otherwise"] if given["checked"] == ANOTHER_WAY else given["checked"],
            requested_at=None if requested is None else clock.start_of_day(requested),
        )


class TermForm(Form):
    """One term, with its own dates."""

    effect = one_of(
        "Type of condition",
        [(kind.value, called) for kind, called in words.TERM.items()],
        "Select the type of condition",
    )
    verbatim = text(
        "Words of the document",
        "Exactly as written. They may name a victim. Only this console shows them.",
        "Enter the words of the document",
        rows=6,
    )
    person_text = text(
        "Words for the person",
        "In plain words, without anyone’s name. The device, the notice and the person’s page show them.",
        "Enter the words for the person",
        rows=3,
        most=MAX_TOLD,
    )
    person_text_welsh = text(
        "Words for the person in Welsh",
        "Welsh pages and notices show these. Without them they show the English words.",
        "",
        rows=3,
        most=MAX_TOLD,
        required=False,
    )
    source_page = forms.IntegerField(
        label="On which page is it?",
        min_value=1,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-3"}),
        error_messages=dict.fromkeys(("required", "invalid", "min_value"), "Enter the page number"),
    )
    capabilities = some_of(
        "Which collection does it make necessary?",
        words.CAPABILITY.items(),
        hint="Select only collection without which you cannot supervise the condition",
        hints={one.value: hint for one, hint in words.CAPABILITY_HINT.items()},
    )
    since = DateField(label="Its first day", help_text="For example, 27 3 2027", called="The first day")
    until = DateField(
        label="Its last day",
        help_text="Leave empty if it lasts until further order",
        called="The last day",
        required=False,
    )

    def __init__(self, *args: Any, basis: Basis, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if BASES[basis].needs_end:
            self.fields["until"].required = True
            self.fields[
                "until"
            ].help_text = "A licence lasts until its expiry. Enter that day, or an earlier one if the document says so."

    @staticmethod
    def of(term: Term, verbatim: str) -> dict[str, Any]:
        """The answers by which that term was recorded, to be put right."""
        return {
            "effect": term.effect.value,
            "verbatim": verbatim,
            "person_text": term.person_text,
            "person_text_welsh": term.person_text_welsh,
            "source_page": term.source_page,
            "capabilities": [one.value for one in term.capabilities],
            "since": clock.local_day(term.since),
            "until": None if term.until is None else clock.local_day(Ms(term.until - 1)),
        }

    @property
    def at(self) -> int:
        """Which page of the document to show beside it: the one that was typed, else the first."""
        typed = str(self["source_page"].value() or "")
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 4 else 1

    def entry(self) -> TermEntry:
        """What the action takes. Raises Malformed for dates the wrong way round."""
        given = self.cleaned_data
        return TermEntry(
            effect=TermKind(given["effect"]),
            verbatim=given["verbatim"],
            person_text=given["person_text"],
            source_page=given["source_page"],
            capabilities=tuple(Capability(one) for one in given["capabilities"]),
            period=clock.days(given["since"], given["until"]),
            person_text_welsh=given["person_text_welsh"],
        )


class EndInstrumentForm(Form):
    """When an instrument ended, and why. That it became known is now. `consent`: a discharge of it would need that, so say whose it was.

    It is asked and not demanded: what a court ended is over, whatever is known of why.
    """

    ended_on = DateField(
        label="When did it end, or when will it?",
        help_text=(
            "From the notice of recall, the court order or similar. It may be in the past. "
            "If you recorded the document by mistake, enter the day and time of its start."
        ),
        called="The date of the end",
    )
    time = time_of_day("At what time?", "The time of the end")
    reason = text(
        "Why did it end?", "For example, recalled, discharged or quashed, and the source", "Enter why it ended", rows=3
    )

    def __init__(self, *args: Any, consent: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if consent:
            self.fields["reason"].help_text += f". {words.CONSENT}"

    def ended_at(self) -> Ms:
        """The instant."""
        return words.instant(self.cleaned_data["ended_on"], self.cleaned_data["time"])


class ConfirmTermForm(Form):
    """A second officer has the document in hand."""

    compared = forms.BooleanField(
        label="I have the document in front of me, and the words, the page and every date are the same",
        error_messages={"required": "Confirm that you compared the condition with the document, or do not confirm it"},
    )


class ConfirmTermsForm(Form):
    """Several conditions of one document: each is ticked that was compared and is the same."""

    def __init__(self, *args: Any, terms: Iterable[Term], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["terms"] = some_of(
            "In which conditions are the words, the page and every date the same?",
            [(one.id, f"{one.person_text} (page {one.source_page})") for one in terms],
            "Tick each condition that you compared with the document",
            hint="Leave the others, and refuse them with a reason",
        )
