"""Forms of a bundle (recipient, reason, opened content) and of an exhibit (producer, approver, reason, next holder)."""

from collections.abc import Iterable
from typing import Any

from offmon.core import clock
from offmon.core.ids import Id
from offmon.server.base.web.forms import DateField, Form
from offmon.server.evidence.actions import ExportRequest, SealRequest
from offmon.server.faces.console.forms.fields import line, one_of, text


class ExportForm(Form):
    """Who it is for, why, and from which period content is opened."""

    recipient = line("Who is it for?", "The court, prosecutor or defence solicitor, by office", "Enter who it is for")
    reason = text(
        "Why do they need it?", "Your reason is recorded in the log and in the bundle", "Enter why they need it", rows=3
    )
    since = DateField(
        label="Open disclosures from",
        help_text="The bundle accounts for all others without opening them",
        called="The first day",
    )
    until = DateField(label="Open disclosures up to and including", called="The last day")

    def request(self) -> ExportRequest:
        """What the action takes. Raises Malformed for dates the wrong way round."""
        given = self.cleaned_data
        return ExportRequest(given["recipient"], given["reason"], clock.days(given["since"], given["until"]))


class RefuseExportForm(Form):
    """Why a bundle does not leave."""

    reason = text(
        "Why do you refuse it?",
        "Your reason stays in the log. Whoever requested the bundle reads it.",
        "Enter why you refuse the bundle",
    )


class SealForm(Form):
    """A disclosure as an exhibit (R-EVD-5, R-EVD-6)."""

    initials = line(
        "Your initials",
        "Two to four capital letters, as on your other exhibits. We add a unique number.",
        "Enter your initials",
        most=4,
        width="govuk-input--width-3",
    )
    reason = text(
        "Why is it sealed?", "Your reason is recorded in the log and in a bundle", "Enter why it is sealed", rows=3
    )

    def __init__(self, *args: Any, deciders: Iterable[tuple[Id, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oic"] = one_of(
            "Who is in charge of the investigation?", deciders, "Select who is in charge of the investigation"
        )
        self.order_fields(["initials", "oic", "reason"])

    def request(self) -> SealRequest:
        """What the action takes."""
        given = self.cleaned_data
        return SealRequest(given["initials"], Id(given["oic"]), given["reason"])


class HandOverForm(Form):
    """Who has an exhibit next, where, and why (R-EVD-7)."""

    place = line("Where does it go?", "The place or system that stores it from now on", "Enter where it goes")
    reason = text("Why?", "Your reason is recorded in the log and in a bundle", "Enter why it is handed over", rows=3)

    def __init__(self, *args: Any, colleagues: Iterable[tuple[Id, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"] = one_of("Who receives it?", colleagues, "Select who receives it")
        self.order_fields(["to", "place", "reason"])

    def given(self) -> tuple[Id, str, str]:
        """What the action takes."""
        return Id(self.cleaned_data["to"]), self.cleaned_data["place"], self.cleaned_data["reason"]
