"""Forms of an impact assessment: what it covers, that it was read, and what the ICO said."""

from typing import Any

from django import forms

from offmon.core import clock
from offmon.core.authority.assessment import Assessment
from offmon.core.authority.capability import SOURCE_WORDS, Capability, Source
from offmon.server.base.web.forms import DateField, Form
from offmon.server.faces.console import words
from offmon.server.faces.console.forms.fields import line, one_of, pdf, some_of
from offmon.server.orders.actions import AssessmentEntry


class PrepareForm(Form):
    """An assessment, from its document."""

    title = line("Title", "As written on the document", "Enter the title")
    capabilities = some_of(
        "Which data does it cover?",
        words.CAPABILITY.items(),
        "Select the data that it covers",
        hint="Devices collect only data that a signed assessment covers",
    )
    sources = some_of("Where on the device is this data read?", SOURCE_WORDS.items(), "Select where the data is read")
    document = pdf(
        "The document",
        "Without a password. We store it encrypted, and the data protection officer reads it here before they sign.",
        "Choose the document",
    )
    review_on = DateField(
        label="When is it due for review?",
        help_text="A day in the next twelve months. The assessment is valid until then, and profiles end before then.",
        called="The date of the review",
    )

    def entry(self) -> AssessmentEntry:
        """What the action takes."""
        given = self.cleaned_data
        return AssessmentEntry(
            title=given["title"],
            capabilities=tuple(Capability(one) for one in given["capabilities"]),
            sources=tuple(Source(one) for one in given["sources"]),
            document=given["document"],
            review_by=clock.start_of_day(given["review_on"]),
        )


class SignForm(Form):
    """That it was read, by someone who says so."""

    statement = forms.BooleanField(
        label="I have read it. It describes the data, the purpose, the risks to people and the measures. The measures are sufficient",
        error_messages={
            "required": "Confirm that you have read it and that the measures are sufficient, or do not sign"
        },
    )


class IcoForm(Form):
    """The prior consultation (DPA 2018 s.65)."""

    asked_on = DateField(
        label="When was the ICO asked?", help_text="For example, 27 3 2027", called="The date it was asked"
    )
    extended = one_of(
        "How long does the ICO have to answer?",
        [("no", "Six weeks"), ("yes", "Six weeks and one month, as the ICO told us")],
        "Select how long the ICO has",
    )
    answered_on = DateField(
        label="When did it answer?",
        help_text="Leave empty until the ICO has answered and the document follows its advice",
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
