"""Plain Django forms, shown the GOV.UK way.

``component_of(bound_field)`` turns a field into the name and parameters of a GOV.UK macro, which ``forms.html`` calls. So a page's words
are typed and testable here, and the markup stays GOV.UK's own.

House rules: one question, one label. Optional fields say so. An error says what to do next, and the summary links to its box. No form needs
JavaScript. A password is never sent back.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.utils import ErrorList
from django.utils.datastructures import MultiValueDict

type Params = dict[str, Any]

_DESCRIBING = {"hint": "hint", "errorMessage": "error"}
_PARTS = ("day", "month", "year")
# Times are counted from 1970, and London's first midnight of it lies before that. The last is further than any order reaches, and
# near enough that a mistyped year is noticed.
_YEARS = range(1971, 2200)
_TEXT_ATTRIBUTES = ("autocomplete", "inputmode", "spellcheck", "autocapitalize", "pattern", "rows")
# Django adds these by itself. A box that stops taking letters without a word is worse than an error that says why.
_DJANGO_LIMITS = {"maxlength", "minlength", "min", "max", "step", "cols"}
_DJANGO_REQUIRED = str(forms.Field.default_error_messages["required"])


_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")


class Form(forms.Form):
    """A form whose messages say what to do. A field that gives its own ``error_messages`` keeps them.

    ``optional``: what stands behind the label of a field that may be left empty. ``error_word``: what is read out before an error. A form
    in another language says its own (``spoken.py``).
    """

    optional = " (optional)"
    error_word = "Error"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", "use_required_attribute": False, **kwargs})
        for name, field in self.fields.items():
            if isinstance(field, forms.CharField):
                field.validators.append(_reads_one_way)
            label = str(field.label or name.replace("_", " ").capitalize()).replace("%", "%%")
            instruction = f"{_verb(field)} {label[:1].lower()}{label[1:]}"
            messages = field.error_messages
            if str(messages.get("required")) == _DJANGO_REQUIRED:
                messages["required"] = instruction.replace("%%", "%")
            messages.setdefault(
                "null_characters_not_allowed", f"{label} holds a character that nobody can see; type it again"
            )
            messages.setdefault("max_length", f"{label} must be %(limit_value)d characters or fewer")
            messages.setdefault("min_length", f"{label} must be %(limit_value)d characters or more")
            if "invalid_choice" in messages:
                messages["invalid_choice"] = instruction


def _reads_one_way(text: str) -> None:
    """Refuses what turns the direction of reading: a name or a note would be shown as other words than were typed (UAX #9)."""
    if _TURNS.search(text):
        raise forms.ValidationError("The text holds a character that changes the direction of reading; type it again")


class Radios(forms.RadioSelect):
    """Radios with a hint under some of the options: ``option_hints`` maps a value to its hint."""

    def __init__(self, *args: Any, option_hints: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.option_hints = dict(option_hints or {})


class Checkboxes(Radios, forms.CheckboxSelectMultiple):
    """The same of checkboxes."""


class DateInput(forms.Widget):
    """Three boxes: ``<name>-day``, ``<name>-month``, ``<name>-year``."""

    def value_from_datadict(
        self,
        data: Mapping[str, Any],
        files: MultiValueDict[str, Any],  # noqa: ARG002  # Django's signature
        name: str,
    ) -> tuple[str, str, str]:
        """What was typed, without the spaces around it."""
        day, month, year = (str(data.get(f"{name}-{part}") or "").strip() for part in _PARTS)
        return day, month, year


class DateField(forms.Field):
    """A date in three boxes. ``called`` names it in messages, since its label may be a question: "The end date must …"."""

    widget = DateInput

    def __init__(self, *, called: str = "The date", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.called = called
        if str(self.error_messages["required"]) == _DJANGO_REQUIRED:
            self.error_messages["required"] = f"Enter {called[:1].lower()}{called[1:]}"

    def clean(self, value: Any) -> date | None:
        """The date, or None for an empty optional one. Raises ValidationError naming the boxes at fault."""
        cleaned: date | None = super().clean(value)
        return cleaned

    def to_python(self, value: Any) -> date | None:
        """Read (day, month, year) as typed."""
        if value is None or isinstance(value, date):
            return value
        typed = dict(zip(_PARTS, value, strict=True))
        missing = [part for part in _PARTS if not typed[part]]
        if len(missing) == len(_PARTS):
            return None
        if missing:
            raise _date_error(f"{self.called} must include a {' and a '.join(missing)}", missing)
        # Digits of other scripts would pass int(); a year of two digits would be some other century's.
        odd = [part for part, text in typed.items() if not (text.isascii() and text.isdecimal() and len(text) <= 4)]
        if odd:
            raise _date_error(f"{self.called} must be a real date, in numbers", odd)
        if len(typed["year"]) != 4:
            raise _date_error(f"{self.called} must have a year of 4 numbers", ["year"])
        if int(typed["year"]) not in _YEARS:
            raise _date_error(f"{self.called} must have a year from {_YEARS[0]} to {_YEARS[-1]}", ["year"])
        try:
            return date(int(typed["year"]), int(typed["month"]), int(typed["day"]))
        except ValueError as problem:
            message = f"{self.called} must be a real date"
            raise _date_error(message, _PARTS) from problem


@dataclass(frozen=True, slots=True)
class Component:
    """A GOV.UK macro to call: its name as in the design system (``date-input``), and its parameters."""

    macro: str
    params: Params


def component_of(bound: BoundField) -> Component:
    """The GOV.UK component for a field."""
    field, widget = bound.field, bound.field.widget
    params: Params = {"id": bound.id_for_label or bound.auto_id, "name": bound.html_name, **_described(bound)}
    attributes = {key: value for key, value in widget.attrs.items() if key not in _DJANGO_LIMITS}
    params["classes"] = attributes.pop("class", "")
    params |= {key: attributes.pop(key) for key in _TEXT_ATTRIBUTES if key in attributes}
    # The macros drop one that is no truth value, and the browser may then send what is typed to its maker.
    if "spellcheck" in params:
        params["spellcheck"] = params["spellcheck"] in {True, "true"}
    params |= {"attributes": attributes, "disabled": field.disabled}
    optional = getattr(bound.form, "optional", Form.optional)
    caption = str(bound.label) + ("" if field.required or field.disabled else optional)
    label = {"text": caption, "classes": "govuk-label--s"}
    legend = label | {"classes": "govuk-fieldset__legend--s"}
    match widget:
        case DateInput():
            return Component("date-input", params | {"fieldset": {"legend": legend}, "items": _date_boxes(bound)})
        case forms.RadioSelect():  # Django derives its checkboxes from its radios
            macro = "checkboxes" if isinstance(widget, forms.CheckboxSelectMultiple) else "radios"
            choice = params | {"idPrefix": bound.auto_id, "fieldset": {"legend": legend}, "items": _options(bound)}
            return Component(macro, _grouped(bound, choice) if _has_groups(field) else choice)
        case forms.CheckboxInput():
            item = {"value": "on", "text": str(bound.label), "checked": bool(bound.value())}
            return Component("checkboxes", params | {"idPrefix": bound.auto_id, "items": [item]})
        case forms.Select():
            return Component("select", params | {"label": label, "items": _options(bound)})
        case forms.FileInput():
            return Component("file-upload", params | {"label": label})
        case forms.PasswordInput():
            return Component("password-input", params | {"label": label})
        case forms.Textarea():
            limit = getattr(field, "max_length", None)
            text = params | {"label": label, "value": _text(bound), "maxlength": limit, "threshold": 75}
            return Component("character-count" if limit else "textarea", text)
        case forms.NumberInput():
            # A number box changes when the wheel is turned over it, and drops what it cannot read without a word.
            return Component("input", {"inputmode": "numeric", **params, "label": label, "value": _text(bound)})
        case forms.TextInput() | forms.EmailInput() | forms.URLInput() | forms.TelInput():
            return Component(
                "input", params | {"label": label, "value": _text(bound), "type": widget.input_type or "text"}
            )
    message = f"{type(widget).__name__} has no GOV.UK component here"
    raise TypeError(message)


def summary_of(form: forms.BaseForm | None) -> list[dict[str, str]]:
    """The lines of the error summary, in the order of the fields, each linked to the box it is about."""
    if not form or not form.errors:
        return []
    lines = [{"text": str(message)} for message in form.non_field_errors()]
    for bound in form:
        if bound.errors:
            lines.append({"text": str(bound.errors[0]), "href": f"#{box_of(bound)}"})
    return lines


def names_of(bound: BoundField) -> tuple[str, ...]:
    """The names under which a browser sends a field."""
    if isinstance(bound.field.widget, DateInput):
        return tuple(f"{bound.html_name}-{part}" for part in _PARTS)
    return (bound.html_name,)


def _verb(field: forms.Field) -> str:
    if isinstance(field, forms.ChoiceField | forms.BooleanField):
        return "Select"
    return "Choose" if isinstance(field, forms.FileField) else "Enter"


def _described(bound: BoundField) -> Params:
    """Hint and error. GOV.UK's macros give them their ids and link them by ``aria-describedby``."""
    hint = {"hint": {"text": str(bound.help_text)}} if bound.help_text else {}
    # One at a time: the next appears when this one is put right.
    if not bound.errors:
        return hint
    word = getattr(bound.form, "error_word", Form.error_word)
    return hint | {"errorMessage": {"text": str(bound.errors[0]), "visuallyHiddenText": word}}


def _text(bound: BoundField) -> str:
    value = bound.value()
    return "" if value is None else str(value)


def _options(bound: BoundField) -> list[Params]:
    """Each option. A box among them has an id by its place in the whole field, whatever it is grouped with: no two have one id."""
    field, hints = bound.field, getattr(bound.field.widget, "option_hints", {})
    chosen = bound.value()
    several = isinstance(chosen, list | tuple | set)
    picked = {str(value) for value in chosen} if several else {"" if chosen is None else str(chosen)}
    boxes = isinstance(field.widget, forms.RadioSelect)
    items: list[Params] = []
    for value, text in _flat(getattr(field, "choices", [])):
        if boxes and value == "":
            continue  # "---------" is a way to choose nothing from a list; among radios it would be an answer
        item: Params = {"value": value, "text": text, "selected": value in picked, "checked": value in picked}
        if boxes:
            item["id"] = f"{bound.auto_id}-{len(items) + 1}" if items else str(bound.auto_id)
        items.append(item | ({"hint": {"text": hints[value]}} if value in hints else {}))
    return items


def _has_groups(field: forms.Field) -> bool:
    return any(isinstance(inner, list | tuple) for _, inner in getattr(field, "choices", []))


def _grouped(bound: BoundField, choice: Params) -> Params:
    """The same options, in a fieldset for each group of choices; hint and error are the field's own."""
    parts = {key: choice[key] | {"id": f"{bound.auto_id}-{part}"} for key, part in _DESCRIBING.items() if key in choice}
    described = {"describedBy": " ".join(part["id"] for part in parts.values())}
    groups = [
        {
            "idPrefix": f"{bound.auto_id}-group-{number}",
            "name": choice["name"],
            "classes": choice["classes"],
            "fieldset": {"legend": {"text": title, "classes": "govuk-fieldset__legend--s"}},
            "items": [item for item in choice["items"] if item["value"] in dict(_flat(inner))],
        }
        for number, (title, inner) in enumerate(getattr(bound.field, "choices", []), 1)
    ]
    legend = choice["fieldset"]["legend"] | {"classes": "govuk-fieldset__legend--m"}
    return choice | parts | {"fieldset": described | {"legend": legend}, "groups": groups}


def _flat(choices: Iterable[Any]) -> Iterable[tuple[str, str]]:
    for value, text in choices:
        if isinstance(text, list | tuple):
            yield from _flat(text)
        else:
            yield str(value), str(text)


def _date_boxes(bound: BoundField) -> list[Params]:
    value = bound.value()
    typed = (value.day, value.month, value.year) if isinstance(value, date) else value or ("", "", "")
    wrong = _parts_at_fault(bound.errors)
    widths = ("govuk-input--width-2", "govuk-input--width-2", "govuk-input--width-4")
    return [
        {
            "id": f"{bound.auto_id}-{part}",
            "name": f"{bound.html_name}-{part}",
            "label": part.capitalize(),
            "value": str(text),
            "classes": f"{width} govuk-input--error" if part in wrong else width,
        }
        for part, text, width in zip(_PARTS, typed, widths, strict=True)
    ]


def box_of(bound: BoundField) -> str:
    """The id of the box to go to: the one at fault, else the first."""
    if isinstance(bound.field.widget, DateInput):
        return f"{bound.auto_id}-{(*_parts_at_fault(bound.errors), 'day')[0]}"
    return str(bound.auto_id)


def _parts_at_fault(errors: ErrorList) -> tuple[str, ...]:
    first = next(iter(errors.as_data()), None)
    if first is None:
        return ()
    return tuple((getattr(first, "params", None) or {}).get("parts", _PARTS))


def _date_error(message: str, parts: Sequence[str]) -> ValidationError:
    return ValidationError(message, code="invalid", params={"parts": tuple(parts)})
