"""Forms of a transfer: proposed by the case's officer, accepted by the other agency."""

from collections.abc import Iterable
from typing import Any

from django import forms

from offmon.core.ids import Id
from offmon.server.agencies.queries import AgencyView, StaffView
from offmon.server.agencies.transfers.actions import Proposal
from offmon.server.base.web.forms import DateField, Form
from offmon.server.faces.console.forms.fields import one_of, text


class ProposeTransferForm(Form):
    """To which agency, from which day, and why."""

    counts_from = DateField(
        label="From which day does it count?",
        help_text="The other agency can accept on this day or after it",
        called="The day from which it counts",
    )
    reason = text(
        "Why does the case move?",
        "The other agency reads it before it accepts. Do not name a person",
        "Enter why the case moves",
        rows=4,
    )

    def __init__(self, *args: Any, agencies: Iterable[AgencyView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["receiver"] = one_of(
            "Which agency takes the case over?", [(one.id, one.name) for one in agencies], "Select the agency"
        )
        self.order_fields(["receiver", "counts_from", "reason"])

    def given(self) -> Proposal:
        """What the action takes."""
        given = self.cleaned_data
        return Proposal(Id(given["receiver"]), given["reason"], given["counts_from"])


class AcceptTransferForm(Form):
    """Who keeps the case from now on."""

    def __init__(self, *args: Any, officers: Iterable[StaffView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"] = forms.ChoiceField(
            label="Which offender manager keeps the case?",
            choices=[("", "Choose someone"), *((one.id, one.display_name) for one in officers)],
            error_messages=dict.fromkeys(("required", "invalid_choice"), "Select the offender manager"),
        )
