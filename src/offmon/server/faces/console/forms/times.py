"""The form by which an administrator proposes other times for alerts."""

from dataclasses import asdict
from datetime import time
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from offmon.core.alerts.times import BOUNDS, NAMES, OFFICE_HOURS, AlertTimes, check_times, read, said
from offmon.core.errors import Malformed, Refused
from offmon.server.base.web.forms import Form
from offmon.server.faces.console import times_words
from offmon.server.faces.console.forms.fields import text, time_of_day

_DURATIONS: Final = tuple(name for name in BOUNDS if name not in OFFICE_HOURS)


class _Duration(forms.CharField):
    """A number and a unit, kept as people read it."""

    def __init__(self, name: str) -> None:
        label = NAMES[name]
        super().__init__(
            label=label,
            help_text=times_words.bound(name),
            max_length=20,
            widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "spellcheck": "false"}),
            error_messages={"required": f"Enter the {label[:1].lower()}{label[1:]}, like 15 minutes"},
        )
        self.name = name

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        try:
            return said(self.name, read(typed))
        except Malformed as malformed:
            raise ValidationError(malformed.message) from None


class TimesForm(Form):
    """Each value, and why it changes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in _DURATIONS:
            self.fields[name] = _Duration(name)
        for name in sorted(OFFICE_HOURS, reverse=True):
            self.fields[name] = time_of_day(NAMES[name], NAMES[name])
            self.fields[name].help_text = times_words.bound(name)
        self.fields["reason"] = text("Why do the times change?", "The log keeps it", "Enter why they change", rows=3)

    @staticmethod
    def initially(now: AlertTimes) -> dict[str, str]:
        """What is in force."""
        values = asdict(now)
        shown = {name: said(name, values[name]) for name in _DURATIONS}
        return shown | {"opens": f"{now.office.opens:%H:%M}", "closes": f"{now.office.closes:%H:%M}"}

    def clean(self) -> dict[str, Any]:
        """The answers together: a bound that they break is said before they are checked."""
        given: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                check_times(self.times())
            except Refused as refusal:
                self.add_error(None, refusal.message)
        return given

    def times(self) -> AlertTimes:
        """What the action takes."""
        given = self.cleaned_data
        hours: dict[str, time] = {name: given[name] for name in OFFICE_HOURS}
        return AlertTimes(
            **{name: read(given[name]) for name in _DURATIONS},
            **{name: at.hour * 60 + at.minute for name, at in hours.items()},
        )
