"""Forms to sign in, for an authenticator app's codes and for passkeys, and pages with only a button."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms

from offmon.core.access.accounts import LONGEST, SHORTEST
from offmon.server.agencies.authentication.passkeys import MAX_ANSWER
from offmon.server.base.web.forms import Form, Radios
from offmon.server.faces.console.forms.fields import text

_NAME = {"autocomplete": "username", "spellcheck": "false", "autocapitalize": "none", "class": "govuk-input--width-20"}
_PASSWORD = {"autocomplete": "current-password", "class": "govuk-input--width-20"}
_CODE = {
    "autocomplete": "one-time-code",
    "inputmode": "numeric",
    "spellcheck": "false",
    "class": "govuk-input--width-10",
}
_RECOVERY = {
    "autocomplete": "off",
    "spellcheck": "false",
    "autocapitalize": "characters",
    "class": "frame-code govuk-input--width-30",
}
_DIGITS: Final = 6


class SignInForm(Form):
    """Name and password."""

    sign_in = forms.CharField(label="Sign-in name", max_length=200, widget=forms.TextInput(attrs=_NAME))
    password = forms.CharField(
        label="Password", max_length=1000, strip=False, widget=forms.PasswordInput(attrs=_PASSWORD)
    )


def _new(label: str, hint: str, empty: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=LONGEST,
        strip=False,
        error_messages={"required": empty},
        widget=forms.PasswordInput(attrs=_PASSWORD | {"autocomplete": "new-password"}),
    )


class PasswordForm(Form):
    """One's present password, and the new one twice."""

    current = forms.CharField(
        label="Present password",
        max_length=1000,
        strip=False,
        error_messages={"required": "Enter your present password"},
        widget=forms.PasswordInput(attrs=_PASSWORD),
    )
    new = _new(
        "New password",
        f"At least {SHORTEST} characters. Three words that you choose by chance are good. A password manager is better",
        "Enter a new password",
    )
    again = _new("New password again", "", "Enter the new password again")

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError unless the new one is the same twice."""
        given = super().clean() or self.cleaned_data
        if not self.errors and given["new"] != given["again"]:
            self.add_error("again", "The two new passwords differ. Enter the same one twice")
        return given

    def given(self) -> dict[str, str]:
        """What the action takes."""
        return {"current": self.cleaned_data["current"], "new": self.cleaned_data["new"]}


class CodeField(forms.CharField):
    """Six digits, however they are spaced."""

    def __init__(self, *, label: str, help_text: str = "The 6 numbers that the app shows now") -> None:
        super().__init__(label=label, help_text=help_text, max_length=20, widget=forms.TextInput(attrs=_CODE))

    def clean(self, value: object) -> str:
        """The digits. Raises ValidationError."""
        digits = "".join(str(super().clean(value)).split())
        if not (digits.isascii() and digits.isdecimal() and len(digits) == _DIGITS):
            raise forms.ValidationError("The code must be 6 numbers")
        return digits


class CodeForm(Form):
    """A code of the app."""

    code = CodeField(label="Code from your authenticator app")


class RecoveryForm(Form):
    """One of the codes that were shown when the app was set up."""

    code = forms.CharField(
        label="Recovery code",
        help_text="24 letters and numbers. Spaces and capitals do not matter.",
        max_length=60,
        widget=forms.TextInput(attrs=_RECOVERY),
    )


class ShowAgainForm(Form):
    """A code of the app, or a recovery code, within a sitting."""

    code = forms.CharField(
        label="Code from your authenticator app, or a recovery code",
        max_length=60,
        error_messages={"required": "Enter a code from your app, or a recovery code"},
        widget=forms.TextInput(attrs=_RECOVERY | {"autocomplete": "one-time-code"}),
    )


class _Unsaid(forms.HiddenInput):
    """A hidden box that is always sent out empty: an answer counts once, so it never comes back with the form."""

    def format_value(self, value: Any) -> None:  # Django's signature
        """Nothing."""


class PasskeyForm(Form):
    """What the browser answered for a passkey, which the page's script fills in."""

    answer = forms.CharField(required=False, max_length=MAX_ANSWER, widget=_Unsaid)

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError where no script filled it in."""
        given = super().clean() or self.cleaned_data
        if not self.errors and not self.cleaned_data.get("answer"):
            raise forms.ValidationError("We received no passkey. Use a code from your app, or switch JavaScript on.")
        return given


class AddPasskeyForm(PasskeyForm):
    """What a new passkey is called, and the passkey."""

    name = forms.CharField(
        label="Name of the passkey",
        help_text="Choose a name that you will recognise if you lose it. For example: blue key.",
        max_length=40,
        error_messages={"required": "Enter a name for the passkey, such as blue key"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "govuk-input--width-20"}),
    )


class RemovePasskeyForm(Form):
    """Which passkey goes."""

    passkey = forms.ChoiceField(
        label="Which passkey?", widget=Radios, error_messages={"required": "Select the passkey to remove"}
    )

    def __init__(self, *args: Any, passkeys: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["passkey"]
        choices.choices = list(passkeys)


class ReplaceForm(Form):
    """A code of the app that goes, and one of the app that comes."""

    current = forms.CharField(
        label="Code from your present app, or a recovery code", max_length=60, widget=forms.TextInput(attrs=_RECOVERY)
    )
    code = CodeField(label="Code from your new app")


class ResetForm(Form):
    """Why a colleague's app is taken away."""

    reason = text(
        "Why is it reset?",
        "For example: the phone was lost. Your reason is recorded in the log.",
        "Enter why it is reset",
    )


class NoFields(Form):
    """A button: what it does is on the page."""
