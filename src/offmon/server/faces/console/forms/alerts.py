"""Forms of an alert: before a reveal, for a decision, and for what follows."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from offmon.core import clock
from offmon.core.alerts.follow_up import FOLLOWS, check_content_seen, check_due, latest, needs_content
from offmon.core.errors import Refused, passes
from offmon.core.ids import Id, Ms
from offmon.core.log.records import DecisionOutcome, Welfare
from offmon.server.base.clock import now
from offmon.server.base.web.answers import CheckedAnswer, answers_of
from offmon.server.base.web.forms import DateField, Form, box_of
from offmon.server.faces.console import alert_words, words
from offmon.server.faces.console.forms.fields import line, one_of, some_of, text
from offmon.server.triage.actions import CORRECTED_ALREADY, Correction, Plan, Shown
from offmon.server.triage.queries import AlertView, DecisionView
from offmon.server.triage.queries.beside import LikeDecision


class RevealForm(Form):
    """Why one disclosure is to be revealed."""

    why = text(
        "Why do you need to see it?",
        "In the log. The person may be told that your role revealed it.",
        "Enter why you need to see it",
        rows=2,
        most=1000,
    )


def _outcome(question: str) -> forms.ChoiceField:
    groups = [(title, [(one.value, words.OUTCOME[one][0]) for one in group]) for title, group in words.OUTCOME_GROUPS]
    return one_of(question, groups, "Select an outcome", small=True)


class LookAgainForm(Form):
    """What one would decide of an alert whose decision one has not seen. No task follows from it."""

    outcome = _outcome("What would you decide?")
    reason = text("Why?", "What you reviewed, and any reasonable excuse", "Enter your reason in your own words", rows=3)
    shown = forms.IntegerField(  # the page itself says how many findings it shows, each time anew: no earlier answer is repeated
        min_value=0,
        error_messages=dict.fromkeys(("required", "invalid", "min_value"), "Open this page again, then decide"),
    )


class DecideAlertForm(LookAgainForm):
    """An outcome of the closed list, and why; and where something follows, who does it and by when."""

    outcome = _outcome("What do you decide?")
    due = DateField(
        label="If there is a task, when is it due?",
        help_text="Leave empty for the time shown with the outcome, or enter a sooner day",
        called="The due date",
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        colleagues: Iterable[tuple[Id, str]],
        has_revealed: bool,
        like: Sequence[LikeDecision] = (),
        **kwargs: Any,
    ) -> None:
        """`has_revealed`: whether the decider revealed a disclosure; otherwise some outcomes ask why not. `like`: decided before."""
        super().__init__(*args, **kwargs)
        if not has_revealed and any(one.revealed for one in like):
            self.fields["no_need"] = forms.BooleanField(label=words.NO_NEED, required=False)
        if not has_revealed:
            self.fields["unseen_reason"] = text(
                "You revealed no disclosure of this possible breach. Why not?",
                f"We need a reason for these outcomes: {words.OUTCOMES_WITH_CONTENT}. You can also reveal one.",
                "Enter why you revealed no disclosure",
                rows=3,
                required=False,
            )
        self.fields["owner"] = forms.ChoiceField(
            label="If there is a task, who does it?",
            help_text="People with access to this case",
            choices=list(colleagues),
            required=False,
            error_messages={"invalid_choice": "Select who does it"},
        )
        self.order_fields(["outcome", "reason", "no_need", "unseen_reason", "owner", "due"])

    def clean(self) -> dict[str, Any]:
        """Refuses a day that what follows may not wait for, or that is over."""
        given = super().clean() or {}
        outcome, due = given.get("outcome"), given.get("due")
        called = FOLLOWS.get(DecisionOutcome(outcome)) if outcome else None
        if called is not None and due is not None:
            try:
                check_due(called, clock.end_of_day(due), now())
            except Refused as refusal:
                self.add_error("due", refusal.message)
        if given.get("no_need") and not given.get("unseen_reason"):
            given["unseen_reason"] = words.NO_NEED
        seen, why_not = "unseen_reason" not in self.fields, given.get("unseen_reason")
        if outcome and not passes(check_content_seen, DecisionOutcome(outcome), seen, why_not):
            self.add_error("unseen_reason", "Enter why you revealed no disclosure, or reveal one")
        return given

    def answers(self, at: Ms) -> list[CheckedAnswer]:
        """What would be recorded at `at`: the outcome, what follows from it, and why."""
        outcome, _, plan = self.decided()
        called = FOLLOWS.get(outcome)
        said: dict[str, str | None] = {"shown": None, **self.reads_as}
        said |= {} if needs_content(outcome) else {"unseen_reason": None}
        if called is None:
            said |= {"owner": None, "due": None}
        else:
            due = latest(called, at) if plan.due_at is None else plan.due_at
            said |= {"due": f"By the end of {words.last_day(due)}"} | ({} if plan.owner else {"owner": "You"})
        answers = answers_of(self, said)
        after = [answer.box for answer in answers].index(box_of(self["outcome"])) + 1
        task = CheckedAnswer("Task", words.ACTION[called.kind] if called else "No task follows")
        return [*answers[:after], task, *answers[after:]]

    @property
    def reads_as(self) -> dict[str, str | None]:
        """How an answer of the form's own reads where not as given; None leaves it out."""
        return {}

    def seen(self) -> dict[str, Any]:
        """What the action takes of what they looked at: how many findings the page showed, and why they revealed none."""
        return {"shown": self.cleaned_data["shown"], "unseen_reason": self.cleaned_data.get("unseen_reason") or None}

    def decided(self) -> tuple[DecisionOutcome, str, Plan]:
        """What is decided, why, and what is planned."""
        given = self.cleaned_data
        outcome, due = DecisionOutcome(given["outcome"]), given.get("due")
        plan = Plan(Id(given["owner"]) if given["owner"] else None, None if due is None else clock.end_of_day(due))
        return outcome, given["reason"], plan


