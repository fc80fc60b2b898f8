"""A bundle: to whom, why, and what of it is opened."""

from offmon.core import clock
from offmon.server.base.web.forms import DateField, Form
from offmon.server.evidence.actions import ExportRequest
from offmon.server.faces.console.forms.fields import line, text


class ExportForm(Form):
    """Who it is for, why, and from which period content is opened."""

    recipient = line("Who is it for?", "The court, prosecutor or defence solicitor, by office", "Enter who it is for")
    reason = text("Why do they need it?", "It stands in the log, and in the bundle", "Say why they need it", rows=3)
    since = DateField(
        label="Open content from", help_text="Everything else is accounted for and stays closed", called="The first day"
    )
    until = DateField(label="Open content up to and including", called="The last day")

    def request(self) -> ExportRequest:
        """What the action takes. Raises Malformed for dates the wrong way round."""
        given = self.cleaned_data
        return ExportRequest(given["recipient"], given["reason"], clock.days(given["since"], given["until"]))
