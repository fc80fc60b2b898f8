"""How the queue is chosen and ordered. The form changes nothing, and is sent by POST: what is searched for is often a name."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms

from offmon.core.authority.capability import DETECTING
from offmon.core.formats.event import Gravity
from offmon.core.ids import CHECKS, Id
from offmon.server.base.web.forms import Form
from offmon.server.faces.console import words
from offmon.server.triage.queries.queue_lines import QueueChoice, QueueOrder

ANY: Final = ("", "Any")
ORDER: Final = {
    QueueOrder.DUE: "Due soonest",
    QueueOrder.GRAVEST: "Gravest",
    QueueOrder.NEWEST: "Newest",
    QueueOrder.MOST: "Most often",
}


class QueueForm(Form):
    """What to look for. Each field may be left as it is."""

    optional = ""

    words = forms.CharField(label="Search for a person, list or rule", required=False, max_length=100)
    gravity = forms.ChoiceField(
        label="Severity", required=False, choices=[ANY, *((one.value, words.GRAVITY[one]) for one in Gravity)]
    )
    kind = forms.ChoiceField(
        label="Data", required=False, choices=[ANY, *((one.value, words.CAPABILITY[one]) for one in DETECTING)]
    )
    owner = forms.ChoiceField(label="Assigned to", required=False)
    order = forms.ChoiceField(label="Sort by", required=False, choices=[(one.value, ORDER[one]) for one in QueueOrder])

    def __init__(self, *args: Any, owners: Mapping[Id, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = [ANY, *sorted(owners.items(), key=lambda one: one[1])]  # type: ignore[attr-defined]


def choice_of(given: Mapping[str, str]) -> QueueChoice:
    """The choice that an address makes. What it says wrongly is as if it said nothing: nobody typed it."""
    order = given.get("order", "")
    return QueueChoice(
        person=_id(given.get("person", "")),
        gravity=next((one for one in Gravity if one.value == given.get("gravity")), None),
        capability=next((one for one in DETECTING if one.value == given.get("kind")), None),
        owner=_id(given.get("owner", "")),
        words=given.get("words", "")[:100],
        order=QueueOrder(order) if order in set(QueueOrder) else QueueOrder.DUE,
    )


def _id(text: str) -> Id | None:
    return Id(text) if CHECKS[Id](text) else None
