"""Forms by which a licence gets its number, and an event is confirmed not to have come."""

from django import forms

from offmon.core.authority.end_event import EndEvent
from offmon.core.authority.licence import LicenceType
from offmon.server.base.web.forms import Form
from offmon.server.faces.console import order_words
from offmon.server.faces.console.forms.fields import line, one_of, text
from offmon.server.orders.licences.queries import LicenceEntry


class LicenceForm(Form):
    """What the licence system calls a licence."""

    licence_id = line(
        "Number of the licence", "From the licence system, for example 4711", "Enter the number of the licence", most=40
    )
    type = one_of(
        "Type",
        [(one.value, called) for one, called in order_words.LICENCE_TYPE.items()],
        "Select the type of the licence",
    )
    kind = line("Kind", "For example CRD or HDC", "Enter the kind of the licence", most=40)
    policy_version = line("Policy version", "For example 4.0", "Enter the policy version", most=20)
    conditions = text(
        "Codes of its conditions",
        "One a line. Leave this empty if you do not have them: the feed brings them",
        "Enter the codes",
        required=False,
    )

    def entry(self) -> LicenceEntry:
        """What the action takes."""
        given = self.cleaned_data
        return LicenceEntry(
            licence_id=given["licence_id"],
            type=LicenceType(given["type"]),
            kind=given["kind"],
            policy_version=given["policy_version"],
            conditions=tuple(given["conditions"].lower().split()),
        )


class EventForm(Form):
    """With what an order ends."""

    event = one_of(
        "With what does it end?",
        [(one.value, called) for one, called in order_words.EVENT.items()],
        "Select with what it ends",
    )
    not_come = forms.BooleanField(
        label="I asked, and it has not come",
        error_messages={"required": "Tick that it has not come. If it has, record the end"},
    )

    def answer(self) -> EndEvent:
        """What the action takes."""
        return EndEvent(self.cleaned_data["event"])
