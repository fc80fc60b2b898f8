"""The supervisor sees each alert that was neither looked at nor passed on in time, and who was told when (issue 20)."""

import re

import pytest

from offmon.core.alerts.holding import ACKNOWLEDGE_MS
from offmon.core.alerts.in_time import LATE_MS
from offmon.core.clock import MINUTE_MS
from offmon.core.formats.event import Gravity
from offmon.server.base import clock
from offmon.server.base.scope import scope
from offmon.server.faces.console.views import team
from offmon.server.triage.queries import attention
from offmon.server.triage.queries.attention import missed
from offmon.server.triage.queries.attention import shown as shown_of
from tests.integration.console.office import Office, send, sign_in
from tests.integration.console.test_accounts import text
from tests.integration.triage.test_pass_on import age, turn
from tests.prove.markers import proves
from tests.support.taken import superuser

ANSWER = ACKNOWLEDGE_MS[Gravity.HIGH]
LATE = ANSWER + LATE_MS + MINUTE_MS


ANOTHER = """
create temporary table other on commit drop as select * from triage_alert;
update other set id = gen_random_uuid(), rule = 'other', opened_at = opened_at - 3600000, risen_at = risen_at - 3600000;
insert into triage_alert select * from other;
create temporary table grouped on commit drop as select * from triage_alertitem;
update grouped set id = gen_random_uuid(), alert_id = (select id from other), leaf = gen_random_uuid();
insert into triage_alertitem select * from grouped;
"""


def shown(office: Office, who: str = "supervisor") -> tuple[bool, bool]:
    """Whether somebody's start page and the team's page say that an alert was missed."""
    browser = sign_in(who)
    return (
        "neither looked at nor passed on in time" in text(browser.get("/")),
        "Neither looked at nor passed on in time" in text(browser.get("/team/")),
    )


@proves("S201", attention.missed, disabled=lambda at, actor: ())
def test_an_alert_that_nobody_looked_at_and_that_went_to_nobody_is_shown(office: Office) -> None:
    age(office.story, LATE)
    assert shown(office) == (True, True)
    page = text(sign_in("supervisor").get("/team/"))
    assert "Not yet Nobody" in page


def test_nobody_else_sees_it(office: Office) -> None:
    age(office.story, LATE)
    with scope(office.story.officer):
        assert missed(clock.now(), office.story.officer) == ()
    assert "neither looked at" not in text(sign_in("officer").get("/"))


def test_one_that_went_on_in_time_is_none(office: Office) -> None:
    age(office.story, ANSWER)
    assert turn(office.story)
    assert shown(office) == (False, False)


def test_one_that_was_looked_at_in_time_is_none_however_late_it_is(office: Office) -> None:
    assert sign_in("officer").get(f"/alerts/{office.story.alerts[0]}/").status_code == 200
    with superuser(office.story) as hand:  # as if it had been raised an hour before that look
        hand.execute("update triage_alert set opened_at = opened_at - 3600000, risen_at = risen_at - 3600000")
    assert shown(office) == (False, False)


@pytest.mark.parametrize(("before_ms", "is_missed"), [(0, False), (ANSWER // 2, False), (LATE, True)])
def test_one_that_was_acknowledged_is_none_only_if_that_was_in_time(
    office: Office, before_ms: int, is_missed: bool
) -> None:
    assert send(sign_in("officer"), f"/alerts/{office.story.alerts[0]}/acknowledge/").status_code == 302
    with superuser(office.story) as hand:  # as if it had been raised so long before that
        hand.execute(
            "update triage_alert set opened_at = opened_at - %(ms)s, risen_at = risen_at - %(ms)s", {"ms": before_ms}
        )
    with scope(office.story.supervisor):
        assert bool(missed(clock.now(), office.story.supervisor)) is is_missed


@pytest.mark.parametrize("back_days", [27, 29])
def test_an_exception_stays_shown_for_four_weeks(office: Office, back_days: int) -> None:
    age(office.story, back_days * 24 * 60 * MINUTE_MS)
    with scope(office.story.supervisor):
        assert len(missed(clock.now(), office.story.supervisor)) == (1 if back_days < 28 else 0)


def test_it_says_who_was_told_when_and_that_nobody_was(office: Office) -> None:
    age(office.story, LATE)
    assert turn(office.story)  # to the supervisor, too late
    with scope(office.story.supervisor):
        [one] = shown_of(missed(clock.now(), office.story.supervisor))
    assert [each.name for each in one.told] == ["Supervisor Invented"]
    assert one.missed_from < one.told[0].at
    assert "Supervisor Invented," in text(sign_in("supervisor").get("/team/"))


def test_many_are_read_a_page_at_a_time_the_newest_first(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    age(office.story, LATE)
    with superuser(office.story) as hand:  # another, an hour before
        hand.execute(ANOTHER)
    monkeypatch.setattr(team, "MISSED_PAGE", 1)
    supervisor = sign_in("supervisor")
    [newest, older] = [
        re.findall(r'href="/alerts/(\w+)/">Raised', supervisor.get(f"/team/?page={number}").content.decode())
        for number in (1, 2)
    ]
    assert len(newest) == len(older) == 1
    assert newest != older
    assert 'href="?page=2#missed"' in supervisor.get("/team/").content.decode()
