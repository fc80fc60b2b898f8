"""The fields that several forms are made of. Each says what to do when it is empty: a label that is a question makes no instruction."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Final

from django import forms
from django.core.files.uploadedfile import UploadedFile

from offmon.core.ids import Digest
from offmon.server.base.web.forms import Checkboxes, Radios

MAX_WORDS: Final = 4000
LANGUAGES: Final = (("en", "English"), ("cy", "Welsh"))


def line(label: str, hint: str, empty: str, *, most: int = 200, width: str = "") -> forms.CharField:
    """One line of text. `width` is a GOV.UK width; a box that has one holds no prose, so its spelling is not checked."""
    attributes = {"class": width, "spellcheck": "false"} if width else {}
    widget = forms.TextInput(attrs=attributes)
    return forms.CharField(label=label, help_text=hint, max_length=most, widget=widget, error_messages=_says(empty))


def text(label: str, hint: str, empty: str, *, rows: int = 4) -> forms.CharField:
    """Several lines, in someone's own words."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, help_text=hint, max_length=MAX_WORDS, widget=widget, error_messages=_says(empty)
    )


def one_of(
    label: str,
    choices: Iterable[tuple[str, str]],
    empty: str,
    *,
    hint: str = "",
    hints: Mapping[str, str] | None = None,
) -> forms.ChoiceField:
    """Radios."""
    widget = Radios(option_hints=hints)
    return forms.ChoiceField(
        label=label, help_text=hint, choices=list(choices), widget=widget, error_messages=_says(empty)
    )


def some_of(
    label: str,
    choices: Iterable[tuple[str, str]],
    empty: str = "",
    *,
    hint: str = "",
    hints: Mapping[str, str] | None = None,
) -> forms.MultipleChoiceField:
    """Checkboxes; at least one where `empty` says so."""
    return forms.MultipleChoiceField(
        label=label,
        help_text=hint,
        choices=list(choices),
        widget=Checkboxes(option_hints=hints),
        required=bool(empty),
        error_messages=_says(empty or f"Select from: {label}"),
    )


def time_of_day(label: str, called: str) -> forms.TimeField:
    """A time on the 24-hour clock, Europe/London. `called` names it in messages: "The time of service"."""
    return forms.TimeField(
        label=label,
        help_text="On the 24-hour clock, for example 14:30",
        input_formats=["%H:%M"],
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5"}),
        error_messages={
            "required": f"Enter {called[:1].lower()}{called[1:]}",
            "invalid": f"{called} must be a time such as 14:30",
        },
    )


def paper(label: str, hint: str, empty: str) -> forms.FileField:
    """A document, of which only the fingerprint is kept. A file over the limit of the settings does not arrive, as if none was chosen."""
    messages = {"required": f"{empty}, 20 MB or less", "empty": "The file is empty. Choose another."}
    return forms.FileField(label=label, help_text=f"Up to 20 MB. {hint}", error_messages=messages)


def fingerprint(file: "UploadedFile[bytes]") -> Digest:
    """SHA-256 of the file's bytes, which are read in memory and not kept."""
    total = sha256()
    for chunk in file.chunks():
        total.update(chunk)
    return Digest(total.hexdigest())


def _says(instruction: str) -> dict[str, str]:
    return {"required": instruction, "invalid_choice": instruction}
