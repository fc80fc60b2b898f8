"""Forms of a bundle (recipient, reason, opened content) and of an exhibit (producer, approver, reason, next holder)."""

from collections.abc import Iterable, Sequence
from typing import Any

from offmon.core import clock
from offmon.core.alerts.exhibit import ExhibitRecord
from offmon.core.alerts.opening import stays_closed
from offmon.core.ids import Id
from offmon.server.base.web.forms import DateField, Form
from offmon.server.evidence.actions import ExportRequest, SealRequest
from offmon.server.faces.console import words
from offmon.server.faces.console.forms.fields import line, one_of, some_of, text
from offmon.server.triage.queries.choosing import AlertChoice


class ExportForm(Form):
    """Who it is for, why, and what is opened: which alerts and exhibits, and of which time."""

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
    closed_reason = text(
        "Why open an alert that is not decided, or was not a match or not this person?",
        "Only if you chose one. Your reason is recorded in the log and in the bundle.",
        "Enter why",
        rows=3,
        required=False,
    )

    def __init__(
        self, *args: Any, alerts: Sequence[AlertChoice], exhibits: Sequence[ExhibitRecord], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._alerts = alerts
        self.fields["alerts"] = some_of(
            "Which alerts do you open?",
            [(one.id, _alert(one)) for one in alerts],
            hint="The bundle counts the others and leaves them closed",
        )
        self.fields["alerts"].initial = [one.id for one in alerts if not stays_closed(one.outcome)]
        sealed = [(one.id, one.reference) for one in exhibits if one.sealed_at is not None]
        self.fields["exhibits"] = some_of(
            "Which exhibits do you open?", sealed, hint="An exhibit opens by itself, whatever its time"
        )
        empty = [name for name, given in (("alerts", alerts), ("exhibits", sealed)) if not given]
        for name in empty:
            del self.fields[name]
        if not alerts:
            del self.fields["closed_reason"]
        self.order_fields(["recipient", "reason", "alerts", "exhibits", "closed_reason", "since", "until"])

    def clean(self) -> dict[str, Any]:
        """A reason where one of the chosen alerts stays closed without."""
        given: dict[str, Any] = self.cleaned_data
        outcomes = {one.id: one.outcome for one in self._alerts}
        if any(stays_closed(outcomes.get(one)) for one in given.get("alerts", ())) and not given.get("closed_reason"):
            self.add_error("closed_reason", "Enter why the court needs an alert that is not decided or was not theirs")
        return given

    def request(self) -> ExportRequest:
        """What the action takes. Raises Malformed for dates the wrong way round."""
        given = self.cleaned_data
        return ExportRequest(
            given["recipient"],
            given["reason"],
            clock.days(given["since"], given["until"]),
            alerts=tuple(map(Id, given.get("alerts", ()))),
            exhibits=tuple(map(Id, given.get("exhibits", ()))),
            closed_reason=given.get("closed_reason", "").strip() or None,
        )


def _alert(one: AlertChoice) -> str:
    count = "1 disclosure" if one.count == 1 else f"{one.count} disclosures"
    outcome = "not decided yet" if one.outcome is None else words.OUTCOME[one.outcome][0].lower()
    return f"{words.when(one.opened_at)}: {one.list}, {one.rule}, {count}, {outcome}"


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
