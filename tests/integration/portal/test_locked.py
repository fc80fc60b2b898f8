"""The person is told how many records were collected without authority, why, and what became of them; in their language (design §1.9)."""

import pytest

from offmon.core.clock import HOUR_MS
from offmon.core.ids import Ms
from offmon.core.log.quarantine import LateChoice
from offmon.server.base.clock import now
from offmon.server.base.policies import Process
from offmon.server.intake.quarantine.actions import do_agree_late, do_ask_late, do_erase_late, lock_late
from offmon.server.intake.quarantine.queries import locked_told, quarantines_of
from offmon.server.orders.actions import do_end_instrument
from offmon.words.catalogue import Language, translate
from tests.integration.portal.person import DAYS, TOKEN, Person, later, portal, signed_in
from tests.integration.portal.reading import plain
from tests.prove.markers import proves
from tests.support.story import Story
from tests.support.taken import superuser


@pytest.fixture
def own(story: Story) -> Person:
    """Signed in. Three records were sent."""
    return signed_in(story)


def learned_late(story: Story) -> None:
    """The order ended an hour before what was sent, as is known now."""
    with story.console():
        do_end_instrument(story.instrument, Ms(now() - HOUR_MS), "quashed", actor=story.officer)
    with story.running(Process.VAULT):
        assert lock_late(story.case, actor=story.vault) == 3


def page(own: Person, story: Story, language: Language, days: int = DAYS + 1) -> str:
    with portal(story), later(days):
        return plain(own.browser.get(f"/{language.value}/now/").content.decode())


def erase(story: Story) -> None:
    with story.console():
        [one] = quarantines_of(story.case, actor=story.officer)
        asked = do_ask_late(one.id, LateChoice.ERASE, "It was quashed.", actor=story.officer)
        do_agree_late(asked, actor=story.supervisor)
    with story.running(Process.VAULT):
        do_erase_late(asked, actor=story.vault)


def test_they_read_how_many_and_why_and_that_they_were_erased(own: Person, story: Story) -> None:
    learned_late(story)
    for language in Language:
        shown = page(own, story, language)
        assert translate(language, "portal.locked.held", count=3) in shown
        assert translate(language, "portal.locked.why.ended") in shown
    assert "locked since" in page(own, story, Language.ENGLISH)
    erase(story)
    assert "They were erased on" in page(own, story, Language.ENGLISH)


@proves("S60", locked_told, disabled=lambda case, before: locked_told(case, Ms(2**52)))
def test_how_many_were_locked_is_told_after_the_delay_and_not_a_day_before(own: Person, story: Story) -> None:
    """Until then the page is, to the byte, one on which nothing was ever locked."""
    learned_late(story)
    assert "Records that we held" not in page(own, story, Language.ENGLISH, DAYS)
    before = now_page(own, story)
    erase(story)
    assert now_page(own, story) == before
    with superuser(story) as owner:
        owner.execute("truncate intake_quarantine cascade")
    assert now_page(own, story) == before


def now_page(own: Person, story: Story) -> bytes:
    """The page of today, to the byte, less what is drawn anew for each answer."""
    with portal(story):
        return TOKEN.sub(b"", own.browser.get("/en/now/").content)
