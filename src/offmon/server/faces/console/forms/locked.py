"""Forms of what is locked: what is to become of it, and why."""

from typing import Any

from offmon.core.log.quarantine import LateChoice
from offmon.server.base.web.forms import Form
from offmon.server.faces.console.forms.fields import one_of, text
from offmon.server.faces.console.locked_words import CHOICE


class AskLockedForm(Form):
    """What becomes of what is locked."""

    choice = one_of(
        "What should happen to these records?",
        [(one.value, called) for one, called in CHOICE.items()],
        "Select what should happen to them",
    )
    reason = text(
        "Why?",
        "Your colleague reads your reason. It is recorded in the log. Do not name a person.",
        "Enter your reason",
        rows=3,
    )

    def chosen(self) -> tuple[LateChoice, str]:
        """What to ask."""
        told: dict[str, Any] = self.cleaned_data
        return LateChoice(told["choice"]), told["reason"]
