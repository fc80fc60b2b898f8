"""One catalogue, complete in both languages, with nothing missing and nothing unused (R-RGT-5)."""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache

import pytest

from offmon.core.access.roles import Permission
from offmon.core.log.audit import Verb
from offmon.words.catalogue import Language, differences, placeholders, texts, translate
from tests.unit.tree.tree import files, text

AREAS = {key.split(".")[0] for key in texts(Language.ENGLISH)}
NO_KEYS = {code.value for codes in (Verb, Permission) for code in codes}  # they have the same form, as `notice.serve`
A_KEY = re.compile(rf"({'|'.join(AREAS)})\.[a-z0-9._-]*")
# a name, or no more than what is filled in
THE_SAME = {
    "device.pin.pin",
    "device.stop.item",
    "notice.contact.party",
    "notice.hours.called",
    "notice.why.term",
    "site.frame.name",
}
IN_A_TEMPLATE = re.compile(r"\btranslate\([^()]*?\"([a-z]+\.[a-z0-9._-]*)\"( ~)?")


def used_in(source: str) -> Iterator[tuple[str, bool]]:
    """The keys that Python code names, and whether each is only how a family of keys begins: `f"indicator.state.{state}"`."""
    parts = set[int]()  # of a text that is put together: `ast.walk` comes to the whole before its parts
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            parts.update(map(id, node.values))
            if node.values and isinstance(node.values[0], ast.Constant):
                yield str(node.values[0].value), True
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            yield node.value, False


@cache
def uses() -> set[tuple[str, bool]]:
    """Every key or beginning of one that the product names."""
    code = {use for path in files("src/offmon/*.py") for use in used_in(text(path))}
    pages = {
        (key, bool(more)) for path in files("src/offmon/*.html") for key, more in IN_A_TEMPLATE.findall(text(path))
    }
    return {
        (key, more)
        for key, more in code | pages
        if key not in NO_KEYS and not key.endswith((".html", ".localhost", ".md")) and A_KEY.fullmatch(key)
    }


def test_the_languages_say_the_same() -> None:
    assert differences({language: texts(language) for language in Language}) == []


def untranslated(english: Mapping[str, str], welsh: Mapping[str, str]) -> set[str]:
    """The keys whose Welsh is the English again, however it is spaced or written large."""
    return {key for key, said in english.items() if _read(said) == _read(welsh.get(key, ""))}


def _read(said: str) -> list[str]:
    return said.casefold().split()


def test_no_welsh_is_the_english_again_but_for_names() -> None:
    assert untranslated(texts(Language.ENGLISH), texts(Language.WELSH)) == THE_SAME


@pytest.mark.parametrize(
    ("welsh", "found"), [("Ask  us", {"a.b"}), ("ask us", {"a.b"}), ("Gofynnwch i ni", set[str]()), ("", set[str]())]
)
def test_english_in_the_place_of_welsh_is_found(welsh: str, found: set[str]) -> None:
    assert untranslated({"a.b": "Ask us"}, {"a.b": welsh}) == found


def test_what_is_used_is_there() -> None:
    known = set(texts(Language.ENGLISH))
    missing = [key for key, more in uses() if not (any(one.startswith(key) for one in known) if more else key in known)]
    assert missing == []


def test_what_is_there_is_used() -> None:
    exact = {key for key, more in uses() if not more}
    begun = tuple(key for key, more in uses() if more)
    assert [key for key in texts(Language.ENGLISH) if key not in exact and not key.startswith(begun)] == []


@pytest.mark.parametrize(
    ("english", "welsh", "says"),
    [
        ({"a.b": "One {x}"}, {"a.b": "Un {x}"}, []),
        ({"a.b": "One"}, {}, ["a.b: not in cy"]),
        ({"a.b": "One"}, {"a.b": " "}, ["a.b: not in cy"]),
        ({}, {"a.b": "Un"}, ["a.b: not in en"]),
        ({"a.b": "One {x}"}, {"a.b": "Un {y}"}, ["a.b: its placeholders differ"]),
    ],
)
def test_a_difference_is_found(english: dict[str, str], welsh: dict[str, str], says: list[str]) -> None:
    assert differences({Language.ENGLISH: english, Language.WELSH: welsh}) == says


def test_the_scan_finds_what_code_and_templates_name() -> None:
    assert set(used_in('say(x, "a.b"); say(x, f"a.c.{d}")')) == {("a.b", False), ("a.c.", True)}
    assert IN_A_TEMPLATE.findall('{{ translate(paper.language, "notice.print") }}') == [("notice.print", "")]
    assert IN_A_TEMPLATE.findall('{{ translate(language, "language." ~ other) }}') == [("language.", " ~")]


@pytest.mark.parametrize("wrong", ["{}", "{0}", "{x.y}", "{x[0]}", "{x!r}", "{x:>3}"])
def test_a_placeholder_is_a_plain_name(wrong: str) -> None:
    with pytest.raises(ValueError, match="plain name"):
        placeholders(wrong)


def test_what_is_given_is_what_is_asked_for() -> None:
    with pytest.raises(ValueError, match="no text"):
        translate(Language.ENGLISH, "indicator.nothing")
    with pytest.raises(ValueError, match="asks for"):
        translate(Language.ENGLISH, "indicator.title", name="Sam")
