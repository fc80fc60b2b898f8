"""What is asked before something is shown, and when it is decided."""

from typing import Any

from offmon.core.records import DecisionOutcome
from offmon.server.base.web.forms import Form
from offmon.server.faces.console import words
from offmon.server.faces.console.forms.fields import one_of, text


class ReasonForm(Form):
    """Why one body is to be opened."""

    reason = text(
        "Why do you need to see it?",
        "Your reason stands in the log. The person may be told that your role looked.",
        "Say why you need to see it",
    )


class DecideForm(Form):
    """An outcome of the closed list, and why."""

    outcome = one_of(
        "What do you decide?",
        [(outcome.value, label) for outcome, (label, _) in words.OUTCOME.items()],
        "Select what you decide",
    )
    reason = text(
        "Why?",
        "In your own words, for someone who was not there. Say what you looked at, and whether there may be a reasonable excuse.",
        "Say in your own words why you decided so",
    )

    def grouped(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """The outcomes as radios, by what follows."""
        chosen = self["outcome"].value()
        return [(title, [_radio(outcome, chosen) for outcome in group]) for title, group in words.OUTCOME_GROUPS]

    def decided(self) -> tuple[DecisionOutcome, str]:
        """The outcome and the reason."""
        return DecisionOutcome(self.cleaned_data["outcome"]), self.cleaned_data["reason"]


def _radio(outcome: DecisionOutcome, chosen: object) -> dict[str, Any]:
    label, hint = words.OUTCOME[outcome]
    return {"value": outcome.value, "text": label, "hint": {"text": hint}, "checked": outcome.value == chosen}
