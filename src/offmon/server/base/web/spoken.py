"""Forms of the faces that speak two languages: whatever a form says, GOV.UK's own words and Django's among it, is of the page's language.

Rules (R-RGT-5; issue 3, "English and Welsh from one catalogue")
- Labels, hints and errors are of the catalogue. So are the word that is read out before an error, and what is said of a character that
  nobody can see: a vendor's English would stand there unasked.
- Whether a field may be left empty is said by its label or its hint.
"""

from typing import Any

from django import forms

from offmon.server.base.web.forms import Form
from offmon.words.catalogue import Language, translate


class SpokenForm(Form):
    """A form in the language of its page."""

    optional = ""

    def __init__(self, *args: Any, language: Language, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language = language
        self.error_word = translate(language, "frame.error")

    def put(self, name: str, field: forms.Field) -> None:
        """Ask for one more thing."""
        field.error_messages.setdefault("null_characters_not_allowed", translate(self.language, "frame.unreadable"))
        self.fields[name] = field
