"""The fields that several forms use. Each says what to do when it is empty, since a label that is a question does not."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from offmon.core.authority.offences import OFFENCES
from offmon.core.authority.order import Media
from offmon.core.errors import Refused
from offmon.core.person.photograph import check_size
from offmon.server.base.web.forms import Checkboxes, Radios
from offmon.server.faces.console import visit_words
from offmon.server.orders.scan import Scan, check_sizes

MAX_WORDS: Final = 4000
MAX_TOLD: Final = 1000  # the person reads it on a phone, on each line of what was sent under it
LANGUAGES: Final = (("en", "English"), ("cy", "Welsh"))


def line(
    label: str, hint: str, empty: str, *, most: int = 200, width: str = "", required: bool = True
) -> forms.CharField:
    """One line of text. `width` is a GOV.UK width; a box that has one holds no prose, so its spelling is not checked."""
    attributes = {"class": width, "spellcheck": "false"} if width else {}
    widget = forms.TextInput(attrs=attributes)
    return forms.CharField(
        label=label, help_text=hint, max_length=most, widget=widget, required=required, error_messages=_says(empty)
    )


def text(
    label: str, hint: str, empty: str, *, rows: int = 4, most: int = MAX_WORDS, required: bool = True
) -> forms.CharField:
    """Several lines, in someone's own words."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, help_text=hint, max_length=most, widget=widget, required=required, error_messages=_says(empty)
    )


type Choices = Iterable[tuple[str, str | Sequence[tuple[str, str]]]]


def one_of(
    label: str,
    choices: Choices,
    empty: str,
    *,
    hint: str = "",
    hints: Mapping[str, str] | None = None,
    small: bool = False,
    required: bool = True,
) -> forms.ChoiceField:
    """Radios; in groups, where a choice is a title and the choices under it. `small`: of many beside other things."""
    widget = Radios(attrs={"class": "govuk-radios--small"} if small else {}, option_hints=hints)
    return forms.ChoiceField(
        label=label,
        help_text=hint,
        choices=list(choices),
        widget=widget,
        required=required,
        error_messages=_says(empty),
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


def device_kinds() -> forms.MultipleChoiceField:
    """The kinds of device that a condition names (R-LEG-15)."""
    hint = "Select none if its words name no kind of device"
    return some_of("Which devices does it name?", visit_words.DEVICE_KIND.items(), hint=hint)


def offences(label: str, empty: str, *, hint: str = "") -> forms.MultipleChoiceField:
    """Types of offence, from the vocabulary."""
    return some_of(label, [(str(code), called) for code, called in OFFENCES.items()], empty, hint=hint)


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


class ScanField(forms.FileField):
    """A document of which the pages are kept: one PDF, or several images. Its value is a `Scan`."""

    def clean(self, value: "Sequence[UploadedFile[bytes]] | None", initial: object = None) -> Scan | None:  # noqa: ARG002  # Django's signature
        """Sizes first, then the bytes. None where it may stay empty. Raises ValidationError."""
        if not value and not self.required:
            return None
        if not value:
            raise ValidationError(str(self.error_messages["required"]))
        try:
            check_sizes([one.size or 0 for one in value])
            return Scan.of([one.read() for one in value])
        except Refused as refusal:
            raise ValidationError(refusal.message) from None


class _Files(forms.FileInput):
    """A box that takes several files."""

    allow_multiple_selected = True

    def value_from_datadict(self, _data: object, files: Any, name: str) -> Any:
        """All of them, in the order in which they were chosen."""
        return files.getlist(name)


def scan(label: str, hint: str, empty: str, *, required: bool = True) -> ScanField:
    """A document of which the pages are kept. Files over the limit of the settings do not arrive, as if none was chosen."""
    limits = "One PDF of up to 20 MB, or up to 30 page images (PNG or JPEG), each up to 5 MB and together 40 MB."
    widget = _Files(attrs={"multiple": "", "accept": ",".join(Media)})
    messages = {"required": f"{empty}: one PDF of 20 MB or less, or page images of 40 MB or less together"}
    return ScanField(
        label=label, help_text=f"{limits} {hint}", widget=widget, required=required, error_messages=messages
    )


class PhotographField(forms.FileField):
    """An image. Its value is its bytes; the action keeps of them what draws the picture."""

    def clean(self, value: "UploadedFile[bytes] | None", initial: object = None) -> bytes | None:  # noqa: ARG002  # Django's signature
        """Size first, then the bytes. None where none was chosen. Raises ValidationError."""
        if value is None:
            return None
        try:
            check_size(value.size or 0)
            data: bytes = value.read()
            return data
        except Refused as refusal:
            raise ValidationError(refusal.message) from None


def a_photograph(label: str, hint: str) -> PhotographField:
    """A photograph that may be left out."""
    widget = forms.FileInput(attrs={"accept": ",".join((Media.PNG, Media.JPEG))})
    return PhotographField(label=label, help_text=f"PNG or JPEG, up to 5 MB. {hint}", widget=widget, required=False)


def pdf(label: str, hint: str, empty: str) -> ScanField:
    """A document that is kept, as one PDF; the action refuses images. A file over the limit of the settings does not arrive."""
    messages = {"required": f"{empty}, a PDF of 20 MB or less"}
    widget = _Files(attrs={"accept": Media.PDF.value})
    return ScanField(label=label, help_text=f"A PDF of up to 20 MB. {hint}", widget=widget, error_messages=messages)


def _says(instruction: str) -> dict[str, str]:
    return {"required": instruction, "invalid_choice": instruction}
