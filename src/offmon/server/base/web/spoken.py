"""Forms of the faces with two languages: every word of a form, GOV.UK's and Django's included, is in the page's language.

Rules (R-RGT-5; issue 3, "English and Welsh from one catalogue")
- Labels, hints and errors come from the catalogue. So do the word read out before an error and the message about an invisible character,
  where a vendor's English would appear.
- A label or hint says whether a field may be left empty.
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
