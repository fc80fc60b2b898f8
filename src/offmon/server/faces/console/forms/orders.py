"""Forms of a case, an instrument and a term. One officer copies from a document, and a second compares."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django import forms

from offmon.core import clock
from offmon.core.authority.bases import BASES, Basis, BasisRule, Route
from offmon.core.authority.capability import Capability
from offmon.core.authority.no_basis import check_is_basis
from offmon.core.authority.order import Applicant, Compared, DeviceKind, Instrument, Term, TermKind
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.server.base.web.forms import DateField, Form
from offmon.server.faces.console import order_words, words
from offmon.server.faces.console.forms.fields import (
    LANGUAGES,
    MAX_TOLD,
    Choices,
    ScanField,
    device_kinds,
    line,
    offences,
    one_of,
    scan,
    some_of,
    text,
    time_of_day,
)
from offmon.server.orders.actions import InstrumentEntry, TermEntry


def _basis(choices: Choices, label: str = "Type of document", *, required: bool = True) -> forms.ChoiceField:
    return one_of(
        label,
        choices,
        "Select the type of document",
        hints=order_words.LAW,
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
    basis = _basis(
        order_words.ALLOWING, "If you have the order or licence at hand: which type of document is it?", required=False
    )
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

    basis = _basis(order_words.CHOICES)
    document = _document()

    def clean(self) -> dict[str, Any]:
        """What allows no monitoring is refused, with the reason."""
        given = super().clean() or {}
        _refuse_no_basis(self, given)
        return given


def _refuse_no_basis(form: Form, given: dict[str, Any]) -> None:
    try:
        check_is_basis(given.get("basis", ""))
    except Refused as none:
        form.add_error("basis", none.message)


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
    keeps_earlier = forms.BooleanField(
        label="The court ordered that the person’s earlier orders stay in force",
        help_text="Leave it unticked if the document does not say so. Then this order ends them.",
        required=False,
    )
    checked = one_of(
        "How did you check it?", [(one, one) for one in (*CHECKED, ANOTHER_WAY)], "Select how you checked it"
    )
    checked_otherwise = line("If another way, how?", "", "", required=False)

    offence_types = offences(
        "Type of offence", "Select the type of offence", hint="This decides which lists you can use"
    )

    def __init__(
        self,
        *args: Any,
        basis: Basis,
        controllers: Iterable[tuple[Id, str]],
        earlier: Sequence[Instrument] = (),
        **kwargs: Any,
    ) -> None:
        """`earlier`: the orders and licences of the person that have not ended."""
        super().__init__(*args, **kwargs)
        self.basis = basis
        self.fields["controller"] = one_of("Which agency is responsible?", controllers, "Select the responsible agency")
        rule = BASES[basis]
        if not rule.needs_request:
            del self.fields["requested_on"]
        self._ask_for_route(rule)
        self._ask_for_earlier(rule, earlier)
        first = ["controller", "made_by", "reference", "offence_types", "made_on", "varies", "varied_for"]
        self.order_fields([*first, "keeps_earlier", "route", "convicted_on"])

    def _ask_for_route(self, rule: BasisRule) -> None:
        """How the court came to make it is asked where there are several ways; the conviction, where there may be one."""
        if len(rule.routes) > 1:
            ways = [(one.value, order_words.ROUTE[one]) for one in rule.routes]
            self.fields["route"] = one_of(
                "How did the court come to make it?", ways, "Select how the court came to make it"
            )
        if not rule.routes:
            del self.fields["convicted_on"]
            return
        self.fields["convicted_on"].required = rule.routes == (Route.CONVICTION,)
        self.fields["convicted_on"].help_text = order_words.convicted(rule)

    def _ask_for_earlier(self, rule: BasisRule, earlier: Sequence[Instrument]) -> None:
        """Which order it varies is asked where there is one of its type; and whether others stay, where it would end one."""
        alike = [(one.id, order_words.varies(one)) for one in earlier if one.basis is self.basis]
        if alike:
            new = ("no", "No, it is a new document")
            self.fields["varies"] = one_of(
                "Does it vary an earlier one?", [new, *alike], "Select whether it varies an earlier one"
            )
            asked = [(one.value, called) for one, called in order_words.APPLICANT.items()]
            self.fields["varied_for"] = one_of("If it does, who asked for that?", asked, "", required=False)
        if not any(one.basis in rule.ends and not BASES[one.basis].interim for one in earlier):
            del self.fields["keeps_earlier"]

    def clean(self) -> dict[str, Any]:
        """Another way is said, and so is what follows from another answer."""
        given = super().clean() or {}
        if (
            given.get("route") == Route.CONVICTION
            and not given.get("convicted_on")
            and "convicted_on" not in self.errors
        ):
            self.add_error("convicted_on", "Enter the date of the conviction")
        if self._varies() and "varied_for" in self.fields and not given.get("varied_for"):
            self.add_error("varied_for", "Select who asked the court to vary the order")
        if given.get("checked") == ANOTHER_WAY and not given.get("checked_otherwise"):
            self.add_error("checked_otherwise", "Enter how you checked it")
        return given

    def _varies(self) -> Id | None:
        chosen = self.cleaned_data.get("varies")
        return Id(chosen) if chosen and chosen != "no" else None

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
            effective_from=clock.start_of_day(given.get("effective_on") or given["made_on"]),
            offence_types=tuple(given["offence_types"]),
            document=document,
            checked=given["checked_otherwise"] if given["checked"] == ANOTHER_WAY else given["checked"],
            requested_at=None if requested is None else clock.start_of_day(requested),
            route=Route(given["route"]) if given.get("route") else None,
            varies=self._varies(),
            varied_for=Applicant(given["varied_for"]) if self._varies() and given.get("varied_for") else None,
            keeps_earlier=bool(given.get("keeps_earlier")),
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
    device_kinds = device_kinds()
    since = DateField(label="Its first day", help_text="For example, 27 3 2027", called="The first day")
    until = DateField(
        label="Its last day",
        help_text="Leave empty if it lasts until further order",
        called="The last day",
        required=False,
    )

    def __init__(self, *args: Any, basis: Basis, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if BASES[basis].by_agreement:
            self.fields["effect"].initial = TermKind.REQUIREMENT.value
        if BASES[basis].needs_end:
            self.fields["until"].required = True
            self.fields["until"].help_text = "Enter the last day of the document, or an earlier one if it says so."

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
            "device_kinds": [one.value for one in term.device_kinds],
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
            device_kinds=tuple(DeviceKind(one) for one in given["device_kinds"]),
        )


class EndInstrumentForm(Form):
    """When an instrument ended, and why. That it became known is now. `consent`: what to say of whose it was, where a discharge needs one.

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

    def __init__(self, *args: Any, consent: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if consent:
            self.fields["reason"].help_text += f". {consent}"

    def ended_at(self) -> Ms:
        """The instant."""
        return words.instant(self.cleaned_data["ended_on"], self.cleaned_data["time"])


def _compared(label: str) -> forms.ChoiceField:
    ways = [(one.value, called) for one, called in order_words.COMPARED.items()]
    return one_of(label, ways, "Select what you compared it with, or refuse the condition")


class ConfirmTermForm(Form):
    """A second officer has the document in hand."""

    compared = _compared("You compared the words, the page and every date, and they are the same: with what?")

    def compared_with(self) -> Compared:
        """What it was compared with."""
        return Compared(self.cleaned_data["compared"])


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
        self.fields["compared"] = _compared("With what did you compare them?")

    def compared_with(self) -> Compared:
        """What they were compared with."""
        return Compared(self.cleaned_data["compared"])
