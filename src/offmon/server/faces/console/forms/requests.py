"""Forms of a request that came by another way than the portal, and of each request's steps."""

from collections.abc import Iterable
from typing import Any

from django import forms

from offmon.core.ids import Id
from offmon.core.person.deadlines import Channel, RequestKind, RequestOutcome
from offmon.server.agencies.queries import StaffView
from offmon.server.base.web.forms import DateField, Form
from offmon.server.faces.console import words
from offmon.server.faces.console.forms.fields import one_of, text
from offmon.server.rights.requests.actions import LONGEST_WORDS, RequestAnswer, TakenDown

_WAYS = [(one.value, called) for one, called in words.CHANNEL.items() if one is not Channel.PORTAL]


class TakeDownForm(Form):
    """What they ask for, in their own words, how and when it came, and who heard it."""

    kind = one_of(
        "What do they ask for?",
        words.REQUEST_ASKED.items(),
        "Select what they ask for",
        hint="The person need not name the right or the law",
    )
    channel = one_of("How did it come?", _WAYS, "Select how it came")
    received = DateField(
        label="When was it received?",
        help_text="The day when it reached anybody at the agency. The deadline runs from then. For example, 27 3 2026",
        called="The day of receipt",
    )
    words = forms.CharField(
        label="What did they say?",
        help_text="Use their own words as far as you can. Do not ask for details. They need not say anything.",
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args: Any, colleagues: Iterable[StaffView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["taken_by"] = forms.ChoiceField(
            label="Who received it?",
            choices=[(one.id, one.display_name) for one in colleagues],
            error_messages=dict.fromkeys(("required", "invalid_choice"), "Select who received it"),
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


class ShareForm(Form):
    """Why the staff of a case need to read a complaint."""

    reason = text(
        "Why do they need to read it?",
        "For example, to say what happened. They read your reason too.",
        "Enter why they need to read it",
    )


class ExtendForm(Form):
    """That the person was told, with reasons, that it takes two months more."""

    reasons = text(
        "Which reasons did you give the person?",
        "The request is complex, or one of many. The law accepts no other reasons.",
        "Enter the reasons that you gave the person",
    )
    told_by = one_of("How were they told?", _WAYS, "Select how they were told")
    told = DateField(
        label="When were they told?",
        help_text="Within the first month after receipt. For example, 27 3 2026",
        called="The day when you told them",
    )


class AnswerForm(Form):
    """What the person is answered, how else they get it, when, and what came of it."""

    words = text(
        "Your answer to the person",
        "They read it word for word on their own page. Say nothing that a restriction holds back.",
        "Enter your answer to the person",
        rows=10,
        most=LONGEST_WORDS,
    )
    sent_by = one_of(
        "How do they get it?",
        [(Channel.PORTAL.value, "On their own page alone"), *_WAYS],
        "Select how they get it",
        hint="Their own page shows it in each case. If they do not use it, send a letter too",
    )
    sent = DateField(
        label="When do they get it?",
        help_text="Their page shows it at once. Change the day only if you sent it before today",
        called="The day when they get it",
    )

    def __init__(self, *args: Any, kind: RequestKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind is not RequestKind.DATA:
            self.fields["outcome"] = one_of("Outcome", words.REQUEST_OUTCOME.items(), "Select the outcome")
            self.order_fields(["outcome", "words", "sent_by", "sent"])

    def answer(self) -> RequestAnswer:
        """What the action takes."""
        given = self.cleaned_data
        outcome = given.get("outcome")
        return RequestAnswer(
            given["words"],
            Channel(given["sent_by"]),
            given["sent"],
            None if outcome is None else RequestOutcome(outcome),
        )
