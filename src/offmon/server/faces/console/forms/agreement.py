"""A voluntary agreement, from its paper: who told the person what, how they agreed, and what it serves (R-LEG-19, R-LEG-21)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from django import forms

from offmon.core import clock
from offmon.core.authority.agreement import Agreement, HowAgreed, Supervision
from offmon.core.authority.order import Applicant, Instrument, TermKind
from offmon.core.ids import Id, Ms
from offmon.server.base.web.forms import DateField, Form
from offmon.server.faces.console import order_words, words
from offmon.server.faces.console.forms.fields import LANGUAGES, line, one_of, some_of, time_of_day
from offmon.server.faces.console.forms.new_document import BLOCKS, NewDocumentForm
from offmon.server.faces.console.forms.orders import ANOTHER_WAY
from offmon.server.orders.actions import InstrumentEntry

CHECKED: Final = ("Against the signed paper", "By asking the person")
REGISTERED: Final = "registered"
FREE: Final = {
    "no_penalty": "The person was told that saying no, or stopping later, costs them nothing",
    "unconditional": "Nothing depends on it: no contact, no visit, no benefit and no report",
    "separate": "It is a paper of its own, and no part of another form",
    "not_declined": "No court or Parole Board was asked for any of this and said no",
}
_ORDER: Final = (
    *("controller", "made_by", "reference", "offence_types", "supervision", "registered_until", "varies"),
    *("told_on", "told", "told_language", "made_on", "agreed_at", "how", "witness", "needs_adult", "adult", "free"),
    *("served_on", "served_at", "until_on", "checked", "checked_otherwise"),
)


class AgreementForm(NewDocumentForm):
    """What the paper says of the agreement, and each item of it as a condition."""

    def __init__(self, *args: Any, earlier: Sequence[Instrument] = (), **kwargs: Any) -> None:
        """`earlier`: what of the person's has not ended; it serves one of those, or renews an agreement."""
        super().__init__(*args, earlier=earlier, **kwargs)
        for number in range(1, BLOCKS + 1):
            del self.fields[f"c{number}_effect"]
        for name in ("effective_on", "varied_for", "keeps_earlier"):
            self.fields.pop(name, None)
        self._call()
        self._ask(earlier)
        self.of_document = [name for name in _ORDER if name in self.fields]

    def _call(self) -> None:
        """What is asked of an order too, in an agreement's words."""
        for name, label, hint in (
            ("made_by", "Who asked the person to agree?", "Their name and team"),
            ("made_on", "When did the person agree?", "The date beside their signature"),
            ("served_on", "When did they get their own copy?", "Nothing is monitored before that"),
            ("served_at", "At what time?", "On the 24-hour clock, for example 14:30"),
            ("until_on", "What is its last day?", "At most 12 weeks after they agreed"),
        ):
            self.fields[name].label, self.fields[name].help_text = label, hint
        self.fields["made_by"].error_messages["required"] = "Enter who asked the person to agree"
        if "varies" in self.fields:
            self.fields["varies"].label = "Does it renew an earlier agreement?"

    def _ask(self, earlier: Sequence[Instrument]) -> None:
        """What is asked of an agreement alone."""
        served = [(one.id, order_words.serves(one)) for one in earlier if one.agreement is None]
        asked: dict[str, forms.Field] = {
            "supervision": one_of(
                "Which supervision does it serve?",
                [*served, (REGISTERED, "The person is registered (notification requirements)")],
                "Select the supervision that it serves",
                hint="It ends when that ends",
            ),
            "checked": one_of(
                "How did you check it?",
                [(one, one) for one in (*CHECKED, ANOTHER_WAY)],
                "Select how you checked it",
            ),
            "registered_until": DateField(
                label="If registered, until when?",
                help_text="Leave empty if registration has no end",
                called="The end of the registration",
                required=False,
            ),
            "told_on": DateField(label="When were they told what it means?", called="The date they were told"),
            "told": line(
                "Which information were they given?",
                "For example, the leaflet’s name and version",
                "Enter which information they were given",
            ),
            "told_language": one_of("In which language?", LANGUAGES, "Select the language"),
            "agreed_at": time_of_day("At what time did they agree?", "The time they agreed"),
            "how": one_of(
                "How did they agree?",
                [(one.value, called) for one, called in order_words.HOW_AGREED.items()],
                "Select how they agreed",
            ),
            "witness": line("Who was there?", "Name, and role or relation", "Enter who was there"),
            "needs_adult": forms.BooleanField(
                label="The person is under 18, or cannot decide this alone", required=False
            ),
            "adult": line("If so, which independent adult or advocate was beside them?", "", "", required=False),
            "free": some_of(
                "Tick each that is true. It counts only if all four are", FREE.items(), "Tick what is true"
            ),
        }
        self.fields |= asked

    def clean(self) -> dict[str, Any]:
        """An item is of one kind, so nobody is asked which."""
        of_each = [f"c{number}_effect" for number in range(1, BLOCKS + 1)]
        self.cleaned_data |= dict.fromkeys(of_each, TermKind.REQUIREMENT.value)
        return super().clean()

    def entry(self, document: Id) -> InstrumentEntry:
        """What the action takes. It is renewed at the person's own wish."""
        given = self.cleaned_data
        agreement = Agreement(
            told_at=clock.start_of_day(given["told_on"]),
            told=given["told"],
            language=given["told_language"],
            agreed_at=words.instant(given["made_on"], given["agreed_at"]),
            how=HowAgreed(given["how"]),
            needs_adult=given["needs_adult"],
            supervision=Supervision.REGISTRATION if given["supervision"] == REGISTERED else Supervision.ORDER,
            serves=None if given["supervision"] == REGISTERED else Id(given["supervision"]),
            registered_until=None if given["registered_until"] is None else given["registered_until"].isoformat(),
            **{statement: statement in given["free"] for statement in FREE},
        )
        entry = super().entry(document)
        return replace(
            entry,
            varied_for=None if entry.varies is None else Applicant.PERSON,
            agreement=agreement,
            witness=given["witness"],
            adult=given["adult"] or None,
        )


class WithdrawForm(Form):
    """When the person said that they withdraw, and how. Nobody is asked why."""

    told_on = DateField(label="When did they say so?", called="The date they said so")
    time = time_of_day("At what time?", "The time they said so")
    how = line("How did they say so?", "For example, by phone or at a visit", "Enter how they said so")

    def told_at(self) -> Ms:
        """The instant."""
        return words.instant(self.cleaned_data["told_on"], self.cleaned_data["time"])
