"""Signing in: alike for every mistake, a new session, over when it has lasted too long, and logged."""

from unittest.mock import patch

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from offmon.core.audit import Verb
from tests.integration.console.office import PASSWORD, Office, send, sign_in


def test_the_right_password_opens_the_queue_and_is_logged(office: Office) -> None:
    browser = sign_in("officer")
    assert browser.get("/", follow=True).redirect_chain[-1][0] == "/alerts/"
    [entry] = office.story.entries(Verb.SIGNED_IN)
    assert (entry.actor.id, entry.case, entry.session is not None) == (office.story.officer.id, None, True)


def test_a_wrong_name_and_a_wrong_password_are_answered_alike(office: Office) -> None:
    answers = []
    for name, password in (("officer", "wrong"), ("nobody-of-that-name", PASSWORD)):
        browser = Client(enforce_csrf_checks=True)
        answer = send(browser, "/sign-in/", sign_in=name, password=password)
        text = answer.content.decode().replace(name, "NAME")
        answers.append((answer.status_code, text[text.index("<main") : text.index("csrfmiddlewaretoken")]))
        assert browser.get("/alerts/").status_code == 302
    assert answers[0] == answers[1]
    assert "is not right" in answers[0][1]
    assert office.story.entries(Verb.SIGNED_IN) == []


def test_a_wrong_name_costs_as_much_as_a_wrong_password(office: Office) -> None:
    costs = []
    for name in ("officer", "nobody-of-that-name"):
        with patch.object(PBKDF2PasswordHasher, "encode", autospec=True, return_value="") as hashing:
            send(Client(enforce_csrf_checks=True), "/sign-in/", sign_in=name, password="wrong")
        costs.append([call.args[3:] or (PBKDF2PasswordHasher.iterations,) for call in hashing.call_args_list])
    assert costs[0] == costs[1] == [(PBKDF2PasswordHasher.iterations,)]


def test_a_closed_account_does_not_open_and_an_open_session_ends_with_it(office: Office) -> None:
    browser = sign_in("colleague")
    with office.story.database.connect_as_owner() as owner:
        owner.execute("update agencies_staff set is_active = false where sign_in = 'colleague'")
    assert browser.get("/alerts/").status_code == 302
    assert (
        send(Client(enforce_csrf_checks=True), "/sign-in/", sign_in="colleague", password=PASSWORD).status_code == 200
    )


def test_signing_in_makes_a_new_session_and_signing_out_leaves_none(office: Office) -> None:
    browser = Client(enforce_csrf_checks=True)
    send(browser, "/sign-in/", sign_in="officer", password=PASSWORD)
    first = browser.cookies[settings.SESSION_COOKIE_NAME].value
    send(browser, "/sign-in/", sign_in="officer", password=PASSWORD)
    second = browser.cookies[settings.SESSION_COOKIE_NAME].value
    assert first != second
    assert not SessionStore().exists(first)
    assert send(browser, "/sign-out/").status_code == 302
    assert not SessionStore().exists(second)
    assert browser.get("/alerts/").status_code == 302


def test_the_cookie_is_not_for_scripts_other_sites_or_plain_lines(office: Office) -> None:
    cookie = sign_in("officer").cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"], cookie["expires"]) == (True, True, "Strict", "")


def test_a_sitting_is_over_when_nothing_was_asked_for_15_minutes(office: Office) -> None:
    browser = sign_in("officer")
    session = browser.session
    session["sitting"] = session["sitting"] | {"seen_at": session["sitting"]["seen_at"] - 15 * 60_000}
    session.save()
    assert browser.get("/alerts/").status_code == 302
    assert not SessionStore().exists(str(session.session_key))


def test_a_page_of_another_site_is_not_where_signing_in_leads(office: Office) -> None:
    browser = Client(enforce_csrf_checks=True)
    answer = send(browser, "/sign-in/?next=//elsewhere.invalid/", sign_in="officer", password=PASSWORD)
    assert answer["Location"] == "/"
    page = Client().get("/cases/")
    assert page["Location"] == "/sign-in/?next=%2Fcases%2F"


def test_a_form_without_its_token_is_refused(office: Office) -> None:
    answer = Client(enforce_csrf_checks=True).post("/sign-in/", {"sign_in": "officer", "password": PASSWORD})
    assert answer.status_code == 403
