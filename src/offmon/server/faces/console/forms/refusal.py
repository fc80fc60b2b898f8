"""The forms by which a second person says no, and by which whoever asked takes it back."""

from offmon.server.base.web.forms import Form
from offmon.server.faces.console.forms.fields import text


class RefuseForm(Form):
    """Why something that waits for a second person is refused."""

    reason = text(
        "Why do you refuse it?",
        "Whoever asked reads your reason. It is recorded in the log. Do not name a person.",
        "Enter why you refuse it",
        rows=3,
    )


class WithdrawForm(Form):
    """Why something that nobody has answered is withdrawn."""

    reason = text(
        "Why do you withdraw it?",
        "Your reason is recorded in the log. Do not name a person.",
        "Enter why you withdraw it",
        rows=3,
    )
