"""Deny by default: a view opens only if it names who may open it, and the backstop enforces that."""

import logging

import pytest
from django.core.checks import run_checks
from django.test import Client, RequestFactory, override_settings

from offmon.server.base.web.permissions import (
    NOT_AUTHORISED_CODE,
    Public,
    doors,
    mark_of,
    public,
    public_views,
    requires,
    safe_next,
)
from offmon.server.base.web.wiring import BACKSTOP
from tests.prove.markers import proves
from tests.unit.server.base.web.sample import urls
from tests.unit.server.base.web.sample.settings import SETTINGS
from tests.unit.server.base.web.sample.signin import Permission


def test_a_public_view_opens_to_nobody_in_particular(nobody: Client) -> None:
    assert nobody.get("/").status_code == 200


def test_nobody_is_sent_to_sign_in_and_back(nobody: Client) -> None:
    answer = nobody.get("/records/7/?tab=2")
    assert answer.status_code == 302
    assert answer["Location"] == "/sign-in/?next=%2Frecords%2F7%2F%3Ftab%3D2"


def test_what_a_form_carried_is_not_come_back_to(nobody: Client) -> None:
    assert nobody.post("/records/7/?to=/cy/")["Location"] == "/sign-in/"


@pytest.mark.parametrize("path", ["/cy/records/7/", "/cy//elsewhere.example/", "/cy/records/7/?to=//elsewhere.example"])
def test_but_its_language_is(path: str) -> None:
    """Of a face whose addresses have one: whoever wrote in Welsh too long comes to a sign-in in Welsh."""
    request = RequestFactory().post(path)
    assert requires(Permission.READ)(urls.form)(request)["Location"] == "/sign-in/?next=%2Fcy%2F"


@pytest.mark.parametrize(
    ("permissions", "status"), [("read", 200), ("read,write", 200), ("write", 403), ("other", 403)]
)
def test_the_permission_decides(permissions: str, status: int) -> None:
    assert Client(headers={"X-Actor": permissions}).get("/records/7/").status_code == status


@pytest.mark.parametrize("method", ["head", "options", "trace", "put", "delete"])
def test_what_would_show_nothing_is_not_asked_for(reader: Client, method: str) -> None:
    answer = getattr(reader, method)("/records/7/")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, POST")


def test_a_page_that_needs_a_permission_is_stored_by_nobody_whatever_the_view_says(reader: Client) -> None:
    assert reader.get("/records/7/")["Cache-Control"] == "no-store"


@proves("S20", mark_of, disabled=lambda view: mark_of(view) or Public("none given"))
def test_an_unmarked_view_does_not_even_run(reader: Client, caplog: pytest.LogCaptureFixture) -> None:
    urls.EFFECTS.clear()
    with caplog.at_level(logging.CRITICAL, "offmon.web.authorisation"):
        answer = reader.get("/unmarked/")
    assert answer.status_code == 500
    assert NOT_AUTHORISED_CODE in answer.content.decode()
    assert "Not for everybody" not in answer.content.decode()
    assert urls.EFFECTS == []
    assert [record.getMessage() for record in caplog.records] == [
        f"{NOT_AUTHORISED_CODE}: {urls.__name__}.unmarked answered without @requires or @public"
    ]


def test_an_answer_given_before_the_question_is_replaced(nobody: Client, caplog: pytest.LogCaptureFixture) -> None:
    answer = nobody.get("/records/cached/")
    assert answer.status_code == 500
    assert "Not for everybody" not in answer.content.decode()
    assert NOT_AUTHORISED_CODE in caplog.text


def test_a_wrong_method_is_not_mistaken_for_an_answer(nobody: Client) -> None:
    assert nobody.get("/send-other/").status_code == 405


def test_an_address_that_does_not_exist_is_just_not_found(nobody: Client) -> None:
    assert nobody.get("/nowhere/").status_code == 404


def test_every_door_is_listed_with_what_it_says() -> None:
    said = {door.route: type(door.mark).__name__ for door in doors()}
    assert said["records/<int:number>/"] == "Requires"
    assert said["unmarked/"] == "NoneType"
    assert said["send/"] == "Public"


def test_the_public_views_are_listed_with_their_reasons() -> None:
    listed = public_views()
    assert listed["sign-in/"] == "people sign in here"
    assert "records/<int:number>/" not in listed
    assert "unmarked/" not in listed


def test_public_without_a_reason_does_not_load() -> None:
    with pytest.raises(ValueError, match="says why"):
        public("  ")


def test_a_face_with_an_unmarked_door_does_not_start() -> None:
    said = [error.msg for error in run_checks() if error.id == "offmon.E001"]
    assert said == [f"{urls.__name__}.unmarked (at 'unmarked/') says neither @requires nor @public"]


def test_a_face_without_the_backstop_last_does_not_start() -> None:
    assert "offmon.E002" not in {error.id for error in run_checks()}
    other_order = [BACKSTOP, *SETTINGS["MIDDLEWARE"][:-1]]
    with override_settings(MIDDLEWARE=other_order):
        assert "offmon.E002" in {error.id for error in run_checks()}


@pytest.mark.parametrize(
    ("wanted", "to"),
    [
        ("/records/7/", "/records/7/"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_signing_in_leads_nowhere_else(wanted: str, to: str) -> None:
    assert safe_next(RequestFactory().get("/sign-in/", {"next": wanted}), "/") == to
