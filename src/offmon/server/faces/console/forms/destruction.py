"""Forms of a destruction: why a key is destroyed, and why not."""

from offmon.server.base.web.forms import Form
from offmon.server.faces.console.forms.fields import text


class AskDestructionForm(Form):
    """Why it is destroyed."""

    reason = text(
        "Why is it destroyed?",
        "Your reason is recorded, and stands on the certificate",
        "Enter why it is destroyed",
        rows=3,
    )
