"""The agency's own times for alerts: proposed by one administrator, agreed to by another, and read everywhere (issue 20)."""

import re
from dataclasses import replace
from datetime import time

import psycopg
import pytest
from django.http import HttpResponse
from django.test import Client

from offmon.core import clock as time_of
from offmon.core.access.roles import Role
from offmon.core.alerts.times import DESIGN
from offmon.core.clock import MINUTE_MS
from offmon.core.errors import Refused
from offmon.core.formats.event import Gravity
from offmon.core.ids import Id, Slug
from offmon.core.log.audit import Verb
from offmon.server.agencies.rota.queries import is_out_of_hours
from offmon.server.agencies.times.actions import do_agree_times, do_propose_times, do_refuse_times
from offmon.server.agencies.times.queries import the_times, times_at
from offmon.server.base.clock import now
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.triage.models import Alert
from offmon.server.triage.queries.passing import held_of
from tests.integration.console.office import Office, send, send_checked, sign_in, sign_in_name
from tests.integration.console.test_accounts import text
from tests.integration.console.test_acts import errors
from tests.integration.console.test_start_page import links
from tests.prove.markers import proves
from tests.support.story import Story
from tests.support.taken import superuser
from tests.unit.server.faces.matrix import Whose

ADMIN, SECOND = sign_in_name(Role.TENANT_ADMIN, Whose.OWN), sign_in_name(Role.TENANT_ADMIN, Whose.COLLEAGUES)
ELSEWHERE = sign_in_name(Role.TENANT_ADMIN, Whose.ANOTHER_AGENCYS)
CHANGE = "/on-call/times/change/"
WHOLE = {
    "urgent_acknowledge": "10 minutes",
    "urgent_decide": "30 minutes",
    "high_acknowledge": "2 hours",
    "high_decide": "1 day",
    "standard_acknowledge": "3 days",
    "standard_decide": "7 days",
    "opens": "08:00",
    "closes": "18:30",
    "reason": "The new shift pattern (invented).",
}


def proposed(browser: Client) -> str:
    """The page of what an administrator proposed just now."""
    answer = send_checked(browser, CHANGE, **WHOLE)
    assert answer.status_code == 302, text(answer)
    return str(answer["Location"])


def in_force(office: Office) -> tuple[int, int, time]:
    with office.story.running(Process.WORKER), scope(office.story.worker):
        found = times_at(now())
    return found.urgent_acknowledge, found.decide_ms(Gravity.URGENT) // MINUTE_MS, found.office.closes


def test_two_administrators_change_the_times_and_the_page_says_so(office: Office) -> None:
    first, second, officer = sign_in(ADMIN), sign_in(SECOND), sign_in("officer")
    assert "Your agency has changed nothing" in text(officer.get("/on-call/times/"))
    page = proposed(first)
    assert in_force(office) == (15, 60, time(17))
    assert "Take it back" in text(first.get(page))
    assert "proposed other times" in text(first.get("/on-call/times/"))
    assert page in links(second, "/staff/")
    assert "15 minutes → 10 minutes" in text(second.get(page))
    assert send(second, page).status_code == 302
    assert in_force(office) == (10, 30, time(18, 30))
    said = text(officer.get("/on-call/times/"))
    assert "In force since" in said
    assert "Between 5 minutes and 15 minutes" in said
    assert "before 8am and after 6:30pm" in text(officer.get("/on-call/"))
    [asked], [agreed] = office.story.entries(Verb.TIMES_PROPOSED), office.story.entries(Verb.TIMES_AGREED)
    assert (asked.case, asked.reason) == (None, WHOLE["reason"])
    assert "urgent_acknowledge: 15 minutes → 10 minutes" in (agreed.reason or "")
    assert "You made no changes" in errors(send_second(first))


def send_second(browser: Client) -> HttpResponse:
    """The same again: past the check."""
    return send_checked(browser, CHANGE, **WHOLE)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"urgent_acknowledge": "16 minutes"}, "must be between 5 minutes and 15 minutes. No agency"),
        ({"urgent_acknowledge": "15 minutes", "high_acknowledge": "12 minutes"}, "longer than for high ones"),
        ({"urgent_acknowledge": "soon"}, "Enter a number and a unit"),
        ({"urgent_acknowledge": ""}, "Enter the time to acknowledge urgent alerts"),
        ({"opens": "13:00", "closes": "12:00"}, "closes before it opens"),
        ({"opens": "late"}, "must be a time such as 14:30"),
        ({"reason": " "}, "Enter why they change"),
    ],
)
def test_bad_times_are_refused_with_the_bound(office: Office, changed: dict[str, str], said: str) -> None:
    assert said in errors(send(sign_in(ADMIN), CHANGE, **WHOLE | changed))
    assert office.story.entries(Verb.TIMES_PROPOSED) == []


