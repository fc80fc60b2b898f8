"""Forms of a bundle (recipient, reason, opened content) and of an exhibit (producer, approver, reason, next holder)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField

from offmon.core import clock
from offmon.core.alerts.exhibit import ExhibitRecord
from offmon.core.alerts.opening import stays_closed
from offmon.core.clock import Period
from offmon.core.errors import Malformed
from offmon.core.formats.commitment import WithholdingGround
from offmon.core.ids import Id
from offmon.core.log.records import LeafPlace, WithheldDisclosure
from offmon.server.base.web.forms import DateField, Form
from offmon.server.evidence.actions import ExportRequest, SealRequest
from offmon.server.faces.console import words
from offmon.server.faces.console.forms.fields import line, one_of, some_of, text
from offmon.server.intake.queries import HeldDisclosure
from offmon.server.triage.queries.choosing import AlertChoice

LISTED: Final = "listed"  # sent along by the page that lists disclosures: a browser sends nothing of what is not ticked


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

    withholds = forms.BooleanField(
        label="Withhold single pages of these alerts, for legal privilege or because they are about another person",
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
            del self.fields["withholds"]
        self.order_fields(["recipient", "reason", "alerts", "exhibits", "closed_reason", "since", "until", "withholds"])

    @property
    def chosen(self) -> tuple[Id, ...]:
        """The alerts that a valid form opens."""
        return tuple(map(Id, self.cleaned_data.get("alerts", ())))

    @property
    def opened(self) -> Period:
        """The time that a valid form opens."""
        return clock.days(self.cleaned_data["since"], self.cleaned_data["until"])

    def clean(self) -> dict[str, Any]:
        """A reason where one of the chosen alerts stays closed without."""
        given: dict[str, Any] = self.cleaned_data
        outcomes = {one.id: one.outcome for one in self._alerts}
        if any(stays_closed(outcomes.get(one)) for one in given.get("alerts", ())) and not given.get("closed_reason"):
            self.add_error("closed_reason", "Enter why the court needs an alert that is not decided or was not theirs")
        if given.get("since") and given.get("until"):
            try:
                clock.days(given["since"], given["until"])
            except Malformed as error:
                self.add_error("until", error.message)
        return given

    def request(self) -> ExportRequest:
        """What the action takes."""
        given = self.cleaned_data
        return ExportRequest(
            given["recipient"],
            given["reason"],
            self.opened,
            alerts=self.chosen,
            exhibits=tuple(map(Id, given.get("exhibits", ()))),
            closed_reason=given.get("closed_reason", "").strip() or None,
        )


class WithholdForm(ExportForm):
    """The same, and what is withheld: all disclosures of a page, on a ground, with a note. It is asked on pages of its own."""

    def __init__(self, *args: Any, loads: Sequence[Sequence[HeldDisclosure]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._places = {load[0].id: [LeafPlace(one.device, one.epoch, one.n) for one in load] for load in loads}
        called = {load[0].id: _page(load) for load in loads}
        self.fields["withheld"] = some_of(
            "Which pages do you withhold?",
            list(called.items()),
            "Select the pages that you withhold",
            hint="The bundle leaves all that was found on them closed. Your colleague, the court and the defence see that.",
        )
        ticked = set(self.data.getlist("withheld"))  # type: ignore[attr-defined]  # what a browser sent is a QueryDict
        self._ticked = [one for one in self._places if one in ticked]
        for one in self._ticked:
            self.fields[f"ground-{one}"] = one_of(
                f"Why do you withhold this? {called[one]}",
                words.WITHHOLDING.items(),
                f"Select why you withhold this: {called[one]}",
            )
            self.fields[f"note-{one}"] = text(
                f"Note on: {called[one]}",
                "The court and the defence read your note. Say what kind of thing it is. Do not say what is in it.",
                f"Enter a note on: {called[one]}",
                rows=2,
                most=500,
            )

    def next_page(self) -> list[BoundField]:
        """The questions of the next page: which disclosures, then why of each; none once all are answered.

        A question that was not on the page that was sent has no error yet.
        """
        asked = {f"{name}-{one}": f"note-{one}" in self.data for one in self._ticked for name in ("ground", "note")}
        asked = asked or {"withheld": LISTED in self.data}
        is_open = any(name in self.errors for name in asked)
        for name in (name for name, was_asked in asked.items() if not was_asked):
            self.errors.pop(name, None)
        return [self[name] for name in asked] if is_open else []

    def request(self) -> ExportRequest:
        """What the action takes."""
        given = self.cleaned_data
        withheld = (
            WithheldDisclosure(place, WithholdingGround(given[f"ground-{one}"]), given[f"note-{one}"])
            for one in self._ticked
            for place in self._places[one]
        )
        return replace(super().request(), withheld=tuple(withheld))


def _page(load: Sequence[HeldDisclosure]) -> str:
    first = load[0]
    found = ", ".join(dict.fromkeys(one.envelope.claim.rule for one in load))
    numbers = ("number " if len(load) == 1 else "numbers ") + ", ".join(str(one.n) for one in load)
    return f"{words.when(first.event_at)}, {found}: {numbers} of device {first.device[:8]}"


def _alert(one: AlertChoice) -> str:
    count = "1 disclosure" if one.count == 1 else f"{one.count} disclosures"
    outcome = "not decided yet" if one.outcome is None else words.OUTCOME[one.outcome][0].lower()
    return f"{words.when(one.opened_at)}: {one.list}, {one.rule}, {count}, {outcome}"


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
