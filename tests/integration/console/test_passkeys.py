"""A passkey in place of the code: added, used, counted once, removed; and every answer that proves nothing (R-SEC-10; ADR 8)."""

import html
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError
from django.http import HttpResponse
from django.test import Client

from offmon.core.access.roles import Role
from offmon.core.access.step_up import Factor
from offmon.core.errors import Refused
from offmon.core.log.audit import Verb
from offmon.server.agencies.authentication import actions as door
from offmon.server.agencies.authentication import passkeys, queries
from offmon.server.agencies.authentication.models import FailedSignIn, Passkey
from offmon.server.audit.actions import append
from offmon.server.base.actor import Actor
from offmon.server.base.ids import new_id
from offmon.server.base.scope import action
from tests.integration.console.office import PASSWORD, Office, send, sign_in, sign_in_name
from tests.integration.console.test_signing_in import denied
from tests.integration.console.test_start_page import text
from tests.integration.console.test_step_up import content_path, shown_by
from tests.prove.markers import proves
from tests.support.authenticator import Authenticator
from tests.support.taken import shown_earlier
from tests.unit.server.faces.matrix import Whose

ORIGIN = "https://testserver"
ADMIN = sign_in_name(Role.TENANT_ADMIN, Whose.OWN)
type Answering = Callable[[dict[str, Any]], str]


def asked(browser: Client, path: str) -> tuple[dict[str, Any], str]:
    """What a page tells the browser to ask the passkey, and the token of its form."""
    page = browser.get(path).content.decode()
    options, token = (re.search(f'{name}="([^"]*)"', page) for name in ("data-options", 'csrfmiddlewaretoken" value'))
    assert options is not None
    assert token is not None
    told: dict[str, Any] = json.loads(html.unescape(options[1]))
    return told, token[1]


def answer(browser: Client, path: str, by: Answering, **given: str) -> HttpResponse:
    options, token = asked(browser, path)
    sent: Any = browser.post(path, {"answer": by(options), "csrfmiddlewaretoken": token, **given})
    return sent  # type: ignore[no-any-return]  # the client's own response is an HttpResponse with more on it


def add(browser: Client, key: Authenticator, name: str = "Blue key") -> None:
    added = answer(browser, "/your-passkeys/new/", key.make, name=name)
    assert (added.status_code, added.headers.get("Location")) == (302, "/your-passkeys/"), added.content.decode()


def knock(name: str) -> Client:
    """Someone with a passkey gave the right password."""
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    assert send(browser, "/sign-in/", sign_in=name, password=PASSWORD)["Location"] == "/sign-in/passkey/"
    return browser


@pytest.fixture
def key(office: Office) -> Authenticator:
    """The officer's."""
    key = Authenticator(ORIGIN)
    add(sign_in("officer"), key)
    return key


def test_it_signs_in_is_shown_again_and_stands_in_the_log(office: Office, key: Authenticator) -> None:
    [added] = office.story.entries(Verb.PASSKEY_ADDED)
    assert (added.actor.id, [one.table for one in added.touched]) == (office.story.officer.id, ["passkey"])
    browser = knock("officer")
    assert browser.get("/alerts/").status_code == 302
    assert answer(browser, "/sign-in/passkey/", key.show).status_code == 302
    assert browser.get("/alerts/").status_code == 200
    signed_in = office.story.entries(Verb.SIGNED_IN)[-1]
    assert [one.table for one in signed_in.touched] == ["passkey", "factor_shown"]
    assert shown_by(replace(office.story.officer, session=signed_in.session)).factor is Factor.PASSKEY
    shown_earlier(office.story, 61)
    content = content_path(office)
    address = browser.get(content)["Location"]
    assert address.startswith("/show-again/passkey/?next=")
    assert answer(browser, address, key.show, next=content)["Location"] == content
    assert browser.get(content).status_code == 200
    assert [one.table for one in office.story.entries(Verb.FACTOR_SHOWN)[-1].touched] == ["passkey", "factor_shown"]
    account = text(sign_in(ADMIN), f"/staff/{office.story.officer.id}/")
    assert "Passkeys 1 Shown last A passkey, which resists phishing" in account


@proves("S47", passkeys.is_origin, disabled=lambda origin, host: True)
def test_what_proves_nothing_lets_nobody_in(office: Office, key: Authenticator) -> None:
    others = Authenticator(ORIGIN)
    add(sign_in("colleague"), others)
    earlier = key.show(asked(knock("officer"), "/sign-in/passkey/")[0])
    cheats: dict[str, Answering] = {
        "an answer to another challenge": lambda _: earlier,
        "another site's": replace(key, origin="https://testserver.elsewhere.invalid").show,
        "without TLS": replace(key, origin="http://testserver").show,
        "nobody unlocked it": replace(key, verifies=False).show,
        "a colleague's": others.show,
        "a key that was never added": Authenticator(ORIGIN).show,
        "another key under its name": replace(Authenticator(ORIGIN), credential=key.credential, counter=99).show,
        "a copy, which counts from before": replace(key, counter=0).show,
        "no passkey's words": lambda _: "[]",
        "nothing": lambda _: "",
    }
    for what, by in cheats.items():
        browser = knock("officer")
        refused = answer(browser, "/sign-in/passkey/", by)
        assert (refused.status_code, "There is a problem" in refused.content.decode()) == (200, True), what
        assert browser.get("/alerts/").status_code == 302, what
        FailedSignIn.objects.all().delete()
    codes = [one.reason for one in denied(office)]
    assert codes == ["wrong-passkey"] * 7 + ["passkey-copied", "wrong-passkey"]
    assert answer(knock("officer"), "/sign-in/passkey/", key.show).status_code == 302


