"""Signing in: the same answer for every mistake, a new session, an end after its time, and entries."""

from unittest.mock import patch

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from offmon.core.log.audit import AuditEntry, EntryOutcome, Verb
from offmon.server.agencies.authentication import actions
from tests.integration.console.office import PASSWORD, Office, next_code, send, sign_in
from tests.prove.markers import proves
from tests.support import accounts


def test_password_and_code_open_the_start_page_and_are_logged(office: Office) -> None:
    before = signed_in(office)
    browser = sign_in("officer")
    assert "Your work" in browser.get("/").content.decode()
    [entry] = signed_in(office)[len(before) :]
    assert (entry.actor.id, entry.case, entry.session is not None) == (office.story.officer.id, None, True)
    assert [one.table for one in entry.touched] == ["second_factor", "factor_shown"]


def test_a_wrong_name_and_a_wrong_password_are_answered_alike(office: Office) -> None:
    before, answers = signed_in(office), []
    for name, password in (("officer", "wrong"), ("nobody-of-that-name", PASSWORD)):
        browser = Client(enforce_csrf_checks=True)
        answer = send(browser, "/sign-in/", sign_in=name, password=password)
        text = answer.content.decode().replace(name, "NAME")
        answers.append((answer.status_code, text[text.index("<main") : text.index("csrfmiddlewaretoken")]))
        assert browser.get("/alerts/").status_code == 302
        assert browser.get("/sign-in/code/")["Location"] == "/sign-in/"
    assert answers[0] == answers[1]
    assert "is not right" in answers[0][1]
    assert signed_in(office) == before


def test_a_wrong_name_costs_as_much_as_a_wrong_password(office: Office) -> None:
    costs = []
    for name in ("officer", "nobody-of-that-name"):
        with patch.object(PBKDF2PasswordHasher, "encode", autospec=True, return_value="") as hashing:
            send(Client(enforce_csrf_checks=True), "/sign-in/", sign_in=name, password="wrong")
        costs.append([call.args[3:] or (PBKDF2PasswordHasher.iterations,) for call in hashing.call_args_list])
    assert costs[0] == costs[1] == [(PBKDF2PasswordHasher.iterations,)]


def test_a_closed_account_does_not_open_and_an_open_session_ends_with_it(office: Office) -> None:
    browser, half = sign_in("colleague"), knock("colleague")
    accounts.change(office.story.database, office.story.colleague.id, is_active=False)
    assert browser.get("/alerts/").status_code == 302
    assert half.get("/sign-in/code/").status_code == 302
    again = send(Client(enforce_csrf_checks=True), "/sign-in/", sign_in="colleague", password=PASSWORD)
    assert again.status_code == 200


def test_each_step_makes_a_new_session_and_signing_out_leaves_none(office: Office) -> None:
    browser = knock("officer")
    first = browser.cookies[settings.SESSION_COOKIE_NAME].value
    send(browser, "/sign-in/code/", code=next_code("officer"))
    second = browser.cookies[settings.SESSION_COOKIE_NAME].value
    send(browser, "/sign-in/", sign_in="officer", password=PASSWORD)
    assert not SessionStore().exists(second)  # signing in again ends the sitting that was
    send(browser, "/sign-in/code/", code=next_code("officer"))
    third = browser.cookies[settings.SESSION_COOKIE_NAME].value
    assert len({first, second, third}) == 3
    assert not SessionStore().exists(first)
    assert send(browser, "/sign-out/").status_code == 302
    assert not SessionStore().exists(third)
    assert browser.get("/alerts/").status_code == 302


def test_the_cookie_is_not_for_scripts_other_sites_or_plain_lines(office: Office) -> None:
    cookie = sign_in("officer").cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"], cookie["expires"]) == (True, True, "Strict", "")
    assert (cookie.key[:7], cookie["path"], cookie["domain"]) == ("__Host-", "/", "")


def test_a_sitting_is_over_when_nothing_was_asked_for_15_minutes(office: Office) -> None:
    browser = sign_in("officer")
    session = browser.session
    session["sitting"] = session["sitting"] | {"seen_at": session["sitting"]["seen_at"] - 15 * 60_000}
    session.save()
    assert browser.get("/alerts/").status_code == 302
    assert not SessionStore().exists(str(session.session_key))


def test_one_is_led_on_to_where_one_was_going_but_to_no_other_site(office: Office) -> None:
    assert Client().get("/cases/")["Location"] == "/sign-in/?next=%2Fcases%2F"
    for name, wanted, led in (("officer", "/cases/", "/cases/"), ("colleague", "//elsewhere.invalid/", "/")):
        browser = Client(enforce_csrf_checks=True)
        send(browser, f"/sign-in/?next={wanted}", sign_in=name, password=PASSWORD)
        assert send(browser, "/sign-in/code/", code=next_code(name))["Location"] == led


def test_a_form_without_its_token_is_refused(office: Office) -> None:
    answer = Client(enforce_csrf_checks=True).post("/sign-in/", {"sign_in": "officer", "password": PASSWORD})
    assert answer.status_code == 403


@proves("S39", actions._use, disabled=lambda row, given: False)
def test_what_is_refused_at_the_door_or_inside_is_an_entry(office: Office) -> None:
    """R-SEC-3, R-SEC-15: a wrong password, a wrong code, a page of another role, an id that is not one's to know."""
    before = len(denied(office))
    send(Client(enforce_csrf_checks=True), "/sign-in/", sign_in="stranger", password="wrong")
    send(Client(enforce_csrf_checks=True), "/sign-in/", sign_in="nobody-of-that-name", password="wrong")
    send(knock("stranger"), "/sign-in/code/", code="000000")
    browser = sign_in("stranger")
    assert browser.get(f"/cases/{office.story.case}/").status_code == 404
    assert browser.get("/staff/").status_code == 403
    assert browser.get("/no-such-address/").status_code == 404
    found = denied(office)[before:]
    assert [one.reason for one in found] == ["wrong-password", "wrong-code", "404 case", "403 staff"]
    for one in found:
        assert (one.outcome, one.case, one.touched) == (EntryOutcome.DENIED, None, ())
        assert (one.actor.id, one.request is not None) == (office.story.stranger.id, True)
        assert office.story.case not in repr(one)
    sessions = [one.session for one in found]
    assert sessions[:2] == [None, None]
    assert sessions[2] == sessions[3] == signed_in(office)[-1].session


def knock(name: str) -> Client:
    """A browser in which someone gave the right password, and no code yet."""
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    assert send(browser, "/sign-in/", sign_in=name, password=PASSWORD)["Location"] == "/sign-in/code/"
    return browser


def signed_in(office: Office) -> list[AuditEntry]:
    return office.story.entries(Verb.SIGNED_IN)


def denied(office: Office) -> list[AuditEntry]:
    return office.story.entries(Verb.ACCESS_DENIED)
