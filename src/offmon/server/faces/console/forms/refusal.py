"""The form by which a second person says no."""

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
