"""A form of site or portal uses only its page's language, whatever was sent (issue 3, "Welsh complete"; R-RGT-5)."""

import inspect
from typing import Any

import pytest

from offmon.core.person.deadlines import RequestKind
from offmon.server.base.web.forms import Form, component_of
from offmon.server.base.web.spoken import SpokenForm
from offmon.server.faces.portal import forms as portal
from offmon.server.faces.website import forms as website
from offmon.words.catalogue import Language

FORMS: list[type[Any]] = [
    form
    for module in (portal, website)
    for _, form in inspect.getmembers(module, inspect.isclass)
    if issubclass(form, Form) and form.__module__ == module.__name__
]
SENT = {"empty": "", "blank": "  ", "unseen": "a\0b", "long": "1" * 5_000, "no choice": "neither", "no address": "a@b"}


def errors(form: type[Any], sent: str, language: Language) -> dict[str, tuple[str, str]]:
    """By field: the word that is read out before its error, and the error."""
    needed: dict[type[Any], dict[str, Any]] = {
        portal.AskForm: {"kind": next(iter(RequestKind))},
        portal.StopForm: {"items": ()},
    }
    given = needed.get(form, {})
    bound = form(None, language=language, **given)
    filled = form(dict.fromkeys(bound.fields, sent), language=language, **given)
    filled.is_valid()
    said = {one.name: component_of(one).params["errorMessage"] for one in filled if one.errors}
    return {name: (error["visuallyHiddenText"], error["text"]) for name, error in said.items()}


def test_each_form_of_the_two_faces_is_spoken() -> None:
    assert len(FORMS) == 6
    assert [form for form in FORMS if not issubclass(form, SpokenForm)] == []


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("sent", SENT.values(), ids=SENT)
def test_no_error_is_the_same_in_both_languages(form: type[Any], sent: str) -> None:
    english, welsh = (errors(form, sent, language) for language in (Language.ENGLISH, Language.WELSH))
    assert english.keys() == welsh.keys()
    for name, (word, text) in welsh.items():
        assert word == "Gwall"
        assert text != english[name][1]
        assert "Null" not in text


def test_a_character_that_nobody_sees_is_an_error_of_each_box() -> None:
    wrong = {form.__name__: errors(form, SENT["unseen"], Language.WELSH) for form in FORMS}
    boxes = {"PersonSignInForm": 2, "FirstForm": 4, "AskForm": 1, "StopForm": 1, "WriteForm": 2, "AboutForm": 1}
    assert {name: len(found) for name, found in wrong.items()} == boxes
    assert "Mae yna nod na all neb ei weld" in wrong["PersonSignInForm"]["name"][1]
