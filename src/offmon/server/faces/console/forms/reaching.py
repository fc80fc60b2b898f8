"""Forms of how staff are reached: a channel to add, and one of those there."""

from collections.abc import Sequence
from typing import Any

from django import forms

from offmon.core.alerts.reaching import MOST_MAILBOX, ChannelKind
from offmon.server.base.web.forms import Form, Radios
from offmon.server.faces.console.forms.fields import line, one_of
from offmon.server.faces.console.reach_words import KIND
from offmon.server.reaching.queries import ChannelView

_OWN = (ChannelKind.EMAIL, ChannelKind.TEXT)


class ChannelForm(Form):
    """How one is reached: by e-mail or text message, and where."""

    kind = one_of("How are you reached?", [(one.value, KIND[one]) for one in _OWN], "Select how you are reached")
    address = line(
        "E-mail address or telephone number",
        "Use one of your work. For example, name@example.police.uk or 07700 900123",
        "Enter the e-mail address or telephone number",
        most=MOST_MAILBOX,
        width="govuk-input--width-30",
    )

    def channel(self) -> ChannelKind:
        """Which kind was chosen."""
        return ChannelKind(self.cleaned_data["kind"])


class ControlRoomForm(Form):
    """Where the control room takes messages."""

    address = line(
        "Address of the control room’s webhook",
        "It begins with https:// and is reached from outside your network",
        "Enter the address of the control room’s webhook",
        most=500,
        width="govuk-input--width-30",
    )


class WhichChannelForm(Form):
    """One of the channels that are there."""

    channel = forms.ChoiceField(label="Which one?", widget=Radios, error_messages={"required": "Select one"})

    def __init__(self, *args: Any, channels: Sequence[ChannelView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["channel"]
        choices.choices = [(one.id, one.address) for one in channels]
        if len(channels) == 1:
            self.initial["channel"] = channels[0].id
