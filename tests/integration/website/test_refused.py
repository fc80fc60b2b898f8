"""The site's error pages: in the address's language, with what to do next, and nothing of the request (issue 3)."""

from typing import Any
from unittest.mock import patch

import pytest
from django.core.files import uploadhandler
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from offmon.server.base.web.application import Application
from offmon.server.faces.website import directory
from offmon.serving.gate import LATE, REFUSED
from offmon.words.catalogue import Language, translate
from tests.support import strange
from tests.support.snapshots import read

MARK = "inert-marker"
LARGE = "x" * (40 << 10)


def fault(*_args: object, **_kwargs: object) -> None:
    raise RuntimeError(MARK)


ERRORS: dict[str, tuple[int, str, str, dict[str, Any]]] = {
    "400": (400, "GET", "", {"headers": {"Host": f"{MARK}.invalid"}}),
    "403": (403, "POST", "cookies/choose/", {"headers": {"Sec-Fetch-Site": "cross-site"}}),
    "403-form": (403, "POST", "privacy/", {}),
    "404": (404, "GET", f"{MARK}/", {}),
    "405": (405, "GET", "cookies/choose/", {"query_params": {"from": MARK}}),
    "408": (408, "POST", "contact/write/", {REFUSED: LATE}),
    "413": (413, "POST", "contact/write/", {"data": {"message": MARK + LARGE}}),
    "500": (500, "GET", "contact/directory/", {}),
}


@pytest.mark.parametrize("language", Language)
def test_an_error_has_a_page_in_its_language_and_repeats_nothing(site: Client, language: Language) -> None:
    site.handler.enforce_csrf_checks = True
    for name, (status, method, path, given) in ERRORS.items():
        with patch.object(directory, "entries", fault):
            answer = getattr(site, method.lower())(f"/{language}/{path}", **given)
        body = answer.content.decode()
        assert answer.status_code == status, name
        assert f'<html lang="{language}"' in body, name
        assert answer["Cache-Control"] == "no-store"
        assert not answer.cookies
        assert MARK not in body, name
        assert f'href="/{language.other}/"' in body, f"{name}: no way to the other language"
        said = read(body)
        assert translate(language, f"frame.refused.{name}.title") in said
        assert answer["X-Request-Id"] in said
        assert f'action="/{language}/cookies/choose/"' in body, f"{name}: no choice about counting"


def test_a_choice_that_was_made_at_the_foot_of_an_error_page_leads_to_the_page_about_cookies(site: Client) -> None:
    answer = site.post("/cy/cookies/choose/", {"choice": "refused"})
    assert (answer["Location"], answer.cookies["offmon_choice"].value) == ("/cy/cookies/", "1.refused")


def test_an_address_of_no_language_answers_in_english(site: Client) -> None:
    assert '<html lang="en"' in site.get("/nowhere/").content.decode()
    assert "Page not found" in site.get("/files/absent.json").content.decode()


@pytest.mark.parametrize("size", [1, 3 << 20])
def test_a_file_that_no_form_asks_for_is_refused_and_touches_no_disk(site: Client, size: int) -> None:
    sent = {"message": "A question.", "reply": "", "file": SimpleUploadedFile("scan", b"x" * size)}
    with patch.object(uploadhandler, "TemporaryUploadedFile", fault):
        answer = site.post("/en/contact/write/", sent)
    assert answer.status_code == 413
    assert "That is too long" in answer.content.decode()


def test_what_cannot_be_read_as_a_request_has_the_page_of_one(site: Client) -> None:
    for content_type in strange.CONTENT_TYPES:
        status, headers, body = strange.ask(Application(), "/cy/contact/write/", content_type)
        assert (status, '<html lang="cy"' in body) == (400, True), content_type
        assert translate(Language.WELSH, "frame.refused.400.title") in body
        assert headers["X-Request-Id"] in body
