"""The person reads who supervises them now, in both languages, once another agency took their case over; and on a new notice."""

import re

import pytest

from offmon.core.log.audit import Verb
from offmon.server.deployments.actions import Served, do_make_notice, do_serve_notice
from tests.integration.portal.person import portal, signed_in
from tests.support.fake_device import now
from tests.support.partner import NAME
from tests.support.story import Story
from tests.support.taken_over import taken_over


@pytest.mark.parametrize(("language", "said"), [("en", "has supervised you since"), ("cy", "yn eich goruchwylio ers")])
def test_the_person_reads_who_supervises_them_now(story: Story, language: str, said: str) -> None:
    person = signed_in(story)
    with portal(story):
        assert said not in person.browser.get(f"/{language}/now/").content.decode()
    taken_over(story)
    with portal(story):
        page = re.sub(r"\s+", " ", person.browser.get(f"/{language}/now/").content.decode())
    assert said in page
    assert NAME in page


def test_a_notice_made_since_names_the_new_agency_and_the_key_that_the_device_knows(story: Story) -> None:
    person, receiver = signed_in(story), taken_over(story)
    with story.database.connect_as_owner() as owner:
        owner.execute("update agencies_agency set contact = 'Telephone 01632 960 000' where id = %s", [receiver.agency])
    with story.console(), story.with_keys():
        paper = do_make_notice(story.deployment, actor=receiver.officer)
        do_serve_notice(paper, Served(now(), "by hand", True), actor=receiver.officer)
    with portal(story):
        page = person.browser.get("/en/notice/").content.decode()
    assert NAME in page
    assert story.root.public.fingerprint[:8] in re.sub(r"\s+", "", page)
    [*_, served] = story.entries(Verb.NOTICE_SERVED)
    assert served.actor.agency == receiver.agency
