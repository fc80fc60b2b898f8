"""What the pages call the steps of a transfer to another agency."""

from django import forms

from offmon.core.authority.bases import Basis
from offmon.server.agencies.transfers.queries import OfferView, TransferView
from offmon.server.base.web.forms import Form
from offmon.server.faces.console import words


class ApproveForm(Form):
    """That a supervisor approves."""

    sure = forms.BooleanField(
        label="The case and its orders are in order, and my agency hands it over",
        error_messages={"required": "Confirm that your agency hands the case over"},
    )


def bases(one: OfferView) -> list[Basis]:
    """The bases of the orders in force."""
    return [Basis(basis) for basis in one.bases]


def state(one: TransferView) -> str:
    """How a transfer stands, in a few words."""
    name = one.receiver.name
    taken_back = next((said for said in (one.refusal, one.answer) if said is not None and said.withdrawn), None)
    if taken_back is not None:
        return f"Withdrawn, {words.day(taken_back.at)}: {taken_back.reason}"
    if one.refusal is not None:
        return f"Refused by your supervisor, {words.day(one.refusal.at)}: {one.refusal.reason}"
    if one.answer is not None:
        return f"Declined by {name}, {words.day(one.answer.at)}: {one.answer.reason}"
    if one.accepted_at is not None:
        return f"Accepted by {name}, {words.day(one.accepted_at)}"
    return "Waits for a supervisor of your agency" if one.waits else f"Waits for a supervisor of {name}"
