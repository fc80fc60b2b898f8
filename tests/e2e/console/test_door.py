"""Signing in at both widths: password, code, a first app with recovery codes, a replacement app, waiting, and a passkey."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from playwright.sync_api import Browser, Page, expect

from offmon.server.agencies.authentication.codes import code_of, plain, step_of
from offmon.server.base import clock
from tests.e2e.console.conftest import HOST, Face
from tests.e2e.console.test_officer import at_desk
from tests.e2e.elsewhere import FACES, cookies_sent
from tests.e2e.looking import look
from tests.e2e.pressing import follow, give_password, press
from tests.integration.console.office import PASSWORD
from tests.support.taken import shown_earlier


@contextmanager
def outside(chromium: Browser, face: Face) -> Iterator[Page]:
    """A browser in which nobody has signed in."""
    context = chromium.new_context(base_url=face.address)
    page = context.new_page()
    page.goto("/alerts/")
    yield page
    context.close()


def app_of(page: Page) -> str:
    """The key that a page offers, typed into an app."""
    return plain(page.locator("main .frame-code").first.inner_text())


def test_a_sign_in_here_sends_no_cookie_to_another_face(chromium: Browser, face: Face) -> None:
    with at_desk(chromium, face, "tenant_admin-own") as page:
        came = cookies_sent(page.context)
    assert "__Host-csrftoken=" in (came.pop(HOST) or "")
    assert came == dict.fromkeys(set(FACES) - {HOST})


def test_a_first_app_is_set_up_and_another_put_in_its_place(chromium: Browser, face: Face) -> None:
    with at_desk(chromium, face, "tenant_admin-own") as page:
        page.goto("/staff/")
        follow(page, re.compile("Colleague Invented"))
        follow(page, re.compile("Reset a lost app"))
        press(page, "Reset the app")
        page.get_by_label("Why is it reset?").fill("The phone was lost.")
        press(page, "Reset the app")
        look(page, "staff-reset")
    with outside(chromium, face) as page:
        give_password(page, "colleague", PASSWORD)
        look(page, "set-up-factor")
        press(page, "Continue")
        look(page, "set-up-factor-errors")
        secret = app_of(page)
        page.get_by_label("Code from your authenticator app").fill(code_of(secret, step_of(clock.now())))
        press(page, "Continue")
        look(page, "recovery-codes")
        recovery = page.locator("ol .frame-code").all_inner_texts()
        assert len(recovery) == 10
        follow(page, "I have written them down", role="button")
        assert page.url.endswith("/alerts/")  # where they were going
        follow(page, "Your account")
        follow(page, "replace your app")
        page.get_by_label("Code from your present app, or a recovery code").fill(recovery[0])
        page.get_by_label("Code from your new app").fill(code_of(app_of(page), step_of(clock.now())))
        press(page, "Replace the app")
        assert page.locator("ol .frame-code").count() == 10
    with outside(chromium, face) as page:
        give_password(page, "colleague", PASSWORD)
        look(page, "enter-code")
        press(page, "Sign in")
        look(page, "enter-code-errors")
        follow(page, "I do not have my app with me")
        look(page, "enter-recovery-code")
        page.get_by_label("Recovery code").fill(recovery[1])  # of the app that is gone
        press(page, "Sign in")
        look(page, "enter-recovery-code-errors")


def test_whoever_fails_too_often_is_told_to_wait(chromium: Browser, face: Face) -> None:
    with outside(chromium, face) as page:
        for _ in range(5):
            page.goto("/sign-in/")
            give_password(page, "somebody", "wrong")
        give_password(page, "somebody", "wrong")
        assert page.locator("h1").inner_text() == "Too many attempts"
        look(page, "must-wait")


# --- a passkey (ADR 8) --------------------------------------------------------------------------------------------------------------

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}

CANCELLED = "() => { navigator.credentials.get = async () => { throw new DOMException('', 'NotAllowedError'); }; }"


@contextmanager
def with_key(page: Page) -> Iterator[None]:
    """Chromium's own authenticator, in this page's browser, which says yes at once."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    key = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})["authenticatorId"]
    yield
    devtools.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": key})


def test_a_passkey_is_added_signs_in_and_is_shown_again(chromium: Browser, face: Face) -> None:
    with at_desk(chromium, face, "officer") as page, with_key(page):
        follow(page, "Your account")
        follow(page, "Add a passkey", role="button")
        press(page, "Add passkey")
        page.get_by_label("Name of the passkey").fill("Blue key")
        press(page, "Add passkey")
        page.wait_for_url("**/your-passkeys/")
        look(page, "passkeys")
        follow(page, "Sign out")
        press(page, "Sign out")
        give_password(page, "officer", PASSWORD)
        look(page, "enter-passkey")
        press(page, "Use passkey")
        page.get_by_role("heading", name="Your work").wait_for()
        face.apart(partial(shown_earlier, face.story, 61))
        page.goto(f"/cases/{face.story.case}/exports/new/")
        look(page, "show-passkey-again")
        press(page, "Use passkey")
        page.wait_for_url("**/exports/new/")
        face.apart(partial(shown_earlier, face.story, 61))
        page.reload()
        follow(page, "Use a code from my app instead")
        press(page, "Continue")
        page.goto("/your-passkeys/remove/")
        press(page, "Use passkey")
        page.wait_for_url("**/your-passkeys/remove/")
        look(page, "remove-passkey")
        press(page, "Remove the passkey")
        look(page, "remove-passkey-errors")


def test_whoever_gives_none_is_told_so_and_the_code_remains(chromium: Browser, face: Face) -> None:
    with outside(chromium, face) as page:
        give_password(page, "officer", PASSWORD)
        page.evaluate(CANCELLED)
        page.get_by_role("button", name="Use passkey").click()
        expect(page.get_by_text("We received no passkey.")).to_be_visible()
        look(page, "enter-passkey-failed")
        follow(page, "Use a code from my app instead")
        assert page.url.endswith("/sign-in/code/")


def test_without_scripts_the_page_leads_to_the_code(chromium: Browser, face: Face) -> None:
    context = chromium.new_context(base_url=face.address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/sign-in/")
    give_password(page, "officer", PASSWORD)
    expect(page.get_by_text("A passkey needs JavaScript")).to_be_visible()
    press(page, "Use passkey")
    expect(page.get_by_role("heading", name=re.compile("There is a problem"))).to_be_visible()
    follow(page, "Enter a code from your app")
    assert page.url.endswith("/sign-in/code/")
    context.close()
