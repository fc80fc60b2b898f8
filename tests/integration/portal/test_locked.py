"""The person is told how many records were collected without authority, why, and what became of them; in their language (design §1.9)."""

import pytest

from offmon.core.clock import HOUR_MS
from offmon.core.ids import Ms
from offmon.core.log.quarantine import LateChoice
from offmon.server.base.clock import now
from offmon.server.base.policies import Process
from offmon.server.intake.quarantine.actions import do_agree_late, do_ask_late, do_erase_late, lock_late
from offmon.server.intake.quarantine.queries import quarantines_of
from offmon.server.orders.actions import do_end_instrument
from offmon.words.catalogue import Language, translate
from tests.integration.portal.person import Person, portal, signed_in
from tests.integration.portal.reading import plain
from tests.support.story import Story


@pytest.fixture
def own(story: Story) -> Person:
    """Signed in. The order ended an hour before what was sent, as is known now."""
    with story.console():
        do_end_instrument(story.instrument, Ms(now() - HOUR_MS), "quashed", actor=story.officer)
    with story.running(Process.VAULT):
        lock_late(story.case, actor=story.vault)
    return signed_in(story)


def page(own: Person, story: Story, language: Language) -> str:
    with portal(story):
        return plain(own.browser.get(f"/{language.value}/now/").content.decode())


def erase(story: Story) -> None:
    with story.console():
        [one] = quarantines_of(story.case, actor=story.officer)
        asked = do_ask_late(one.id, LateChoice.ERASE, "It was quashed.", actor=story.officer)
        do_agree_late(asked, actor=story.supervisor)
    with story.running(Process.VAULT):
        do_erase_late(asked, actor=story.vault)


def test_they_read_how_many_and_why_and_that_they_were_erased(own: Person, story: Story) -> None:
    for language in Language:
        shown = page(own, story, language)
        assert translate(language, "portal.locked.held", count=3) in shown
        assert translate(language, "portal.locked.why.ended") in shown
    assert "locked since" in page(own, story, Language.ENGLISH)
    erase(story)
    assert "They were erased on" in page(own, story, Language.ENGLISH)
