"""A request by phone or letter appears on the person's page with its progress, like their own (R-RGT-12)."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from playwright.sync_api import Browser

from offmon.core import clock as time
from offmon.core.access.portal_access import WayIn
from offmon.core.person.deadlines import Channel, RequestKind
from offmon.server.base import clock
from offmon.server.rights.actions import do_make_access
from offmon.server.rights.requests import queries
from offmon.server.rights.requests.actions import RequestAnswer, TakenDown, do_answer, do_take_down, do_take_up
from offmon.words.catalogue import Language
from offmon.words.dates import day
from tests.database import Template
from tests.e2e.looking import look
from tests.e2e.portal.conftest import served
from tests.e2e.portal.test_portal import PIN
from tests.support.story import Story

NOBODY = "Nobody called me back (invented)."


def asked(story: Story) -> WayIn:
    """Three requests by phone and letter: one received, one taken up, one answered. And a way in, to see them."""
    today = time.local_day(clock.now())
    with story.console(), story.with_keys():
        for kind, channel in (
            (RequestKind.REVIEW, Channel.LETTER),
            (RequestKind.COMPLAINT, Channel.PHONE),
            (RequestKind.DATA, Channel.PHONE),
        ):
            said = TakenDown(kind, NOBODY, channel, today, story.officer.id)
            do_take_down(story.case, said, actor=story.officer)
        of = {row.kind: row.id for row in queries.open_requests(actor=story.officer)}
        do_take_up(of[RequestKind.COMPLAINT], actor=story.supervisor)
        do_answer(
            of[RequestKind.DATA], RequestAnswer("A copy was sent.", Channel.LETTER, today), actor=story.supervisor
        )
        return do_make_access(story.case, actor=story.officer)


def test_the_person_sees_how_far_each_request_is(
    chromium: Browser, migrated_template: Template, tmp_path: Path
) -> None:
    with migrated_template.clone() as database, ThreadPoolExecutor(1) as thread:
        # Playwright has a loop in this thread, and Django refuses one.
        story: Story = thread.submit(lambda: Story(database, tmp_path).play()).result()
        way_in = thread.submit(asked, story).result()
        with served(story, database) as address:
            page = chromium.new_context(base_url=address).new_page()
            page.goto("/en/first/")
            page.get_by_label("Your sign-in name").fill(way_in.name)
            page.get_by_label("Your code").fill(way_in.code)
            page.get_by_label("Choose a PIN").fill(PIN)
            page.get_by_label("Enter the PIN again").fill(PIN)
            page.get_by_role("button", name="Continue").click()
            page.wait_for_url("**/en/now/")
            for language in Language:
                page.goto(f"/{language}/ask/")
                look(page, f"portal-{language}-asked")
            page.goto("/en/ask/")
            shown = page.inner_text("main")
            today = day(Language.ENGLISH, clock.now())
            assert "We have it" in shown
            assert f"Someone has been looking at it since {today}" in shown
            assert f"Answered on {today}" in shown
            assert shown.count(NOBODY) == 3
            assert "A copy was sent." not in shown
            page.context.close()
