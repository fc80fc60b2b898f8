"""A request that came by another way than the portal, and what is done with any."""

from collections.abc import Iterable
from typing import Any

from django import forms

from offmon.core.clocks import Channel, Outcome, RequestKind
from offmon.core.ids import Id
from offmon.server.agencies.queries import StaffView
from offmon.server.base.web.forms import DateField, Form
from offmon.server.faces.console import words
from offmon.server.faces.console.forms.fields import one_of, text
from offmon.server.rights.desk.actions import LONGEST_WORDS, Answer, TakenDown

_WAYS = [(one.value, called) for one, called in words.CHANNEL.items() if one is not Channel.PORTAL]


class TakeDownForm(Form):
    """What they ask for, in their own words, how and when it came, and who heard it."""

    kind = one_of(
        "What do they ask for?",
        [(one.value, called) for one, called in words.REQUEST_ASKED.items()],
        "Select what they ask for",
        hint="They need not know its name, or the law",
    )
    channel = one_of("How did it come?", _WAYS, "Select how it came")
    received = DateField(
        label="When was it received?",
        help_text="The day on which it reached anybody at the agency; its time runs from then. For example, 27 3 2026",
        called="The day of receipt",
    )
    words = forms.CharField(
        label="What did they say?",
        help_text="In their own words as far as you can. Do not ask what happened; they need not say anything.",
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args: Any, colleagues: Iterable[StaffView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["taken_by"] = forms.ChoiceField(
            label="Who heard or opened it?",
            choices=[(one.id, one.display_name) for one in colleagues],
            error_messages=dict.fromkeys(("required", "invalid_choice"), "Select who heard or opened it"),
        )
        self.order_fields(["kind", "channel", "received", "taken_by", "words"])

    def said(self) -> TakenDown:
        """What the action takes."""
        given = self.cleaned_data
        return TakenDown(
            RequestKind(given["kind"]),
            given["words"],
            Channel(given["channel"]),
            given["received"],
            Id(given["taken_by"]),
        )


class ExtendForm(Form):
    """That the person was told, with reasons, that it takes two months more."""

    reasons = text(
        "Which reasons was the person told?",
        "The request is complex, or one of many. Reasons of another kind do not count.",
        "Say which reasons the person was told",
    )
    told_by = one_of("How were they told?", _WAYS, "Select how they were told")
    told = DateField(
        label="When were they told?",
        help_text="Inside the first month after receipt. For example, 27 3 2026",
        called="The day on which they were told",
    )


class AnswerForm(Form):
    """What was answered, how, when, and what came of it."""

    words = text(
        "What was answered?", "In short; the letter itself stays where letters are kept", "Say what was answered"
    )
    sent_by = one_of("How was it sent?", _WAYS, "Select how it was sent")
    sent = DateField(
        label="When was it sent?",
        help_text="The clock stops on that day. For example, 27 3 2026",
        called="The day on which it was sent",
    )

    def __init__(self, *args: Any, kind: RequestKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind is not RequestKind.DATA:
            self.fields["outcome"] = one_of(
                "What came of it?",
                [(one.value, called) for one, called in words.REQUEST_OUTCOME.items()],
                "Select what came of it",
            )
            self.order_fields(["outcome", "words", "sent_by", "sent"])

    def answer(self) -> Answer:
        """What the action takes."""
        given = self.cleaned_data
        outcome = given.get("outcome")
        return Answer(
            given["words"], Channel(given["sent_by"]), given["sent"], None if outcome is None else Outcome(outcome)
        )
