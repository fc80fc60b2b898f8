"""A disclosure that a newer profile refused, or that we lost, is a line with its commitment (issue 3, "Portal")."""

import html
import re

import pytest

from offmon.core import clock as time
from offmon.core.formats.event import DisclosureLeaf
from offmon.core.formats.journal import leaf_commit
from offmon.core.ids import Ms
from offmon.core.person import activity_record as file
from offmon.core.person.activity_record import Unkept
from offmon.server.base import clock
from offmon.server.intake.queries import sent_before
from offmon.server.orders.actions import do_end_instrument
from offmon.words.catalogue import Language, translate
from offmon.words.dates import day
from tests.integration.portal.person import DAYS, Person, portal, signed_in
from tests.integration.portal.test_pages import pages
from tests.integration.portal.test_restrictions import everything, later, never_were, restrict
from tests.prove.markers import proves
from tests.support.story import Story
from tests.support.taken import superuser

LOST = """update intake_leaf set held = 'lost', why = 'lost-by-agency', document = null, ciphertext = null, salt = '', event_at = null,
 deployment = null, capability = null, list_name = null, rule = null, gravity = null where "commit" = %s"""


def sent(story: Story) -> list[str]:
    return [leaf_commit(leaf) for leaf in story.device.leaves if isinstance(leaf, DisclosureLeaf)]


@pytest.fixture
def own(story: Story) -> Person:
    """Signed in. Five were sent: the first is lost, the last two came under an order that was quashed."""
    with story.console():
        do_end_instrument(story.instrument, Ms(clock.now() - 1), "quashed", actor=story.officer)
    story.sign(story.ask_profile())
    story.disclose(2, under=story.profiles[0])
    story.send()
    with superuser(story) as owner:
        assert owner.execute(LOST, [bytes.fromhex(sent(story)[0])]).rowcount == 1
    return signed_in(story)


@proves("S109", sent_before, disabled=lambda case, before: [])
def test_every_line_of_what_was_sent_is_told_after_the_delay_and_the_device_finds_it_its_own(
    own: Person, story: Story
) -> None:
    with portal(story), later(DAYS + 1):
        bodies = {
            one: re.sub(r"\s+", " ", html.unescape(own.browser.get(f"/{one}/told/").content.decode()))
            for one in Language
        }
        taken = file.read(own.browser.get("/en/told/file/").content)
    became = [Unkept.LOST, None, None, Unkept.REFUSED, Unkept.REFUSED]
    assert {line.commit: line.unkept for line in taken.sent} == dict(zip(sent(story), became, strict=True))
    known = file.DeviceKnowledge(story.agency, story.case, story.device.device, "", (), frozenset(sent(story)), {})  # type: ignore[arg-type]
    assert file.judge(taken, known).sent == 5
    today = time.start_of_day(time.local_day(clock.now()))
    assert {line.on for line in taken.sent if line.unkept} == {today}
    for language, body in bodies.items():
        lines = body.split('id="sent"')[1].split('id="looks"')[0]
        assert day(language, today) in lines
        for line in taken.sent:
            said = f"portal.told.unkept.{line.unkept}" if line.unkept else f"capability.{line.kind}.sent"
            assert f"{translate(language, said)}<br>" in lines
            assert line.commit[:16] in lines
        assert lines.count(translate(language, "portal.told.unkept.term")) == 3


def test_within_the_delay_nothing_tells_of_it(story: Story) -> None:
    person = signed_in(story)
    with story.console():
        do_end_instrument(story.instrument, Ms(clock.now() - 1), "quashed", actor=story.officer)
    story.sign(story.ask_profile())
    with portal(story):
        before = pages(person)
    story.disclose(2, under=story.profiles[0])
    story.send()
    with portal(story):
        assert pages(person) == before
        with later(DAYS):
            assert (
                translate(Language.ENGLISH, "portal.told.nothing") in person.browser.get("/en/told/").content.decode()
            )


def test_a_restriction_of_any_time_before_it_came_holds_it_back_without_a_trace(own: Person, story: Story) -> None:
    restrict(story, since=Ms(clock.now() - 40 * time.DAY_MS), until=Ms(clock.now() - 30 * time.DAY_MS))
    with portal(story), later(DAYS + 2):
        held_back = everything(own)
        body = re.sub(r"\s+", " ", html.unescape(held_back["/en/told/"][1].decode()))
        assert body.count(translate(Language.ENGLISH, "capability.site.sent")) == 2  # it is known not to be of then
        assert [one for one in Unkept if translate(Language.ENGLISH, f"portal.told.unkept.{one}") in body] == []
        assert [line.unkept for line in file.read(held_back["file"]).sent] == [None, None]
    restrict(story)
    with portal(story), later(DAYS + 2):
        held_back = everything(own)
    never_were(story)
    with portal(story), later(DAYS + 2):
        assert everything(own) == held_back


def test_a_restriction_of_a_time_after_it_came_does_not(own: Person, story: Story) -> None:
    restrict(story, since=Ms(clock.now() + time.HOUR_MS), until=Ms(clock.now() + time.DAY_MS))
    with portal(story), later(DAYS + 2):
        assert len(file.read(own.browser.get("/en/told/file/").content).sent) == 5
