"""Each consultation carries its inclusion in a cosigned checkpoint that the device had received, and is shown when due (issue 3)."""

from datetime import timedelta

import pytest

from offmon.core import clock as time
from offmon.core.ids import Ms
from offmon.core.person import activity_record
from offmon.server.base import clock
from tests.integration.portal.person import portal, signed_in
from tests.integration.portal.test_taken_away import WAITS, taken
from tests.support import aged
from tests.support.story import Story

A_LOOK = "A record that was sent, without what is locked in it"
DELAY_DAYS = 14


def looked(story: Story, days_ago: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Someone looked so many days ago. A witness saw the log just after that midnight, and again an hour after the day was sealed."""
    monkeypatch.setattr(aged, "AGO_MS", days_ago * time.DAY_MS)
    story.alert()
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
    looked(story, days_ago, monkeypatch)
    person = signed_in(story)
    with portal(story):
        body = person.browser.get("/en/told/").content.decode()
    assert WAITS not in body
    assert (A_LOOK in body) == (days_ago > DELAY_DAYS + 1)
    assert ("A visit to a site on a list" in body) == (days_ago > DELAY_DAYS)  # what was sent that day, a day earlier
    file = activity_record.read(taken(person))
    assert file.waiting == ()
    assert bool(file.days) == (A_LOOK in body)
