"""Forms of a compliance record: a membership, or a review by somebody else."""

from offmon.core import clock
from offmon.core.public.assurance import Control
from offmon.server.base.web.forms import DateField, Form
from offmon.server.faces.console import words
from offmon.server.faces.console.forms.fields import line, one_of, text
from offmon.server.oversight.actions import CheckedPaper


class AttestationForm(Form):
    """A paper, as it stands on it."""

    control = one_of("Type of record", words.PAPER.items(), "Select the type of record")
    document = line("Title", "As written on the document", "Enter the title")
    issuer = line("Who issued it?", "", "Enter who issued it")
    since = DateField(label="From when is it valid?", help_text="For example, 27 3 2026", called="The first day")
    until = DateField(
        label="Until when is it valid?",
        help_text="Its last day. After that the public page no longer claims it.",
        called="The last day",
    )

    def paper(self) -> CheckedPaper:
        """What the action takes."""
        given = self.cleaned_data
        return CheckedPaper(
            control=Control(given["control"]),
            document=given["document"],
            issuer=given["issuer"],
            since=clock.start_of_day(given["since"]),
            until=clock.end_of_day(given["until"]),
        )


class WithdrawForm(Form):
    """That a paper is held no longer."""

    reason = text("Why is it withdrawn?", "", "Enter why it is withdrawn", rows=3)
