"""A duty inspector opens one alert for an hour. The supervisor reads of it at once, and the person after the delay (issue 20)."""

from datetime import timedelta

from playwright.sync_api import Browser

from offmon.core import clock as time
from offmon.core.access.roles import Role
from offmon.core.clock import HOUR_MS
from offmon.core.ids import Ms
from offmon.server.base import clock
from tests.e2e.console.conftest import Face
from tests.e2e.console.test_officer import at_desk
from tests.e2e.looking import look
from tests.e2e.pressing import follow, press
from tests.integration.console.office import sign_in_name
from tests.integration.portal.person import portal, signed_in
from tests.support import aged
from tests.support.emergencies import comes_to
from tests.support.story import Story
from tests.support.taken import superuser
from tests.unit.server.faces.matrix import Whose

INSPECTOR = sign_in_name(Role.DUTY_INSPECTOR, Whose.OWN)
WHY = "A child may be at risk tonight, and no officer answers"


def comes_to_inspector(face: Face) -> None:
    oak, admin = (face.office.actor(role, Whose.OWN) for role in (Role.DUTY_INSPECTOR, Role.TENANT_ADMIN))
    with face.story.console():
        comes_to(face.story, face.story.alerts[0], oak, admin=admin)


def test_one_alert_is_opened_and_shut_again_and_a_supervisor_says_no(chromium: Browser, face: Face) -> None:
    face.apart(lambda: comes_to_inspector(face))
    with at_desk(chromium, face, INSPECTOR) as page:
        page.goto("/")
        look(page, "duty")
        follow(page, "Open this alert in an emergency")
        assert face.story.person not in page.inner_text("body")
        look(page, "open-in-emergency")
        press(page, "Open this alert for 60 minutes")
        assert "Enter why it cannot wait" in page.inner_text("main")
        page.get_by_label("Why can it not wait for the officers of the case?").fill(WHY)
        press(page, "Open this alert for 60 minutes")
        assert "Open to you for 59 minutes more" in page.inner_text("main")
        assert face.story.person in page.inner_text("main")
        look(page, "opened-alert")
        with at_desk(chromium, face, "supervisor") as theirs:
            follow(theirs, "Review an alert opened in an emergency")
            assert WHY in theirs.inner_text("main")
            look(theirs, "review-emergency")
            theirs.get_by_label("No, it was not justified").check()
            theirs.get_by_label("If it was not, why?").fill("The officer was at her desk")
            press(theirs, "Record your review")
            assert "Review an alert opened in an emergency" not in theirs.inner_text("main")
        with superuser(face.story) as hand:
            hand.execute('update triage_emergencyopening set at = at - %s, "until" = "until" - %s', [HOUR_MS, HOUR_MS])
        page.reload()
        assert "Its hour is over" in page.inner_text("body")
        assert face.story.person not in page.inner_text("body")
        page.goto("/")
        assert "Not justified: The officer was at her desk" in page.inner_text("main")
        look(page, "duty-reviewed")


def told(story: Story) -> str:
    person = signed_in(story)
    with portal(story):
        return str(person.browser.get("/en/told/").content.decode())


def test_the_person_reads_of_it_after_the_delay(face: Face) -> None:
    said = "opened by a duty inspector because they could not wait"
    assert said not in face.apart(lambda: told(face.story))

    def delay() -> None:
        day = aged.make_old(face.story)
        aged.seal_day(face.story, day)
        aged.witnessed(face.story, Ms(time.start_of_day(day + timedelta(days=1)) + 2 * HOUR_MS))
        aged.heard(face.story, Ms(clock.now() + HOUR_MS))

    face.apart(delay)
    assert said in face.apart(lambda: told(face.story))