def test_the_second_says_no_and_whoever_proposed_takes_back(office: Office) -> None:
    first, second = sign_in(ADMIN), sign_in(SECOND)
    page = proposed(first)
    assert "Answer it or take it back first" in errors(send_second(second))
    assert "Enter why" in errors(send(second, f"{page}refuse/"))
    assert send(second, f"{page}refuse/", reason="Too few staff.").status_code == 302
    assert "Too few staff." in text(first.get(page))
    assert "Too few staff." in text(first.get("/staff/")), "an administrator's start page"
    assert page in links(first, "/staff/")
    page = proposed(first)
    assert send(first, f"{page}refuse/", reason="A mistake.").status_code == 302
    assert in_force(office) == (15, 60, time(17))
    version = Id(re.findall(r"[0-9a-f]{32}", page)[0])
    with pytest.raises(Refused, match="answered"):
        do_agree_times(version, actor=office.actor(Role.TENANT_ADMIN, Whose.COLLEAGUES))
    assert len(office.story.entries(Verb.TIMES_REFUSED)) == 2


def test_neither_one_person_nor_another_agency_nor_an_officer_changes_them(office: Office) -> None:
    admin, elsewhere = (office.actor(Role.TENANT_ADMIN, whose) for whose in (Whose.OWN, Whose.ANOTHER_AGENCYS))
    page = proposed(sign_in(ADMIN))
    version = Id(re.findall(r"[0-9a-f]{32}", page)[0])
    with pytest.raises(Refused, match="one-person"):
        do_agree_times(version, actor=admin)
    for act in (do_agree_times, lambda one, *, actor: do_refuse_times(one, "No.", actor=actor)):
        with pytest.raises(Refused, match="no-such-change"):
            act(version, actor=elsewhere)
        with pytest.raises(Refused, match="not-permitted"):
            act(version, actor=office.story.officer)
    with pytest.raises(Refused, match="not-permitted"):
        do_propose_times(replace(DESIGN, urgent_decide=30), "No.", actor=office.story.supervisor)
    assert sign_in(ELSEWHERE).get(page).status_code == 404
    assert the_times(actor=elsewhere).waiting is None


def waits(story: Story) -> dict[Id, tuple[int, int]]:
    """For how long each alert stays unanswered before it goes on, and until when it is due, in minutes."""
    with story.running(Process.WORKER), scope(story.worker):
        rows = list(Alert.objects.all())
        held = held_of(rows, actor=story.worker)
    times = {row.id: (held[row.id].goes_on - row.opened_at, row.due_at - row.opened_at) for row in rows}
    return {one: (go // MINUTE_MS, due // MINUTE_MS) for one, (go, due) in times.items()}


def test_an_alert_keeps_the_times_of_when_it_was_raised(office: Office) -> None:
    story = office.story
    [old] = before = waits(story)
    assert before[old] == (240, 1440)  # of high gravity
    first, second = sign_in(ADMIN), sign_in(SECOND)
    answer = send_checked(first, CHANGE, **WHOLE | {"high_decide": "12 hours"})
    assert send(second, answer["Location"]).status_code == 302
    story.disclose(rule=Slug("another"))
    story.send()
    story.group()
    after = waits(story)
    assert after.pop(old) == before[old]
    assert list(after.values()) == [(120, 720)]


def test_what_somebody_wrote_past_the_log_does_not_count(office: Office) -> None:
    page = proposed(sign_in(ADMIN))
    send(sign_in(SECOND), page)
    with superuser(office.story) as hand:
        hand.execute("alter table agencies_timesversion disable trigger user")
        hand.execute("update agencies_timesversion set urgent_acknowledge = 5")
    assert in_force(office) == (15, 60, time(17))


def test_office_hours_are_the_agencys(office: Office) -> None:
    send(sign_in(SECOND), proposed(sign_in(ADMIN)))
    day = time_of.local_day(now())
    monday = time_of.local_day(now()).fromordinal(day.toordinal() + 21 - day.weekday())
    with office.story.running(Process.WORKER), scope(office.story.worker):
        out = [is_out_of_hours(time_of.at_time(monday, time(*at))) for at in ((7, 59), (8, 0), (18, 29), (18, 30))]
    assert out in ([True, False, False, True], [True] * 4)  # a bank holiday


@pytest.mark.parametrize("late", [-6000, 6000])
@proves("S200", drop="drop trigger times_answered_once on agencies_timesversion")
def test_the_database_takes_no_answer_for_another_instant_and_none_twice(office: Office, late: int) -> None:
    proposed(sign_in(ADMIN))
    second = office.actor(Role.TENANT_ADMIN, Whose.COLLEAGUES)
    answer = "update agencies_timesversion set agreed_by = %s, agreed_at = %s, agreed_in = agency"
    with office.story.database.connect(Process.CONSOLE) as console:
        console.execute("select set_config('offmon.agency', %s, true)", [office.story.agency])
        with pytest.raises(psycopg.errors.CheckViolation, match="as of now"), console.transaction():
            console.execute(answer, [second.id, now() + late])
        console.execute(answer, [second.id, now()])
        with pytest.raises(psycopg.errors.CheckViolation, match="as of now"):
            console.execute(answer, [second.id, now()])
