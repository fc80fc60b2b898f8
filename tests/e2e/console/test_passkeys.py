"""A passkey in a real browser: added, used to sign in and to step up; and the page without scripts (ADR 8)."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from playwright.sync_api import Browser, Page, expect

from tests.e2e.console.conftest import Face
from tests.e2e.console.test_door import give, outside
from tests.e2e.console.test_officer import at_desk, follow, press
from tests.e2e.looking import look
from tests.integration.console.office import PASSWORD
from tests.support.taken import shown_earlier

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
        look(page, "passkeys-none")
        follow(page, "Add a passkey", role="button")
        look(page, "add-passkey")
        press(page, "Add passkey")
        look(page, "add-passkey-errors")
        page.get_by_label("Name of the passkey").fill("Blue key")
        press(page, "Add passkey")
        page.wait_for_url("**/your-passkeys/")
        look(page, "passkeys")
        follow(page, "Sign out")
        press(page, "Sign out")
        give(page, "officer", PASSWORD)
        look(page, "enter-passkey")
        press(page, "Use passkey")
        page.wait_for_url("**/alerts/")
        face.apart(partial(shown_earlier, face.story, 61))
        page.goto(f"/cases/{face.story.case}/exports/new/")
        look(page, "show-passkey-again")
        press(page, "Use passkey")
        page.wait_for_url("**/exports/new/")
        face.apart(partial(shown_earlier, face.story, 61))
        page.reload()
        follow(page, "Use a code from my app instead")
        look(page, "show-again")
        press(page, "Continue")
        look(page, "show-again-errors")
        page.goto("/your-passkeys/remove/")
        press(page, "Use passkey")
        page.wait_for_url("**/your-passkeys/remove/")
        look(page, "remove-passkey")
        press(page, "Remove the passkey")
        look(page, "remove-passkey-errors")


def test_whoever_gives_none_is_told_so_and_the_code_remains(chromium: Browser, face: Face) -> None:
    with outside(chromium, face) as page:
        give(page, "officer", PASSWORD)
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
    give(page, "officer", PASSWORD)
    expect(page.get_by_text("A passkey needs JavaScript")).to_be_visible()
    press(page, "Use passkey")
    expect(page.get_by_role("heading", name=re.compile("There is a problem"))).to_be_visible()
    follow(page, "Enter a code from your app")
    assert page.url.endswith("/sign-in/code/")
    context.close()
