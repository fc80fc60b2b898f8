"""What no template may hold: escaping turned off, since officers see what devices sent (lint/no-mark-safe). On pages for the public or a
supervised person also words outside the catalogue, which would be in one language only (R-RGT-5)."""

import re
from collections.abc import Iterator
from typing import Final

import pytest
from jinja2 import Environment

from tests.support.spoken import READ_OUT
from tests.unit.tree.tree import files, text

UNESCAPED = re.compile(r"\|\s*safe\b|autoescape\s+(false|off)")
IN_BOTH_LANGUAGES: Final = (
    "src/offmon/server/faces/website/*.html",
    "src/offmon/server/faces/portal/*.html",
    *(f"src/offmon/server/base/web/jinja2/{name}.html" for name in ("bilingual", "marked", "refused")),
)
THE_SAME_IN_BOTH: Final = {"SHA-256"}
FALLBACKS: Final = {"Continue", "Cancel", "Error", "Menu", "Skip to main content", "There is a problem"}
"""What forms and frame say where a page gives no words: the console's. On a Welsh page none of them is heard (`test_spoken`)."""
TAG: Final = re.compile(r"<[^>]*>")
IS_READ_OUT: Final = re.compile(rf'\b(?:{"|".join(sorted(READ_OUT))})="([^"]*)"')
LETTERS: Final = re.compile(r"[^\W\d_]{2}")
BEGINS_A_SENTENCE: Final = re.compile(r"[\"'][A-Z][^\W\d_]")
JINJA: Final = Environment(autoescape=True)


def own_words(source: str) -> Iterator[str]:
    """What a template says itself: between its tags, in the attributes that are read out, and in Jinja as `"text": "Send"`.

    Jinja's own lexer tells markup from code: a brace in code ends nothing.
    """
    tokens = [(kind, value) for _, kind, value in JINJA.lex(source)]
    markup = "".join(value if kind == "data" else " " if kind.endswith("_begin") else "" for kind, value in tokens)
    said = [*TAG.split(markup), *IS_READ_OUT.findall(markup)]
    yield from (words for one in said if LETTERS.search(words := one.replace("&nbsp;", " ").strip()))
    yield from (value for kind, value in tokens if kind == "string" and BEGINS_A_SENTENCE.match(value))


def test_no_template_turns_escaping_off() -> None:
    templates = files("src/offmon/*.html", "src/offmon/*.jinja", "src/offmon/*.njk")
    assert [str(path) for path in templates if UNESCAPED.search(text(path))] == []


@pytest.mark.parametrize("markup", ["{{ title|safe }}", "{{ title | safe }}", "{% autoescape false %}"])
def test_a_template_that_does_is_found(markup: str) -> None:
    assert UNESCAPED.search(markup)


def test_no_template_of_two_languages_says_anything_itself() -> None:
    templates = files(*IN_BOTH_LANGUAGES)
    assert {path.parent.name for path in templates} == {"website", "portal", "jinja2"}
    said = {(path.name, words) for path in templates for words in own_words(text(path))}
    assert {(name, words) for name, words in said if words not in THE_SAME_IN_BOTH} == set()
    assert {words for _, words in said} >= THE_SAME_IN_BOTH, "nothing stays on the list that no template says"


def test_forms_and_frame_say_nothing_themselves_but_where_a_page_gives_no_words() -> None:
    templates = files(*(f"src/offmon/server/base/web/jinja2/{name}.html" for name in ("forms", "base")))
    assert {words.strip("\"'") for path in templates for words in own_words(text(path))} == FALLBACKS


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ('<p class="govuk-body">Ask us</p>', ["Ask us"]),
        ("<p>{{ say(key) }} or call</p>", ["or call"]),
        ("{% if left %}Gofynnwch{% endif %}", ["Gofynnwch"]),
        ("{{ line({'of': {'a': 1}}) }} then", ["then"]),
        ('<ol aria-label="Eight steps"></ol>', ["Eight steps"]),
        ('{{ govukButton({"text": "Send"}) }}', ['"Send"']),
        ('<p class="govuk-body">{{ say("site.a") }}: {# a note #}<br>101, &nbsp;</p>', []),
        ('{{ radios({"name": "choice", "items": [{"value": "no", "text": say("site.no")}]}) }}', []),
        ('<ol aria-label="{{ say("site.how.picture") }}">{% for one in ["order", "term"] %}{% endfor %}</ol>', []),
    ],
)
def test_a_template_that_says_something_itself_is_found(source: str, words: list[str]) -> None:
    assert list(own_words(source)) == words
