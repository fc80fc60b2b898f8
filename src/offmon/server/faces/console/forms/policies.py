"""Forms of a policy document: what it says, that it was read, and why it is refused."""

from django import forms

from offmon.core import clock
from offmon.server.base.web.forms import DateField, Form
from offmon.server.faces.console.forms.fields import line, pdf, text
from offmon.server.orders.actions import PolicyEntry


class PreparePolicyForm(Form):
    """A version, from its document (DPA 2018 s.42(2))."""

    title = line("Title", "As written on the document", "Enter the title")
    principles = text(
        "How are the data protection principles secured?",
        "In summary, for sensitive data. Never name a person",
        "Enter how the principles are secured",
    )
    retention = text(
        "What is kept, for how long, and when is it erased?",
        "In summary, as the document says",
        "Enter what is kept and when it is erased",
    )
    owner = line("Who answers for it?", "A role, for example: head of data protection", "Enter who answers for it")
    document = pdf(
        "The document",
        "Without a password. We store it encrypted, and the data protection officer reads it here before they agree.",
        "Choose the document",
    )
    since = DateField(label="From when is it in force?", called="The first day")
    review_on = DateField(
        label="When is it due for review?",
        help_text="A day in the next twelve months. It is in force until then, and profiles that need it end before then.",
        called="The date of the review",
    )

    def entry(self) -> PolicyEntry:
        """What the action takes."""
        given = self.cleaned_data
        return PolicyEntry(
            title=given["title"],
            principles=given["principles"],
            retention=given["retention"],
            owner=given["owner"],
            document=given["document"],
            since=clock.start_of_day(given["since"]),
            review_by=clock.start_of_day(given["review_on"]),
        )


class AgreePolicyForm(Form):
    """That it was read, by someone who says so."""

    statement = forms.BooleanField(
        label="I have read it. It says how the principles are secured, and what is kept and erased when",
        error_messages={"required": "Confirm that you have read it, or refuse it"},
    )
