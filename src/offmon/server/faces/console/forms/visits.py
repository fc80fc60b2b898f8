"""The questions of an install visit, a form a step."""

from typing import Any, Final

from django import forms

from offmon.core.authority.order import DeviceKind
from offmon.core.authority.visit import (
    MOST,
    Access,
    Accounts,
    DeviceAnswers,
    InstallVisit,
    Others,
    PasswordKeeper,
    Signature,
    Told,
)
from offmon.server.base.web.forms import Form
from offmon.server.faces.console import visit_words
from offmon.server.faces.console.forms.fields import MAX_TOLD, one_of, text


def _count(label: str, hint: str, empty: str, *, required: bool = True) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=hint,
        min_value=0,
        max_value=MOST,
        required=required,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-2"}),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), empty),
    )


class OthersForm(Form):
    """Who else uses the device: numbers, no names."""

    there = _count(
        "How many other people use this device?",
        "If nobody else does, enter 0 and leave the rest empty",
        "Enter how many others use it",
    )
    met = _count("How many of them have you met?", "Today or earlier", "Enter how many you have met", required=False)
    told = one_of(
        "How were they told that the device will be monitored?",
        [(one.value, called) for one, called in visit_words.TOLD.items()],
        "",
        required=False,
    )
    accounts = one_of(
        "Do they have accounts of their own on it?",
        [(one.value, called) for one, called in visit_words.ACCOUNTS.items()],
        "",
        hint="If not, set accounts up for them first",
        required=False,
    )

    @staticmethod
    def of(visit: InstallVisit | None) -> dict[str, Any]:
        """The answers as they were given."""
        if visit is None:
            return {}
        others = visit.others
        return {"there": others.there, "met": others.met, "told": others.told, "accounts": others.accounts}

    def clean(self) -> dict[str, Any]:
        """Where there are others, they were told."""
        given = super().clean() or {}
        if given.get("there"):
            for name, message in (
                ("met", "Enter how many you have met"),
                ("told", "Select how they were told"),
                ("accounts", "Select whether they have accounts"),
            ):
                if given.get(name) in (None, "") and name not in self.errors:
                    self.add_error(name, message)
        return given

    def others(self) -> Others:
        """What the action takes."""
        given = self.cleaned_data
        told, accounts = given["told"], given["accounts"]
        return Others(
            *(
                given["there"],
                given["met"] if given["there"] else 0,
                Told(told) if told else None,
                Accounts(accounts) if accounts else None,
            )
        )


class DeviceForm(Form):
    """Which device it is, by what right it is accessed, and who keeps its password (R-LEG-15, R-LEG-32)."""

    kind = one_of(
        "What kind of device is it?",
        [(one.value, called) for one, called in visit_words.DEVICE_KIND.items()],
        "Select what kind of device it is",
    )
    access = one_of(
        "Whose device is it, and who permits the installation?",
        [(one.value, called) for one, called in visit_words.ACCESS.items()],
        "Select whose device it is and who permits the installation",
    )
    permission = text(
        "If somebody else owns it: who permitted it, when, and how?",
        "For example: the employer’s IT manager, by letter of 3 March",
        "",
        rows=2,
        most=MAX_TOLD,
        required=False,
    )
    password = one_of(
        "Who keeps the administrator’s password?",
        [(one.value, called) for one, called in visit_words.PASSWORD.items()],
        "Select who keeps the password",
        hint="Whoever has it can remove the software. The person is told who keeps it",
    )

    @staticmethod
    def of(visit: InstallVisit | None) -> dict[str, Any]:
        """The answers as they were given."""
        about = None if visit is None else visit.about
        if about is None:
            return {}
        return {"kind": about.kind, "access": about.access, "permission": about.permission, "password": about.password}

    def clean(self) -> dict[str, Any]:
        """A permission that was given is described."""
        given = super().clean() or {}
        if given.get("access") == Access.OWNER_PERMITS and not given.get("permission", "").strip():
            self.add_error("permission", "Enter who permitted it, when, and how")
        return given

    def about(self) -> DeviceAnswers:
        """What the action takes."""
        given, access = self.cleaned_data, Access(self.cleaned_data["access"])
        permission = given["permission"].strip() if access is Access.OWNER_PERMITS else ""
        return DeviceAnswers(DeviceKind(given["kind"]), access, permission, PasswordKeeper(given["password"]))


SEEN: Final = "You and the person have seen the monitoring notice on its screen"


class TestForm(Form):
    """That the indicator is seen; the test record arrives by itself."""

    seen = forms.BooleanField(label=SEEN, error_messages={"required": "Look at the screen together, then tick the box"})


class HandOverForm(Form):
    """What the person did with the sheet."""

    signature = one_of(
        "Did the person sign the sheet?",
        [(one.value, called) for one, called in visit_words.SIGNATURE.items()],
        "Select whether the person signed",
        hint="We record a refusal. It does not stop the monitoring",
    )

    def given(self) -> Signature:
        """What the action takes."""
        return Signature(self.cleaned_data["signature"])
