"""Signing in, and pages that have a button and nothing to fill in."""

from django import forms

from offmon.server.base.web.forms import Form

_NAME = {"autocomplete": "username", "spellcheck": "false", "autocapitalize": "none", "class": "govuk-input--width-20"}
_PASSWORD = {"autocomplete": "current-password", "class": "govuk-input--width-20"}


class SignInForm(Form):
    """Name and password."""

    sign_in = forms.CharField(label="Sign-in name", max_length=200, widget=forms.TextInput(attrs=_NAME))
    password = forms.CharField(
        label="Password", max_length=1000, strip=False, widget=forms.PasswordInput(attrs=_PASSWORD)
    )


class NoFields(Form):
    """A button: what it does is on the page."""
