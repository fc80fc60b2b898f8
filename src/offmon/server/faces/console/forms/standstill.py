"""Forms by which monitoring is suspended, taken up again, or ended."""

from typing import Any

from offmon.core.authority.standstill import REASONS, HandedHow, Why
from offmon.core.states import DeploymentState
from offmon.server.base.web.forms import Form
from offmon.server.faces.console import order_words
from offmon.server.faces.console.forms.fields import one_of, text


class StopForm(Form):
    """Why, and what it is known from."""

    def __init__(self, *args: Any, to: DeploymentState, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(why.value, order_words.WHY[why]) for why in REASONS[to]]
        self.fields["why"] = one_of("Why?", choices, "Select why", hint="The person reads this on their page")
        self.fields["reason"] = text(
            "How do you know?", "For example, the prison’s notice of 3 March", "Enter how you know", rows=3
        )

    def answers(self) -> tuple[Why, str]:
        """What the action takes."""
        return Why(self.cleaned_data["why"]), self.cleaned_data["reason"]


class ResumeForm(Form):
    """Why it goes on."""

    reason = text("Why can the monitoring go on?", "For example, released on 4 May", "Enter why it can go on", rows=3)


class HandForm(Form):
    """How the person was given the end certificate."""

    handed = one_of(
        "How did the person get the certificate?",
        [(how.value, order_words.HANDED[how]) for how in HandedHow],
        "Select how they got it",
    )

    def how(self) -> HandedHow:
        """What the action takes."""
        return HandedHow(self.cleaned_data["handed"])
