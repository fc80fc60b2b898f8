"""Forms to draft an authorisation, to authorise it, and to record that the person was told."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django import forms

from offmon.core import clock
from offmon.core.authority.capability import Capability, rule_of
from offmon.core.authority.order import Term
from offmon.core.authority.policy_document import PolicyDocument
from offmon.core.authority.profile import Choice, ListDeclaration, Schedule8, Sensitive
from offmon.core.authority.review import PUT_OFF_MS, ReviewOutcome
from offmon.core.ids import Id, Ms
from offmon.server.base.web.forms import DateField, Form
from offmon.server.deployments.actions import ProportionalityAnswers, Served
from offmon.server.faces.console import sensitive_words, words
from offmon.server.faces.console.forms.fields import MAX_TOLD, line, one_of, some_of, text, time_of_day

INTERPRETED: Final = "Through an interpreter"
METHODS: Final = (
    "Handed over and explained",
    "Read aloud and handed over",
    INTERPRETED,
    "In large print, and explained",
    "In Easy Read, and explained",
)

SENSITIVE_HINT: Final = "Sensitive data. Answer the three questions below too."
NECESSARY: Final = (
    "Sensitive data: why is it strictly necessary?",
    "Why no less intrusive way would do, for this person. A court may read it",
    "Enter why it is strictly necessary",
)
CONDITION: Final = (
    "Sensitive data: on which condition of the law does it rest?",
    [(one.value, called) for one, called in sensitive_words.CONDITION.items()],
    "Select the condition of the law",
)
CONDITION_HINTS: Final = {one.value: law for one, law in sensitive_words.CONDITION_HINT.items()}
POLICY: Final = "Sensitive data: under which policy document?"
READING: Final = (
    "How does a lawyer read the unclear conditions?",
    "Their reading decides what you choose. Say who read them, and when",
    "Enter the lawyer’s reading, or choose no unclear condition",
)


class DraftForm(Form):
    """For each capability, the terms it rests on and the lists it uses. What no confirmed term makes necessary is not offered.

    What finds nothing itself has no list of its own.
    A list of sensitive data needs three answers more, and a policy document in force: without one it is not offered (R-DPA-3).
    `withheld`: some list is not offered for that reason. `unlisted`: what a condition makes necessary, and no list in use fits.
    """

    def __init__(
        self,
        *args: Any,
        terms: Iterable[Term],
        lists: Iterable[ListDeclaration],
        orders: Mapping[str, str],
        policies: Iterable[PolicyDocument],
        unclear: Collection[Id] = (),
        asked: bool = True,
        **kwargs: Any,
    ) -> None:
        """`orders`: of each term, of which order it is and for how long (`words.orders_of`). `policies`: those in force.

        `unclear`: the conditions that a lawyer should read (R-LEG-26); where one is chosen, their reading is asked for.
        `asked`: it is recorded what is to be excluded, or that nothing is (R-LEG-27).
        """
        super().__init__(*args, **kwargs)
        declared, confirmed = list(lists), [term for term in terms if term.confirmed_by is not None]
        self.policies = {one.id: one for one in policies}
        offered = [one for one in declared if self.policies or not one.sensitive]
        self.withheld = len(offered) < len(declared)
        self.sensitive = {one.ref.id for one in offered if one.sensitive}
        self.capabilities: list[Capability] = []
        self.unlisted: list[Capability] = []
        for one in Capability:
            resting = [(term.id, term.person_text) for term in confirmed if one in term.capabilities]
            fitting = [each for each in offered if each.capability is one]
            if resting and (fitting or not rule_of(one).detects):
                self._ask(one, resting, fitting, orders)
            elif resting and not any(each.capability is one for each in declared):
                self.unlisted.append(one)
        self.unclear = {str(one) for one in unclear}
        if self.unclear and self.capabilities:
            self.fields["reading"] = text(*READING)
            self.fields["reading"].required = not self.is_bound or not self.unclear.isdisjoint(self._sent_terms())

        if not asked and self.capabilities:
            self.fields["none_claimed"] = DateField(
                label="When did you ask, if the person claims no exclusion?",
                help_text="Leave this empty if they claim one. For example, 27 3 2026",
                called="The day on which you asked",
                required=False,
            )

    def none_claimed(self) -> date | None:
        """On which day the person was asked and claimed none; None where that is not said here."""
        asked_on: date | None = self.cleaned_data.get("none_claimed")
        return asked_on

    def _sent_terms(self) -> set[str]:
        sent = (self.data.getlist(f"{one}_terms") for one in self.capabilities)  # type: ignore[attr-defined]  # a QueryDict
        return {term for terms in sent for term in terms}

    @staticmethod
    def of(choices: Iterable[Choice]) -> dict[str, Any]:
        """What the form is filled in with, of a draft that was refused. What is sensitive is answered anew."""
        terms = {f"{one.capability}_terms": list(one.terms) for one in choices}
        return terms | {f"{one.capability}_lists": list(one.lists) for one in choices}

    def _ask(
        self,
        one: Capability,
        terms: Iterable[tuple[str, str]],
        lists: Sequence[ListDeclaration],
        orders: Mapping[str, str],
    ) -> None:
        called, named = words.CAPABILITY[one].lower(), [(each.ref.id, each.ref.name) for each in lists]
        hints = {str(each.ref.id): SENSITIVE_HINT for each in lists if each.sensitive}
        self.capabilities.append(one)
        self.fields[f"{one}_terms"] = some_of(f"Conditions that make {called} necessary", terms, hints=orders)
        if not rule_of(one).detects:
            return
        self.fields[f"{one}_lists"] = some_of(f"Lists for {called}", named, hints=hints)
        if hints:
            asked = {
                f"{one}_necessary": text(*NECESSARY),
                f"{one}_condition": one_of(*CONDITION, hints=CONDITION_HINTS),
                f"{one}_policy": one_of(POLICY, self._versions(), "Select the policy document", hints=self._periods()),
            }
            for field in asked.values():  # shown as what must be answered; asked for where such a list is chosen
                field.required = not self.is_bound or self._chose(one)
            self.fields |= asked

    def _chose(self, one: Capability) -> bool:
        """Whether what was sent chooses a list of sensitive data."""
        return not self.sensitive.isdisjoint(self.data.getlist(f"{one}_lists"))  # type: ignore[attr-defined]  # a QueryDict

    def _versions(self) -> list[tuple[str, str]]:
        return [(one.id, f"{one.title}, version {one.version}") for one in self.policies.values()]

    def _periods(self) -> dict[str, str]:
        return {one.id: sensitive_words.policy_period(one.period) for one in self.policies.values()}

    def uses_lists(self, one: Capability) -> bool:
        """Whether lists are chosen for it."""
        return f"{one}_lists" in self.fields

    def asks_why(self, one: Capability) -> bool:
        """Whether a list of sensitive data is offered for it."""
        return f"{one}_policy" in self.fields

    def clean(self) -> dict[str, Any]:
        """Something is chosen, and what is chosen is whole."""
        given: dict[str, Any] = self.cleaned_data
        for one in self.capabilities:
            terms, lists = given.get(f"{one}_terms"), given.get(f"{one}_lists")
            if terms and not lists and self.uses_lists(one):
                self.add_error(f"{one}_lists", "Select a list, or no condition")
            if lists and not terms:
                self.add_error(f"{one}_terms", "Select a condition, or no list")
        chosen = any(given.get(f"{one}_{part}") for one in self.capabilities for part in ("terms", "lists"))
        if not chosen and not self.errors:
            raise forms.ValidationError("Select at least one condition, and a list where one is needed")
        return given

    def choices(self) -> tuple[Choice, ...]:
        """What the action takes."""
        given = self.cleaned_data
        return tuple(
            Choice(one, _ids(given[f"{one}_terms"]), _ids(given.get(f"{one}_lists", ())), self._why(one))
            for one in self.capabilities
            if given[f"{one}_terms"]
        )

    def reading(self) -> str:
        """How a lawyer reads the unclear conditions; empty where none is."""
        return str(self.cleaned_data.get("reading") or "")

    def _why(self, one: Capability) -> Sensitive | None:
        """Why a list of sensitive data is chosen; id and period are the policy document's own. None where none is chosen."""
        given = self.cleaned_data
        if self.sensitive.isdisjoint(given.get(f"{one}_lists", ())):
            return None
        policy = self.policies[Id(given[f"{one}_policy"])]
        condition = Schedule8(given[f"{one}_condition"])
        return Sensitive(given[f"{one}_necessary"], condition, policy.id, policy.period)


