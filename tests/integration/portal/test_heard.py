"""A device's last day is that of a heartbeat, which goes whether or not anything was found (design §1.6)."""

import re
from pathlib import Path

from offmon.core import clock as time
from offmon.core.ids import Ms
from offmon.server.base import clock
from offmon.words.catalogue import Language, translate
from offmon.words.dates import day
from tests.database import Template
from tests.integration.portal.person import TOKEN, Person, portal
from tests.integration.portal.test_pages import PAGES
from tests.support.taken import superuser
from tests.support.twins import Monitored

HEARD = re.compile(r"Its last sign that it runs came on [^<.]+")


def told(twin: Monitored) -> dict[str, str]:
    """Every page, as the person reads it."""
    person = Person(twin.story)
    with portal(twin.story):
        assert person.signs_in(twin.way_in).status_code == 302
        return {path: TOKEN.sub(b"", person.browser.get(path).content).decode() for path in PAGES}


def test_just_after_midnight_no_day_tells_that_something_was_found_before_the_next_heartbeat(
    migrated_template: Template, tmp_path: Path
) -> None:
    with migrated_template.clone() as database:
        quiet = Monitored.begin(database, tmp_path)
        quiet.story.send()
        with superuser(quiet.story) as owner:  # the last heartbeat was yesterday's last
            back = "update intake_liveness set heard_at = heard_at - %s, beat_at = beat_at - %s"
            assert owner.execute(back, [time.DAY_MS, time.DAY_MS]).rowcount == 1
        with Template(database.server, database.name).clone() as another:
            found = quiet.twin(another)
            one, other = told(quiet), told(found)
            found.story.send()
            now = told(found)["/en/now/"]
    yesterday, today = (
        translate(Language.ENGLISH, "portal.now.heard", day=day(Language.ENGLISH, at))
        for at in (Ms(clock.now() - time.DAY_MS), clock.now())
    )
    assert [path for path in PAGES if one[path] != other[path]] == []
    assert [f"{line}." for line in HEARD.findall(one["/en/now/"])] == [yesterday]
    assert [f"{line}." for line in HEARD.findall(now)] == [today]
