"""Forms for accounts of staff: opening one, another role or team, a team's name, and a reason."""

import re
from collections.abc import Mapping
from typing import Any, Final

from django import forms

from offmon.core.access.accounts import PRIVILEGED, STAFF_ROLES
from offmon.core.access.roles import Role
from offmon.core.ids import Id
from offmon.server.agencies.accounts.actions import NewStaff, StaffChange
from offmon.server.base.web.forms import Form
from offmon.server.faces.console import words
from offmon.server.faces.console.forms.fields import line, one_of, text

_WHY: Final = "For example, a new colleague’s first day. Recorded in the log, and read by whoever agrees"
_SIGN_IN: Final = re.compile(r"[a-z0-9][a-z0-9.-]{2,59}")
_TWO: Final = "A second administrator must agree"


def _roles() -> forms.ChoiceField:
    return one_of(
        "What is their role?",
        [(role.value, words.ROLE[role]) for role in STAFF_ROLES],
        "Select their role",
        hints={role.value: _TWO for role in PRIVILEGED},
        small=True,
    )


def _teams(teams: Mapping[Id, str]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label="Which team are they in?",
        choices=[("", "Choose a team"), *teams.items()],
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Select their team"),
    )


class AccountForm(Form):
    """Who joins, by which name they sign in, in which role and team, and why."""

    display_name = line("What is their name?", "As colleagues and a court read it", "Enter their name", most=100)
    sign_in = line(
        "By which name do they sign in?",
        "Small letters, numbers, dots and dashes, for example j.morgan",
        "Enter a sign-in name",
        width="govuk-input--width-20",
    )
    reason = text("Why?", _WHY, "Enter why", rows=2)

    def __init__(self, *args: Any, teams: Mapping[Id, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"], self.fields["team"] = _roles(), _teams(teams)
        self.order_fields(["display_name", "sign_in", "role", "team", "reason"])

    def clean_sign_in(self) -> str:
        """The name in small letters. Raises ValidationError."""
        name = str(self.cleaned_data["sign_in"]).strip().lower()
        if not _SIGN_IN.fullmatch(name):
            raise forms.ValidationError(
                "A sign-in name has small letters, numbers, dots and dashes, and at least 3 of them"
            )
        return name

    def joiner(self) -> tuple[NewStaff, Id, str]:
        """What the action takes."""
        given = self.cleaned_data
        new = NewStaff(given["sign_in"], given["display_name"], Role(given["role"]), "")
        return new, Id(given["team"]), given["reason"]


class MoveForm(Form):
    """Another role or team, and why."""

    reason = text("Why?", _WHY, "Enter why", rows=2)

    def __init__(self, *args: Any, teams: Mapping[Id, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"], self.fields["team"] = _roles(), _teams(teams)
        self.order_fields(["role", "team", "reason"])

    def change(self) -> tuple[StaffChange, str]:
        """What the action takes."""
        given = self.cleaned_data
        return StaffChange(role=Role(given["role"]), team=Id(given["team"])), given["reason"]


class WhyForm(Form):
    """Why an account is closed, or a new password is given."""

    reason = text("Why?", "Your reason is recorded in the log", "Enter why", rows=2)


class TeamForm(Form):
    """What a new team is called."""

    name = line("What is the team called?", "The people it supervises read this name", "Enter a name", most=100)


class HandOnForm(Form):
    """Who has left, who takes their cases over, and why."""

    reason = line("Why?", "Recorded in the log of each case", "Enter why")

    def __init__(self, *args: Any, left: Mapping[Id, str], to: Mapping[Id, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label, people in (("left", "Who has left?", left), ("to", "Who takes their cases over?", to)):
            self.fields[name] = forms.ChoiceField(
                label=label,
                choices=[("", "Choose someone"), *people.items()],
                error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose someone"),
            )
        self.order_fields(["left", "to", "reason"])

    def given(self) -> tuple[Id, Id, str]:
        """What the action takes."""
        given = self.cleaned_data
        return Id(given["left"]), Id(given["to"]), given["reason"]
