"""An impact assessment: what it covers, that it was read, and what the ICO said."""

from typing import Any

from django import forms

from offmon.core import clock
from offmon.core.assessment import Assessment, Source
from offmon.core.ids import Digest
from offmon.core.order import Capability
from offmon.server.base.web.forms import DateField, Form
from offmon.server.faces.console import words
from offmon.server.faces.console.forms.fields import fingerprint, line, one_of, paper, some_of
from offmon.server.orders.actions import AssessmentEntry


class PrepareForm(Form):
    """An assessment, from its document."""

    title = line("What is it called?", "As it stands on the document", "Enter what it is called")
    capabilities = some_of(
        "What does it cover?",
        [(one.value, called) for one, called in words.CAPABILITY.items()],
        "Select what it covers",
        hint="What no signed assessment covers is not collected",
    )
    sources = some_of(
        "Where on the device is that read?",
        [(one.value, called) for one, called in words.SOURCE.items()],
        "Select where that is read",
    )
    document = paper(
        "The document",
        "Only its fingerprint is kept here. Keep the document, and give it to the data protection officer to read.",
        "Choose the document",
    )
    review_on = DateField(
        label="When is it due for review?",
        help_text="A day in the next twelve months. From then on it no longer counts, and profiles end before it.",
        called="The date of the review",
    )

    def entry(self) -> AssessmentEntry:
        """What the action takes."""
        given = self.cleaned_data
        return AssessmentEntry(
            title=given["title"],
            capabilities=tuple(Capability(one) for one in given["capabilities"]),
            sources=tuple(Source(one) for one in given["sources"]),
            document=fingerprint(given["document"]),
            review_by=clock.start_of_day(given["review_on"]),
        )


class SignForm(Form):
    """That it was read: the same document, and by someone who says so."""

    document = paper(
        "The document that you read",
        "Its fingerprint is compared with the one above. The document is not kept.",
        "Choose the document that you read",
    )
    statement = forms.BooleanField(
        label="I have read it. It says what is collected and why, the risks to people and the measures, and these are enough",
        error_messages={"required": "Confirm that you have read it and are content, or leave it unsigned"},
    )

    def read(self) -> Digest:
        """The fingerprint of what was read."""
        return fingerprint(self.cleaned_data["document"])


class IcoForm(Form):
    """The prior consultation (DPA 2018 s.65)."""

    asked_on = DateField(
        label="When was the ICO asked?", help_text="For example, 27 3 2027", called="The date it was asked"
    )
    extended = one_of(
        "How long has the ICO to answer?",
        [("no", "Six weeks"), ("yes", "Six weeks and a month, as it told us")],
        "Select how long the ICO has",
    )
    answered_on = DateField(
        label="When did it answer?",
        help_text="Leave empty until it has, and the document does what it advised",
        called="The date it answered",
        required=False,
    )

    @staticmethod
    def of(assessment: Assessment) -> dict[str, Any]:
        """What is recorded already."""
        asked, answered = assessment.asked_at, assessment.answered_at
        return {
            "asked_on": None if asked is None else clock.local_day(asked),
            "extended": "yes" if assessment.extended else "no",
            "answered_on": None if answered is None else clock.local_day(answered),
        }

    def given(self) -> dict[str, Any]:
        """What the action takes."""
        given = self.cleaned_data
        answered = given["answered_on"]
        return {
            "asked_at": clock.start_of_day(given["asked_on"]),
            "answered_at": None if answered is None else clock.start_of_day(answered),
            "extended": given["extended"] == "yes",
        }
