"""The two forms of the site: whether a message is about a person, and one that is not."""

from typing import Any, NoReturn

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator

from offmon.core.text import identifiers
from offmon.server.base.web.forms import Radios
from offmon.server.base.web.spoken import SpokenForm
from offmon.words.catalogue import Language, translate

LONGEST = 2_000
MOST_ASKED_OF = 4 * LONGEST
"""What is longer is turned down unread: to look for anything in it is time that every other visitor waits."""


class AboutForm(SpokenForm):
    """Asked before any box: is it about a person? (R-WEB-2)"""

    def __init__(self, *args: Any, language: Language, **kwargs: Any) -> None:
        super().__init__(*args, language=language, **kwargs)
        self.put(
            "about_a_person",
            forms.ChoiceField(
                label=translate(language, "site.contact.question"),
                help_text=translate(language, "site.contact.question-hint"),
                choices=[
                    ("yes", translate(language, "site.contact.yes")),
                    ("no", translate(language, "site.contact.no")),
                ],
                widget=Radios,
                error_messages=dict.fromkeys(
                    ("required", "invalid_choice"), translate(language, "site.contact.choose")
                ),
            ),
        )


class WriteForm(SpokenForm):
    """A message. One with an identifier of a person's record, or a name beside a conviction, is refused, and its words are not sent back.

    How long it may be is no ``max_length``: GOV.UK's counter beside the box would speak English on a Welsh page.
    """

    def __init__(self, *args: Any, language: Language, **kwargs: Any) -> None:
        super().__init__(*args, language=language, **kwargs)
        said = {
            key: translate(language, f"site.contact.write.{key}")
            for key in ("message-missing", "message-long", "reply-wrong")
        }
        self.put(
            "message",
            forms.CharField(
                label=translate(language, "site.contact.write.message"),
                help_text=translate(language, "site.contact.write.message-hint"),
                validators=[MaxLengthValidator(LONGEST, said["message-long"])],
                widget=forms.Textarea(attrs={"rows": 8}),
                error_messages={"required": said["message-missing"]},
            ),
        )
        self.put(
            "reply",
            forms.EmailField(
                label=translate(language, "site.contact.write.reply"),
                help_text=translate(language, "site.contact.write.reply-hint"),
                required=False,
                max_length=254,
                error_messages=dict.fromkeys(("invalid", "max_length"), said["reply-wrong"]),
                widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
            ),
        )

    def clean(self) -> dict[str, Any]:
        """Refuse what names somebody's record, in either box; what was typed is dropped, so that the answer does not hold it.

        So is what is far too long, in which nothing is looked for: its box says by now what is wrong with it.
        """
        given = super().clean() or {}
        typed = [str(self.data.get(name, "")).strip() for name in self.fields]
        if any(len(text) > MOST_ASKED_OF for text in typed):
            self._drop()
            return {}
        if any(map(identifiers.mentioned, typed)):
            self._refuse("refused")
        if any(map(identifiers.tells_of_someone, typed)):
            self._refuse("refused-person")
        return given

    def _drop(self) -> None:
        self.data = {}
        self.cleaned_data = {}

    def _refuse(self, why: str) -> NoReturn:
        self._drop()
        raise ValidationError(translate(self.language, f"site.contact.write.{why}"), code="about-a-person")
