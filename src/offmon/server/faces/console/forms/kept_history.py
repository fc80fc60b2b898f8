"""The form by which a kept history is opened at a visit."""

from django import forms
from django.http import QueryDict

from offmon.server.base.web.forms import Form
from offmon.server.faces.console.forms.fields import line, text


class OpenHistoryForm(Form):
    """Which device it is, that the person is there, who else is, and why. `shown`: the number on the right device."""

    number = line(
        "Which number does the device show?",
        "Four digits",
        "Enter the number on the device",
        most=4,
        width="govuk-input--width-4",
    )
    present = forms.BooleanField(
        label="The person is here, and asked for this on their device",
        error_messages={"required": "Open the history only with the person present"},
    )
    others = line("Who else is there?", "Leave it empty if nobody is", "", most=200, required=False)
    reason = text(
        "Why do you need to see it?",
        "The person can read your role and the day. Your reason is recorded in the log",
        "Enter why you need to see it",
        rows=3,
    )

    def __init__(self, data: QueryDict | None, shown: str) -> None:
        super().__init__(data)
        self._shown = shown

    def clean_number(self) -> str:
        """So that an officer opens the device that is before them, and no other."""
        number = str(self.cleaned_data["number"])
        if number != self._shown:
            raise forms.ValidationError("That number is not this request’s. Check the device, or go back to the list")
        return number
