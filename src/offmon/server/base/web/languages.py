"""Two languages in one face: which one an address means, `<language:language>` in a pattern, and what every page needs to speak it."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.urls import register_converter
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

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


def theirs(language: Language, text: str) -> SafeString:
    """What an agency wrote, which is in English: marked as that on a page in another language, or it is read out as Welsh (WCAG 3.1.2)."""
    return escape(text) if language is Language.ENGLISH else format_html('<span lang="en">{}</span>', text)


def say_around(language: Language, key: str, written: Mapping[str, str], **ours: str | int) -> SafeString:
    """A text of the catalogue around what an agency wrote (`written`), each marked as `theirs` does; `ours` is in the page's language."""
    text = say(language, key, **{name: f"{{{name}}}" for name in (*written, *ours)})
    return format_html(escape(text), **{name: theirs(language, one) for name, one in written.items()}, **ours)


def spoken(request: HttpRequest, language: Language) -> dict[str, Any]:
    """What the templates of a page in a language ask for (`bilingual.html`); `other_path` is the same page in the other one."""
    return {
        "lang": language.value,
        "language": language,
        "say": partial(say, language),
        "say_around": partial(say_around, language),
        "theirs": partial(theirs, language),
        "other_path": f"/{language.other.value}/{request.path_info.removeprefix(f'/{language}/')}",
    }
