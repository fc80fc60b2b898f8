"""A page for checking answers before a step that cannot be undone: the same form, sent again unchanged.

Rules
- A form is answered first, then checked and recorded, or changed. The page says which (`step_of`). It seals its answers: only those it
  showed, to this person, about this thing, are recorded. Others are shown first.
- Between steps the answers are only on the page in the browser. So each is read and refused anew, as if just typed.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from django import forms
from django.core import signing
from django.forms.boundfield import BoundField
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from offmon.server.base.web.forms import box_of, component_of, names_of

NAME = "step"
SEAL = "seal"


class FormStep(StrEnum):
    """How far a form is."""

    ANSWERED = "answered"
    CHANGE = "change"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class CheckedAnswer:
    """An answer as the page says it. `box`: the id of what to change it in; empty where it follows from the other answers."""

    question: str
    text: str
    box: str = ""


def step_of(request: HttpRequest, form: forms.Form, whose: str) -> FormStep:
    """Which button was pressed. `whose`: who answers; answers that were not shown to them are only answered."""
    said, seal = request.POST.get(NAME, ""), request.POST.get(SEAL, "")
    if said == FormStep.RECORD and not constant_time_compare(seal, _seal(form, request.path, whose)):
        return FormStep.ANSWERED
    return FormStep(said) if said in FormStep else FormStep.ANSWERED


def answers_of(form: forms.Form, said: Mapping[str, str | None]) -> list[CheckedAnswer]:
    """The answers of a valid form, in its order. `said`: by field, how an answer reads where not as given; None leaves it out."""
    answers = []
    for bound in form.visible_fields():
        text = said.get(bound.name, _text(bound))
        if text is not None:
            answers.append(CheckedAnswer(str(bound.label), text, box_of(bound)))
    return answers


def sent_again(request: HttpRequest, form: forms.Form, whose: str) -> list[tuple[str, str]]:
    """Name and value of everything that was sent for the form's fields, to be sent as it was, and the seal on it."""
    return [*_sent(form), (SEAL, _seal(form, request.path, whose))]


def sent_beside(form: forms.Form, fields: Collection[BoundField]) -> list[tuple[str, str]]:
    """Name and value of everything else that was sent for the form, to go along with a page that asks these fields alone."""
    asked = {name for bound in fields for name in names_of(bound)}
    return [(name, value) for name, value in _sent(form) if name not in asked]


def _seal(form: forms.Form, path: str, whose: str) -> str:
    return signing.Signer(salt="answers-that-were-checked").signature(repr([whose, path, *_sent(form)]))


def _sent(form: forms.Form) -> Iterator[tuple[str, str]]:
    for name in (name for bound in form for name in names_of(bound)):
        for value in form.data.getlist(name):  # type: ignore[attr-defined]  # what a browser sent is a QueryDict
            # A box and a hidden one differ in how a browser sends the ends of lines.
            yield name, "\n".join(value.splitlines())


def _text(bound: BoundField) -> str:
    given = bound.form.cleaned_data[bound.name]
    if isinstance(bound.field, forms.ChoiceField):
        several = given if isinstance(given, list) else [given]
        chosen = [item["text"] for item in component_of(bound).params["items"] if item["value"] in several]
        return ", ".join(chosen) or "None"
    if isinstance(given, date):
        return f"{given.day} {given:%B %Y}"
    if isinstance(given, time):
        return f"{given:%H:%M}"
    if isinstance(given, bool):
        return "Yes" if given else "No"
    return str(given or "Not given")
