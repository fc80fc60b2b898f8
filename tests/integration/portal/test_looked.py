"""Each consultation carries its inclusion in a cosigned checkpoint that the device had received, and is shown when due (issue 3)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from offmon.core import clock as time
from offmon.core.ids import Ms
from offmon.core.person import activity_record
from offmon.server.base import clock
from offmon.server.base.ids import new_id
from offmon.server.triage.emergencies import queries as emergencies
from offmon.server.triage.emergencies.actions import do_open_in_emergency
from tests.integration.portal.person import portal, signed_in
from tests.integration.portal.test_taken_away import WAITS, taken
from tests.integration.triage.test_on_call import inspector
from tests.support import aged
from tests.support.checked import administrator
from tests.support.emergencies import comes_to
from tests.support.story import Story, do_show

A_LOOK = "A record that was sent, without what is locked in it"
DELAY_DAYS = 14


def looked(story: Story, days_ago: int, monkeypatch: pytest.MonkeyPatch, look: Callable[[], object]) -> None:
    """Someone looked so many days ago. A witness saw the log just after that midnight, and again an hour after the day was sealed."""
    monkeypatch.setattr(aged, "AGO_MS", days_ago * time.DAY_MS)
    look()
    day = aged.make_old(story)
    midnight = time.start_of_day(day + timedelta(days=1))
    story.publish()
    aged.witnessed(story, Ms(midnight + 5 * time.MINUTE_MS))
    aged.seal_day(story, day)
    aged.witnessed(story, Ms(midnight + 2 * time.HOUR_MS))
    aged.heard(story, Ms(clock.now() + time.HOUR_MS))


@pytest.mark.parametrize("days_ago", range(DELAY_DAYS, DELAY_DAYS + 5))
def test_the_newest_look_that_is_told_can_be_checked(
    story: Story, days_ago: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked(story, days_ago, monkeypatch, story.alert)
    person = signed_in(story)
    with portal(story):
        body = person.browser.get("/en/told/").content.decode()
    assert WAITS not in body
    assert (A_LOOK in body) == (days_ago > DELAY_DAYS + 1)
    assert ("A visit to a site on a list" in body) == (days_ago > DELAY_DAYS)  # what was sent that day, a day earlier
    file = activity_record.read(taken(person))
    assert file.waiting == ()
    assert bool(file.days) == (A_LOOK in body)


@pytest.mark.parametrize("days_ago", [DELAY_DAYS + 1, DELAY_DAYS + 2])
def test_an_alert_opened_in_an_emergency_is_told_as_any_look_is(
    story: Story, days_ago: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked(story, days_ago, monkeypatch, lambda: open_in_emergency(story))
    person = signed_in(story)
    with portal(story):
        body = person.browser.get("/en/told/").content.decode()
    assert ("opened by a duty inspector because they could not wait" in body) == (days_ago > DELAY_DAYS + 1)
    assert ("Duty inspector" in body) == (days_ago > DELAY_DAYS + 1)


def open_in_emergency(story: Story) -> None:
    oak = replace(inspector(story), session=new_id())
    with story.console(), story.with_keys():
        do_show(actor=oak)
        comes_to(story, story.alerts[0], oak, admin=administrator(story))
        do_open_in_emergency(story.alerts[0], "Nobody answered for an hour.", actor=oak)
        assert emergencies.opened_alert(story.alerts[0], actor=oak) is not None
