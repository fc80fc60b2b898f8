"""Signing in at both widths: password, code, a first app with recovery codes, a replacement app, and waiting."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from offmon.server.agencies.authentication.codes import code_of, plain, step_of
from offmon.server.base import clock
from tests.e2e.console.conftest import HOST, Face
from tests.e2e.console.test_officer import at_desk, follow, press
from tests.e2e.elsewhere import FACES, cookies_sent
from tests.e2e.looking import look
from tests.integration.console.office import PASSWORD


@contextmanager
def outside(chromium: Browser, face: Face) -> Iterator[Page]:
    """A browser in which nobody has signed in."""
    context = chromium.new_context(base_url=face.address)
    page = context.new_page()
    page.goto("/alerts/")
    yield page
    context.close()


def give(page: Page, name: str, password: str) -> None:
    page.get_by_label("Sign-in name").fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    press(page, "Sign in")


def app_of(page: Page) -> str:
    """The key that a page offers, typed into an app."""
    return plain(page.locator("main .frame-code").first.inner_text())


def test_a_sign_in_here_sends_no_cookie_to_another_face(chromium: Browser, face: Face) -> None:
    with at_desk(chromium, face, "tenant_admin-own") as page:
        came = cookies_sent(page.context)
    assert "csrftoken=" in (came.pop(HOST) or "")
    assert came == dict.fromkeys(set(FACES) - {HOST})


def test_a_first_app_is_set_up_and_another_put_in_its_place(chromium: Browser, face: Face) -> None:
    with at_desk(chromium, face, "tenant_admin-own") as page:
        page.goto("/staff/")
        follow(page, re.compile("Reset app of Colleague"))
        press(page, "Reset the app")
        look(page, "reset-factor-errors")
        page.get_by_label("Why is it reset?").fill("The phone was lost.")
        press(page, "Reset the app")
        look(page, "staff-reset")
    with outside(chromium, face) as page:
        give(page, "colleague", PASSWORD)
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
        assert page.url.endswith("/alerts/")
        follow(page, "Your account")
        follow(page, "replace your app")
        look(page, "replace-factor")
        page.get_by_label("Code from your present app, or a recovery code").fill(recovery[0])
        page.get_by_label("Code from your new app").fill(code_of(app_of(page), step_of(clock.now())))
        press(page, "Replace the app")
        assert page.locator("ol .frame-code").count() == 10
    with outside(chromium, face) as page:
        give(page, "colleague", PASSWORD)
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
            give(page, "somebody", "wrong")
        give(page, "somebody", "wrong")
        assert page.locator("h1").inner_text() == "Too many attempts"
        look(page, "must-wait")