class TogetherForm(Form):
    """One outcome that calls for no task, and one reason, for several alerts of one person: each is ticked."""

    outcome = one_of(
        "What do you decide?",
        [(one.value, words.OUTCOME[one][0]) for one in DecisionOutcome if one not in FOLLOWS],
        "Select an outcome",
        hints={one.value: words.OUTCOME[one][1] for one in DecisionOutcome if one not in FOLLOWS},
    )
    reason = text(
        "Why?", "One reason for all of them, in your own words.", "Enter your reason in your own words", rows=3
    )

    def __init__(self, *args: Any, alerts: Sequence[AlertView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["alerts"] = some_of(
            "Which alerts do you decide?",
            [(f"{one.row.id}:{one.row.count}", alert_words.alert_line(one.row)) for one in alerts],
            "Select the alerts that you decide",
        )
        self.initial["alerts"] = [f"{one.row.id}:{one.row.count}" for one in alerts]
        self.order_fields(["alerts", "outcome", "reason"])

    def decided(self) -> tuple[list[Shown], DecisionOutcome, str]:
        """Which alerts, as the page showed them, the outcome, and why."""
        given = self.cleaned_data
        shown = [one.partition(":") for one in given["alerts"]]
        return (
            [Shown(Id(alert), int(count)) for alert, _, count in shown],
            DecisionOutcome(given["outcome"]),
            given["reason"],
        )


class AssignForm(Form):
    """To whom an alert goes, and why."""

    def __init__(self, *args: Any, colleagues: Iterable[tuple[Id, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"] = one_of("Who takes it?", list(colleagues), "Select who takes it")
        self.fields["reason"] = line("Why?", "Recorded in the log", "Enter why you hand it over")


class CorrectForm(DecideAlertForm):
    """As a decision, and why it takes the place of the earlier one; where that one's task is open, what becomes of it."""

    why_corrected = text(
        "Why do you correct the decision?",
        "Say what was wrong. The earlier decision stays in the record.",
        "Enter why you correct the decision",
    )
    corrects = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, decisions: Sequence[DecisionView], **kwargs: Any) -> None:
        """`decisions`: those of the alert, oldest first; the last one is corrected."""
        super().__init__(*args, initial={**kwargs.pop("initial", {}), "corrects": decisions[-1].id}, **kwargs)
        tasks = [one.action for one in decisions if one.action is not None and one.action.is_open]
        if tasks:
            self.fields["task"] = one_of(
                "What happens to the open tasks of earlier decisions?",
                [("keep", "They stay"), ("cancel", "They are cancelled")],
                "Select what happens to the open tasks of earlier decisions",
                hint="; ".join(f"{words.ACTION[task.what]}, assigned to {task.owner}" for task in tasks),
            )
            self.fields["cancelled_reason"] = text(
                "If they are cancelled, why?", "", "Enter why the tasks are cancelled", rows=3, required=False
            )
        self.order_fields(
            [
                "why_corrected",
                "outcome",
                "reason",
                "no_need",
                "unseen_reason",
                "task",
                "cancelled_reason",
                "owner",
                "due",
            ]
        )

    def clean(self) -> dict[str, Any]:
        """Refuses to cancel without a reason, and a decision that was corrected meanwhile."""
        given = super().clean()
        if given.get("corrects") != self.initial["corrects"]:
            raise forms.ValidationError(CORRECTED_ALREADY[1])
        if given.get("task") == "cancel" and not given.get("cancelled_reason"):
            self.add_error("cancelled_reason", "Enter why the tasks are cancelled")
        return given

    @property
    def reads_as(self) -> dict[str, str | None]:
        """Why a task is cancelled is left out where it stays."""
        return {} if self.correction().cancelled_reason else {"cancelled_reason": None}

    def correction(self) -> Correction:
        """What is corrected, why, and what becomes of its task."""
        given = self.cleaned_data
        cancelled = given["cancelled_reason"] if given.get("task") == "cancel" else None
        return Correction(Id(given["corrects"]), given["why_corrected"], cancelled)


class WelfareForm(Form):
    """The step before contact about something serious (R-RGT-18)."""

    welfare = one_of("Outcome", words.WELFARE.items(), "Select the outcome")

    def step(self) -> Welfare:
        """What the action takes."""
        return Welfare(self.cleaned_data["welfare"])


class DoneForm(Form):
    """What came of an action, and where it stands."""

    outcome = text("Outcome", "Describe the actions taken and the findings", "Enter the outcome")
    outside_reference = line(
        "Where is it recorded?",
        "Its reference in the other system, for the visit, report, referral or investigation",
        "Enter the reference in the other system",
        most=80,
        width="govuk-input--width-20",
    )
