"""The forms of the portal, in the person's language: signing in, the first visit, and a request."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator

from offmon.core.access.pin import LEAST_DIGITS, MOST_DIGITS
from offmon.core.person.deadlines import RequestKind
from offmon.server.base.web.spoken import SpokenForm
from offmon.server.rights.agreements.queries import AgreedItem
from offmon.words.agency_text import told_in
from offmon.words.catalogue import Language, translate

_PLAIN: Final = {"spellcheck": "false", "autocapitalize": "none"}
_SHORT: Final = {"class": "govuk-input--width-10"}
_PIN: Final = {**_SHORT, "inputmode": "numeric"}
_LONGEST: Final = 200
LONGEST_WORDS: Final = 4_000


def _box(language: Language, key: str, widget: forms.Widget, *, hint: bool = False, **given: int) -> forms.CharField:
    """A box with its label, its hint and what it says when it is empty."""
    return forms.CharField(
        label=translate(language, f"portal.{key}.label"),
        help_text=translate(language, f"portal.{key}.hint", **given) if hint else "",
        max_length=_LONGEST,
        widget=widget,
        error_messages=dict.fromkeys(("required", "max_length"), translate(language, f"portal.{key}.missing")),
    )


def _name(language: Language) -> forms.CharField:
    return _box(language, "name", forms.TextInput(attrs={**_PLAIN, **_SHORT, "autocomplete": "username"}), hint=True)


class PersonSignInForm(SpokenForm):
    """A name and a PIN."""

    def __init__(self, *args: Any, language: Language, **kwargs: Any) -> None:
        super().__init__(*args, language=language, **kwargs)
        self.put("name", _name(language))
        widget = forms.PasswordInput(attrs={**_PIN, "autocomplete": "current-password"})
        self.put("pin", _box(language, "pin", widget))


class FirstForm(SpokenForm):
    """A name and a code, and the PIN that counts from now on, twice."""

    def __init__(self, *args: Any, language: Language, **kwargs: Any) -> None:
        super().__init__(*args, language=language, **kwargs)
        self.put("name", _name(language))
        code = forms.TextInput(attrs={**_PLAIN, "autocomplete": "one-time-code", "class": "govuk-input--width-20"})
        self.put("code", _box(language, "code", code, hint=True))
        for key, hint in (("pin-new", True), ("pin-again", False)):
            widget = forms.PasswordInput(attrs={**_PIN, "autocomplete": "new-password"})
            digits = {"least": LEAST_DIGITS, "most": MOST_DIGITS} if hint else {}
            self.put(key.replace("-", "_"), _box(language, key, widget, hint=hint, **digits))

    def clean_pin_again(self) -> str:
        """The same twice. Raises ValidationError."""
        again: str = self.cleaned_data["pin_again"]
        if self.cleaned_data.get("pin_new", again) != again:
            raise ValidationError(translate(self.language, "portal.pin-again.differs"))
        return again


class StopForm(SpokenForm):
    """What the person agreed to, each item to be ticked. None is ticked beforehand."""

    def __init__(self, *args: Any, language: Language, items: Iterable[AgreedItem], **kwargs: Any) -> None:
        super().__init__(*args, language=language, **kwargs)
        missing = translate(language, "portal.stop.missing")
        self.put(
            "items",
            forms.MultipleChoiceField(
                label=translate(language, "portal.stop.label"),
                choices=[(one.term, _said(one, language)) for one in items],
                widget=forms.CheckboxSelectMultiple,
                error_messages=dict.fromkeys(("required", "invalid_choice", "invalid_list"), missing),
            ),
        )


def _said(item: AgreedItem, language: Language) -> str:
    [text] = [one for one in item.profile.person_texts if one.term == item.term]
    return "".join(part for part, _ in told_in(item.profile, text, language))


class AskForm(SpokenForm):
    """Whatever the person wants to say, which may be nothing."""

    def __init__(self, *args: Any, language: Language, kind: RequestKind, **kwargs: Any) -> None:
        super().__init__(*args, language=language, **kwargs)
        self.put(
            "words",
            forms.CharField(
                label=translate(language, f"portal.ask.{kind}.label"),
                help_text=translate(language, "portal.ask.empty"),
                required=False,
                validators=[MaxLengthValidator(LONGEST_WORDS, translate(language, "portal.ask.too-long"))],
                widget=forms.Textarea(attrs={"rows": 8}),
            ),
        )
