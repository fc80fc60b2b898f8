"""The portal's error pages: in the address's language, the same signed in or not, and silent to a bystander."""

from typing import Any
from unittest.mock import patch

import pytest
from django.core.files import uploadhandler
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from offmon.server.base.web.application import Application
from offmon.server.faces.portal import views
from offmon.serving.gate import LATE, REFUSED
from offmon.words.catalogue import Language, translate
from tests.integration.portal.person import Person, portal
from tests.support import strange
from tests.support.story import Story
from tests.unit.words.test_portal import TELLING

MARK = "inert-marker"
SENT = {"data": {"name": MARK + "x" * (70 << 10)}}
ERRORS: dict[str, tuple[int, str, str, dict[str, Any]]] = {
    "400": (400, "GET", "", {"headers": {"Host": f"{MARK}.invalid"}}),
    "403-form": (403, "POST", "first/", {}),
    "404": (404, "GET", f"{MARK}/", {}),
    "405": (405, "GET", "leave/", {"query_params": {"from": MARK}}),
    "408": (408, "POST", "", {REFUSED: LATE}),
    "413": (413, "POST", "", SENT),
    "500": (500, "GET", "first/", {}),
}


def fault(*_args: object, **_kwargs: object) -> None:
    raise RuntimeError(MARK)


def ask(browser: Client, name: str, language: Language) -> HttpResponse:
    _, method, path, given = ERRORS[name]
    with patch.object(views, "FirstForm", fault):
        answer: Any = getattr(browser, method.lower())(f"/{language}/{path}", **given)
    return answer  # type: ignore[no-any-return]  # the client's own response is an HttpResponse with more on it


@pytest.mark.parametrize("language", Language)
def test_an_error_has_a_page_in_its_language_that_tells_a_bystander_nothing(
    person: Person, story: Story, language: Language
) -> None:
    way_in = person.is_given_a_way_in()
    nobody = Client(enforce_csrf_checks=True, raise_request_exception=False)
    with portal(story):
        assert person.begins(way_in).status_code == 302
        nobody.get("/en/")
        for name, (status, *_) in ERRORS.items():
            bodies = set()
            for browser in (nobody, person.browser):
                answer = ask(browser, name, language)
                body = answer.content.decode()
                assert answer.status_code == status, (name, body)
                assert answer["X-Request-Id"] in body, name
                bodies.add(body.replace(answer["X-Request-Id"], ""))
            [body] = bodies  # signed in or not
            assert f'<html lang="{language}"' in body, name
            assert translate(language, f"frame.refused.{name}.title").replace("'", "&#39;") in body
            assert MARK not in body, name
            assert TELLING.search(body) is None, name


def test_whoever_must_wait_is_told_so_by_the_answer_too(story: Story) -> None:
    person = Person(story)
    with portal(story):
        answers = [person.send("/en/", name="nobodyss", pin="000000") for _ in range(12)]
    assert 429 in {answer.status_code for answer in answers}


@pytest.mark.parametrize("size", [1, 3 << 20])
def test_a_file_that_no_form_asks_for_is_refused_and_touches_no_disk(story: Story, size: int) -> None:
    nobody = Client(enforce_csrf_checks=True, raise_request_exception=False)
    with portal(story), patch.object(uploadhandler, "TemporaryUploadedFile", fault):
        nobody.get("/en/")  # the token's cookie: without it nothing that is sent is read at all
        answer = nobody.post("/en/", {"name": "n", "file": SimpleUploadedFile("scan", b"x" * size)})
    assert answer.status_code == 413
    assert "That is too long" in answer.content.decode()


def test_what_cannot_be_read_as_a_request_has_the_page_of_one(story: Story) -> None:
    with portal(story):
        for content_type in strange.CONTENT_TYPES:
            status, _, body = strange.ask(Application(), "/cy/", content_type)
            assert (status, '<html lang="cy"' in body) == (400, True), content_type
            assert translate(Language.WELSH, "frame.refused.400.title") in body
            assert TELLING.search(body) is None
