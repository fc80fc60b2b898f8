"""Forms of the agency: staffed hours, who is on call outside them, and how people reach the agency."""

from django import forms

from offmon.core.formats.event import Gravity
from offmon.server.agencies.queries import AgencyView
from offmon.server.base.web.forms import Form
from offmon.server.faces.console.forms.fields import line

_HINT = "A desk and its number, for example: Public protection desk, 101 extension 86. No name is needed."


class OnCallForm(Form):
    """The hours, for each gravity a contact, and the duty inspector behind them. None may be empty: an alert must reach someone."""

    office_hours = line(
        "Hours in which staff review possible breaches",
        "Supervised people and the public read this. For example: Monday to Friday, 9am to 5pm, but not on public holidays",
        "Enter the hours in which staff review possible breaches",
    )
    urgent = line("Urgent possible breaches", _HINT, "Enter the contact for urgent possible breaches")
    high = line("High", "", "Enter the contact for high ones")
    standard = line("Standard", "It may be the next working day", "Enter the contact for standard ones")
    duty_inspector = line(
        "Duty inspector",
        "An alert is escalated to them if it is still overdue with the supervisor",
        "Enter the duty inspector’s desk and number",
    )

    @staticmethod
    def initially(agency: AgencyView) -> dict[str, str]:
        """What is recorded now."""
        contacts = {gravity.value: agency.on_call.get(gravity, "") for gravity in Gravity}
        return contacts | {"office_hours": agency.office_hours, "duty_inspector": agency.duty_inspector}

    def contacts(self) -> dict[Gravity, str]:
        """What the action takes."""
        return {gravity: self.cleaned_data[gravity.value] for gravity in Gravity}


class ContactForm(Form):
    """No box: the administrator says that what they were shown is right."""

    contact = forms.CharField(widget=forms.HiddenInput)
