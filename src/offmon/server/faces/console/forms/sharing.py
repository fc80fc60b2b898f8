"""Forms to manage access to a case: opening it, ending access, and sharing it with another agency."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from offmon.core import clock
from offmon.core.access.cover import MOST_DAYS
from offmon.core.access.sharing import SharingGround
from offmon.core.ids import Id
from offmon.server.agencies.actions import Cover, Sharing
from offmon.server.agencies.queries import AgencyView, StaffView, Workplace
from offmon.server.base.web.forms import DateField, Form
from offmon.server.faces.console import words
from offmon.server.faces.console.forms.fields import line, one_of, text

_IN_THE_LOG = "Your reason is recorded in the case log"


class OpenForm(Form):
    """To whom a case is opened, and why."""

    reason = text("Why do they need it?", _IN_THE_LOG, "Enter why they need it", rows=3)

    def __init__(self, *args: Any, people: Iterable[tuple[StaffView, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A list to choose from and not radios: an agency has more staff than a page has room for.
        names = [(one.id, f"{one.display_name}, {words.ROLE[one.role].lower()}, {team}") for one, team in people]
        self.fields["staff"] = forms.ChoiceField(
            label="Who gets access?",
            choices=[("", "Choose someone"), *names],
            error_messages=dict.fromkeys(("required", "invalid_choice"), "Select who gets access"),
        )
        self.order_fields(["staff", "reason"])

    def given(self) -> tuple[Id, str]:
        """What the action takes."""
        return Id(self.cleaned_data["staff"]), self.cleaned_data["reason"]


class CoverForm(Form):
    """Who is away, who covers for them, until which day, and why."""

    until = DateField(
        label="What is the last day?",
        help_text=f"Within {MOST_DAYS} days. The access ends by itself",
        called="The last day",
    )
    reason = line("Why?", "For example, annual leave. Recorded in the log of each case", "Enter why")

    def __init__(self, *args: Any, away: Iterable[StaffView], by: Iterable[StaffView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["away"] = _who("Who is away?", away)
        self.fields["by"] = _who("Who covers for them?", by)
        self.order_fields(["away", "by", "until", "reason"])

    def cover(self) -> Cover:
        """What the action takes."""
        given = self.cleaned_data
        return Cover(Id(given["away"]), Id(given["by"]), clock.end_of_day(given["until"]), given["reason"])


def _who(label: str, people: Iterable[StaffView]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=[
            ("", "Choose someone"),
            *((one.id, f"{one.display_name}, {words.ROLE[one.role].lower()}") for one in people),
        ],
        error_messages=dict.fromkeys(("required", "invalid_choice"), f"Select {label[:1].lower()}{label[1:-1]}"),
    )


class EndSharingForm(Form):
    """Why someone's access, or a sharing, ends."""

    reason = text("Why does it end?", _IN_THE_LOG, "Enter why it ends", rows=3)


class ShareForm(Form):
    """With which agency, on which lawful ground, and why."""

    ground = one_of(
        "On which lawful ground?",
        words.GROUND.items(),
        "Select the lawful ground",
        hints={ground.value: source for ground, source in words.GROUND_SOURCE.items()},
    )
    ground_words = line("If another ground, which?", "Its name and legislation", "", required=False)
    reason = text("Why is the case shared?", _IN_THE_LOG, "Enter why the case is shared", rows=3)

    def __init__(self, *args: Any, agencies: Iterable[AgencyView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"] = one_of(
            "Which agency receives the case?",
            [(one.id, one.name) for one in agencies],
            "Select the agency that receives the case",
        )
        self.order_fields(["partner", "ground", "ground_words", "reason"])

    def clean_ground_words(self) -> str:
        """Another ground is said in words; beside one of the list nothing is."""
        said: str = self.cleaned_data["ground_words"].strip()
        another = self.cleaned_data.get("ground") == SharingGround.OTHER
        if another and not said:
            raise ValidationError("Enter the other ground and its legislation")
        if said and not another:
            raise ValidationError("Leave this empty, or select “Another ground”")
        return said

    def sharing(self) -> Sharing:
        """What the action takes."""
        given = self.cleaned_data
        return Sharing(Id(given["partner"]), SharingGround(given["ground"]), given["ground_words"], given["reason"])


TOOK_OVER: Final = "/took-over"


class WorkingForForm(Form):
    """Whose cases one works on: one's own agency's, those that another shares with it, or those that it took over from another."""

    def __init__(
        self, *args: Any, own: AgencyView, hosts: Sequence[Workplace], waits: Mapping[str, str], **kwargs: Any
    ) -> None:
        """`waits`: by choice, what waits there in words."""
        super().__init__(*args, **kwargs)
        self.fields["agency"] = one_of(
            "Choose an agency",
            [(own.id, f"{own.name}, your own agency"), *((chosen(one), _of(one)) for one in hosts)],
            "Select the agency you are working for",
            hints=waits,
        )

    def given(self) -> tuple[Id, bool]:
        """The agency, and whether it is about what was taken over from it."""
        choice: str = self.cleaned_data["agency"]
        return Id(choice.removesuffix(TOOK_OVER)), choice.endswith(TOOK_OVER)


def chosen(one: Workplace) -> str:
    """How the form names a workplace."""
    return f"{one.agency.id}{TOOK_OVER if one.took_over else ''}"


def _of(one: Workplace) -> str:
    name = one.agency.name
    return f"Cases that your agency took over from {name}" if one.took_over else f"Cases that {name} shares"