class AuthoriseForm(Form):
    """The setting, where several are offered, and the four questions of proportionality (R-LEG-24; Bank Mellat (No 2) [2013] UKSC 39)."""

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
        "Why is less not enough?",
        "The setting below the one that you choose, or visits alone. Write it for this case: an answer from another case is refused",
        "Enter why less is not enough",
    )
    fair_balance = text(
        "Is it a fair balance?",
        "Weigh the person, others in the household, and the people protected",
        "Enter whether it is a fair balance",
    )

    review_in = one_of(
        "When must somebody look at this monitoring again?",
        [(str(weeks), f"In {weeks} weeks") for weeks in (4, 8, 12)],
        "Select when somebody must look at it again",
        hint="If nobody records a review by then, the devices stop collecting",
    )

    def __init__(self, *args: Any, offered: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        """`offered`: what each setting is called, and what to expect of it, the least intrusive first."""
        super().__init__(*args, **kwargs)
        if len(offered) > 1:
            numbered = [(str(number), f"Setting {number + 1}: {called}") for number, (called, _) in enumerate(offered)]
            hints = {str(number): expected for number, (_, expected) in enumerate(offered)}
            empty = "Select the setting that you authorise"
            self.fields["setting"] = one_of("Which setting do you authorise?", numbered, empty, hints=hints)
            self.order_fields(["setting", "less_intrusive"])

    def setting(self) -> int | None:
        """The number of the chosen setting, from 0; None where there is but one."""
        return int(self.cleaned_data["setting"]) if "setting" in self.fields else None

    def answers(self) -> ProportionalityAnswers:
        """What the action takes."""
        given = self.cleaned_data
        return ProportionalityAnswers(
            *(given["aim"], given["rational_link"], given["less_intrusive"], given["fair_balance"])
        )

    def review_in_ms(self) -> int:
        """In which time the first review is due."""
        return int(self.cleaned_data["review_in"]) * 7 * clock.DAY_MS


class ReviewForm(Form):
    """What somebody found who looked at the monitoring again."""

    outcome = one_of(
        "What does the review come to?",
        [
            (ReviewOutcome.CONTINUE.value, "It goes on as authorised"),
            (ReviewOutcome.STEP_DOWN.value, "It steps down"),
            (ReviewOutcome.END.value, "It ends"),
        ],
        "Select what the review comes to",
        hints={
            ReviewOutcome.STEP_DOWN.value: "It goes on for two weeks. In that time draft a narrower authorisation",
            ReviewOutcome.END.value: "An officer of the case must end it within a day. It is on their start page at once",
        },
    )
    reasons = text(
        "Why?",
        "What you looked at: decisions, coverage gaps, complaints, and what less monitoring would have shown",
        "Enter your reasons",
    )
    review_in = one_of(
        "If it goes on: when is the next review?",
        [(str(weeks), f"In {weeks} weeks") for weeks in (4, 12, 26)],
        "",
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """What goes on has its next review."""
        given = super().clean() or {}
        if given.get("outcome") == ReviewOutcome.CONTINUE and not given.get("review_in"):
            self.add_error("review_in", "Select when the next review is")
        return given

    def due(self, at: Ms) -> Ms:
        """When the next review is due, of one that is recorded at `at`."""
        outcome = ReviewOutcome(self.cleaned_data["outcome"])
        if outcome is not ReviewOutcome.CONTINUE:
            return Ms(at + outcome.longest_ms)
        return Ms(at + int(self.cleaned_data["review_in"]) * 7 * clock.DAY_MS)


class PutOffForm(Form):
    """Why a review is not recorded yet, and by when it will be."""

    reasons = text("Why is it not recorded yet?", "What is missing, and who sees to it", "Enter why it is put off")
    days = one_of(
        "By how long do you put it off?",
        [(str(days), f"{days} days") for days in (3, 7, PUT_OFF_MS // clock.DAY_MS)],
        "Select by how long you put it off",
        hint="From today. It cannot be put off again",
    )

    def due(self, at: Ms) -> Ms:
        """When the review is due then, put off at `at`."""
        return Ms(at + int(self.cleaned_data["days"]) * clock.DAY_MS)


class NoticeForm(Form):
    """How the notice was served (R-RGT-2)."""

    served_on = DateField(label="When was the notice served?", called="The date of service")
    served_at = time_of_day("At what time?", "The time of service")
    method = one_of("How was it served?", [(one, one) for one in METHODS], "Select how it was served")
    interpreter = line(
        "If an interpreter helped: in which language?",
        "Leave empty if none did",
        "",
        width="govuk-input--width-20",
        required=False,
    )
    read_back = one_of(
        "Did the person say in their own words what is monitored?",
        [("yes", "Yes"), ("no", "No, they did not")],
        "Select whether the person said what is monitored",
    )
    questions = text(
        "What did they ask, and what did you answer?",
        "Leave empty if they asked nothing. Name nobody else",
        "",
        rows=3,
        most=MAX_TOLD,
        required=False,
    )
    acknowledged = one_of(
        "Did the person sign to say they received it?",
        [("yes", "Yes"), ("no", "No, they did not sign")],
        "Select whether the person signed",
        hint="We record a refusal. It does not stop the monitoring",
    )

    def clean(self) -> dict[str, Any]:
        """Through an interpreter: in some language."""
        given = super().clean() or {}
        if given.get("method") == INTERPRETED and not given.get("interpreter", "").strip():
            self.add_error("interpreter", "Enter the language of the interpreter")
        return given

    def served(self) -> Served:
        """What the action takes."""
        given = self.cleaned_data
        return Served(
            at=words.instant(given["served_on"], given["served_at"]),
            method=given["method"],
            acknowledged=given["acknowledged"] == "yes",
            interpreter=given["interpreter"],
            read_back=given["read_back"] == "yes",
            questions=given["questions"],
        )


def _ids(chosen: list[str]) -> tuple[Id, ...]:
    return tuple(Id(one) for one in sorted(chosen))
