"""If an agency gave its staff passkeys, a code opens no content or bundle, and adds no key (R-SEC-10; ADR 8)."""

from collections.abc import Iterator

import pytest
from django.test import override_settings

from offmon.core.access.step_up import Act, resists
from offmon.core.errors import Refused
from offmon.server.agencies.authentication.queries import check_shown_in
from offmon.server.base import clock
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from tests.integration.console.office import Office, next_code, send, sign_in
from tests.integration.console.test_passkeys import ORIGIN, add, answer, asked, knock
from tests.integration.console.test_step_up import assert_refused, content_path, export_path
from tests.prove.markers import proves
from tests.support.authenticator import Authenticator


@pytest.fixture(autouse=True)
def by_passkey_alone(office: Office) -> Iterator[None]:  # its settings are the console's; this one stands inside them
    """Nobody said that a code is enough, which is how an installation begins."""
    with override_settings(OFFMON_CODE_IS_ENOUGH_FOR=()):
        yield


def test_who_signed_in_by_a_code_and_has_no_passkey_is_led_to_add_one(office: Office) -> None:
    browser = sign_in("officer")
    for path in (content_path(office), export_path(office)):
        answered = browser.get(path, follow=True)
        assert answered.redirect_chain == [("/your-passkeys/", 302)]
        assert "That page needs a passkey. A code is not enough. Add a passkey first" in answered.content.decode()
    assert browser.get("/alerts/").status_code == 200  # the rest a code opens, as before


@proves("S72", resists, disabled=lambda act, *, code_is_enough, has_passkey: False)
def test_the_action_refuses_a_code_whatever_the_page_did(office: Office) -> None:
    assert_refused(office.story, "factor-phishable")


def test_the_vault_asks_it_of_the_rows_itself(office: Office) -> None:
    story = office.story
    with story.running(Process.VAULT), scope(story.officer):
        for act in (Act.CONTENT, Act.EXPORT):
            with pytest.raises(Refused, match="factor-phishable"):
                check_shown_in(act, story.officer.id, story.officer.session, clock.now())
        with override_settings(OFFMON_CODE_IS_ENOUGH_FOR=("86",)):
            check_shown_in(Act.EXPORT, story.officer.id, story.officer.session, clock.now())


def test_a_passkey_opens_it_and_a_code_shown_later_takes_nothing_away(office: Office) -> None:
    key, content = Authenticator(ORIGIN), content_path(office)
    first = sign_in("officer")
    add(first, key)
    assert first.get(content)["Location"].startswith("/show-again/passkey/?next=")
    browser = knock("officer")
    assert answer(browser, "/sign-in/passkey/", key.show).status_code == 302
    assert browser.get(content).status_code == 200
    assert send(browser, "/show-again/", next="/", code=next_code("officer")).status_code == 302
    assert browser.get(content).status_code == 200


def test_whoever_has_a_passkey_adds_another_by_it_and_not_by_a_code(office: Office) -> None:
    add(sign_in("officer"), Authenticator(ORIGIN))
    phished = knock("officer")
    assert send(phished, "/sign-in/code/", code=next_code("officer")).status_code == 302
    page = phished.get("/your-passkeys/new/", follow=True)
    assert page.redirect_chain[0][0].startswith("/show-again/passkey/?next=")
    said = page.content.decode()
    assert "A code from your app is not enough here" in said
    assert "Use a code from my app instead" not in said
    assert asked(phished, page.redirect_chain[0][0])
