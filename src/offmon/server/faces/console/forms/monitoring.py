"""Forms to draft an authorisation, to authorise it, and to record that the person was told."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms

from offmon.core.authority.capability import Capability
from offmon.core.authority.order import Term
from offmon.core.authority.profile import Choice, ListDeclaration
from offmon.core.ids import Id
from offmon.server.base.web.forms import DateField, Form
from offmon.server.deployments.actions import ProportionalityAnswers, Served
from offmon.server.faces.console import words
from offmon.server.faces.console.forms.fields import one_of, some_of, text, time_of_day

METHODS: Final = (
    "Handed over and explained",
    "Read aloud and handed over",
    "Through an interpreter",
    "In large print, and explained",
    "In Easy Read, and explained",
)


class DraftForm(Form):
    """For each capability, the terms it rests on and the lists it uses. What no confirmed term makes necessary is not offered."""

    def __init__(
        self,
        *args: Any,
        terms: Iterable[Term],
        lists: Iterable[ListDeclaration],
        orders: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        """`orders`: of each term, of which order it is and for how long (`words.orders_of`)."""
        super().__init__(*args, **kwargs)
        declared, confirmed = list(lists), [term for term in terms if term.confirmed_by is not None]
        self.capabilities: list[Capability] = []
        for one in Capability:
            resting = [(term.id, term.person_text) for term in confirmed if one in term.capabilities]
            fitting = [(each.ref.id, each.ref.name) for each in declared if _offered(each, one)]
            if resting and fitting:
                called = words.CAPABILITY[one].lower()
                self.capabilities.append(one)
                self.fields[f"{one}_terms"] = some_of(f"Conditions that make {called} necessary", resting, hints=orders)
                self.fields[f"{one}_lists"] = some_of(f"Lists for {called}", fitting)

    def clean(self) -> dict[str, Any]:
        """Something is chosen, and what is chosen is whole."""
        given: dict[str, Any] = self.cleaned_data
        for one in self.capabilities:
            terms, lists = given.get(f"{one}_terms"), given.get(f"{one}_lists")
            if terms and not lists:
                self.add_error(f"{one}_lists", "Select a list, or no condition")
            if lists and not terms:
                self.add_error(f"{one}_terms", "Select a condition, or no list")
        if not any(given.values()) and not self.errors:
            raise forms.ValidationError("Select at least one condition and a list")
        return given

    def choices(self) -> tuple[Choice, ...]:
        """What the action takes."""
        given = self.cleaned_data
        return tuple(
            Choice(one, _ids(given[f"{one}_terms"]), _ids(given[f"{one}_lists"]), None)
            for one in self.capabilities
            if given[f"{one}_terms"]
        )


class AuthoriseForm(Form):
    """The four questions of proportionality (R-LEG-24; Bank Mellat (No 2) [2013] UKSC 39)."""

    aim = text(
        "Is the aim important enough to limit this person’s rights?",
        "Describe the harm to prevent, its gravity and its likelihood",
        "Enter whether the aim is important enough",
    )
    rational_link = text(
        "How does this monitoring serve that aim?",
        "Explain why the monitoring would reveal relevant conduct",
        "Enter how this monitoring serves the aim",
    )
    less_intrusive = text(
        "Is there a less intrusive way?",
        "Describe the alternatives considered, tried or rejected, and why",
        "Enter whether there is a less intrusive way",
    )
    fair_balance = text(
        "Is it a fair balance?",
        "Weigh the person, others in the household, and the people protected",
        "Enter whether it is a fair balance",
    )

    def answers(self) -> ProportionalityAnswers:
        """What the action takes."""
        return ProportionalityAnswers(**self.cleaned_data)


class NoticeForm(Form):
    """How the notice was served (R-RGT-2)."""

    served_on = DateField(label="When was the notice served?", called="The date of service")
    served_at = time_of_day("At what time?", "The time of service")
    method = one_of("How was it served?", [(one, one) for one in METHODS], "Select how it was served")
    acknowledged = one_of(
        "Did the person sign to say they received it?",
        [("yes", "Yes"), ("no", "No, they did not sign")],
        "Select whether the person signed",
        hint="We record a refusal. It does not stop the monitoring",
    )

    def served(self) -> Served:
        """What the action takes."""
        given = self.cleaned_data
        return Served(
            at=words.instant(given["served_on"], given["served_at"]),
            method=given["method"],
            acknowledged=given["acknowledged"] == "yes",
        )


def _offered(declared: ListDeclaration, capability: Capability) -> bool:
    """Lists of a sensitive class are not: they need the answers of R-DPA-3, for which there is no page yet."""
    return declared.capability is capability and not declared.sensitive


def _ids(chosen: list[str]) -> tuple[Id, ...]:
    return tuple(Id(one) for one in sorted(chosen))
