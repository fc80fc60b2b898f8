"""Two languages in one face: which one an address means, `<language:language>` in a pattern, and what every page needs to speak it."""

from functools import partial
from typing import Any

from django.http import HttpRequest
from django.urls import register_converter

from offmon.words.catalogue import Language, say


class LanguageConverter:
    """A language in an address: `en` or `cy`."""

    regex = "|".join(Language)

    def to_python(self, value: str) -> Language:
        """The language."""
        return Language(value)

    def to_url(self, value: Language) -> str:
        """The language."""
        return value.value


register_converter(LanguageConverter, "language")  # Django takes a converter's name once a process


def language_of(path: str) -> Language:
    """The language of an address, which may be one that we do not have: English, unless it begins as Welsh ones do."""
    return Language.WELSH if path.startswith(f"/{Language.WELSH}/") else Language.ENGLISH


def spoken(request: HttpRequest, language: Language) -> dict[str, Any]:
    """What the templates of a page in a language ask for (`bilingual.html`); `other_path` is the same page in the other one."""
    return {
        "lang": language.value,
        "language": language,
        "say": partial(say, language),
        "other_path": f"/{language.other.value}/{request.path_info.removeprefix(f'/{language}/')}",
    }