def test_a_challenge_counts_once_for_one_purpose_and_five_minutes(office: Office, key: Authenticator) -> None:
    browser = knock("officer")
    options, token = asked(browser, "/sign-in/passkey/")
    session = browser.session
    session["challenge"] = session["challenge"] | {"at": session["challenge"]["at"] - 5 * 60_000}
    session.save()
    given = {"answer": key.show(options), "csrfmiddlewaretoken": token}
    assert "took too long" in browser.post("/sign-in/passkey/", given).content.decode()
    browser = sign_in("colleague")
    to_show = Authenticator(ORIGIN)
    add(browser, to_show)
    options, token = asked(browser, "/show-again/passkey/")
    given = {"answer": to_show.show(options), "csrfmiddlewaretoken": token}
    for path in ("/your-passkeys/new/", "/show-again/passkey/"):  # it is to show, and spent by that
        assert "took too long" in browser.post(path, {**given, "name": "Red"}).content.decode()


@proves("S47", drop="alter table agencies_factorshown drop constraint agencies_factorshown_challenge_key")
def test_two_uses_of_one_answer_are_one_even_of_a_key_that_does_not_count(office: Office) -> None:
    key, officer = Authenticator(ORIGIN, counts=False), office.story.officer
    add(sign_in("officer"), key)
    options, state = passkeys.ask_for_known([key.credential])
    given = passkeys.PasskeyResponse(state, key.show(json.loads(json.dumps(options))))
    door.do_show_passkey_again(given, actor=officer)
    with pytest.raises(Refused, match="challenge-used"):
        door.do_show_passkey_again(given, actor=officer)


def test_a_removed_passkey_opens_nothing_nor_does_one_of_whoever_was_reset(office: Office, key: Authenticator) -> None:
    waiting, browser = knock("officer"), sign_in("officer")
    options, token = asked(waiting, "/sign-in/passkey/")  # the page was open before
    [there] = queries.passkeys(actor=office.story.officer)
    assert "Select the passkey" in send(browser, "/your-passkeys/remove/").content.decode()
    assert send(browser, "/your-passkeys/remove/", passkey=there.id)["Location"] == "/your-passkeys/"
    [entry] = office.story.entries(Verb.PASSKEY_REMOVED)
    assert (entry.actor.id, [one.id for one in entry.touched]) == (office.story.officer.id, [there.id])
    late = {"answer": key.show(options), "csrfmiddlewaretoken": token}
    assert waiting.post("/sign-in/passkey/", late).status_code in {200, 302}
    assert waiting.get("/alerts/").status_code == 302
    again = answer(browser, "/your-passkeys/new/", key.make, name="It again")
    assert "or was removed" in again.content.decode()
    second = Authenticator(ORIGIN)
    add(browser, second)
    door.do_reset_factor(office.story.officer.id, "All is lost.", actor=office.actor(Role.TENANT_ADMIN, Whose.OWN))
    [reset] = office.story.entries(Verb.FACTOR_RESET)
    assert [one.table for one in reset.touched] == ["second_factor", "passkey"]
    assert queries.passkeys(actor=office.story.officer) == []


def test_guessing_must_wait_and_adding_wants_a_factor_of_just_now(office: Office, key: Authenticator) -> None:
    for _ in range(5):
        answer(knock("officer"), "/sign-in/passkey/", Authenticator(ORIGIN).show)
    blocked = send(Client(enforce_csrf_checks=True), "/sign-in/", sign_in="officer", password=PASSWORD)
    assert blocked.status_code == 429
    browser = sign_in("colleague")
    shown_earlier(office.story, 16)
    for path in ("/your-passkeys/new/", "/your-passkeys/remove/"):
        assert browser.get(path)["Location"].startswith("/show-again/")
    options, state = passkeys.ask_for_new(office.story.officer.id, "officer", "Officer", [])
    made = passkeys.PasskeyResponse(state, Authenticator(ORIGIN).make(json.loads(json.dumps(options))))
    with pytest.raises(Refused, match="factor-stale"):
        door.do_add_passkey(made, "Another", actor=office.story.officer)
    with pytest.raises(Refused, match="factor-stale"):
        door.do_remove_passkey(new_id(), actor=office.story.officer)


@action
def do_turn_back(*, actor: Actor, **changed: Any) -> None:
    """What no action does: a counter that goes back, and a removed passkey that comes back."""
    row = Passkey.objects.get(staff_id=actor.id)
    for name, value in changed.items():
        setattr(row, name, value)
    row.save(update_fields=list(changed))
    append(actor, Verb.PASSKEY_ADDED, case=None, touched=(row,))


def test_the_database_lets_no_passkey_go_back(office: Office, key: Authenticator) -> None:
    officer = office.story.officer
    with pytest.raises(IntegrityError, match="counts forward"):
        do_turn_back(counter=0, actor=officer)
    office.story.show_factor(officer)
    [there] = queries.passkeys(actor=officer)
    door.do_remove_passkey(there.id, actor=officer)
    with pytest.raises(IntegrityError, match="removed for good"):
        do_turn_back(removed_at=None, actor=officer)
