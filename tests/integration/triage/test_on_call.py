"""An alert goes to whoever is on call by the rota, comes to an account, and is acknowledged without being decided (issue 20)."""

from dataclasses import replace
from unittest.mock import patch

import psycopg
import pytest

from offmon.core.access.roles import Role
from offmon.core.alerts.acknowledgement import Holder
from offmon.core.alerts.escalation import RESPONSE_MS
from offmon.core.alerts.holding import ACKNOWLEDGE_MS
from offmon.core.alerts.rota import Shift, Tier
from offmon.core.clock import DAY_MS, MINUTE_MS
from offmon.core.errors import Refused
from offmon.core.formats.event import Gravity
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.states import AlertState
from offmon.server.agencies.rota import queries as rota
from offmon.server.agencies.rota.actions import do_end_shift, do_set_shift
from offmon.server.agencies.rota.queries import the_rota
from offmon.server.base.actor import Actor
from offmon.server.base.ids import new_id
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.triage.actions.passing_on import do_acknowledge
from offmon.server.triage.models import Handover
from offmon.server.triage.queries.passing import passed_to
from tests.integration.triage.test_pass_on import age, grow, row_of, turn
from tests.prove.markers import proves
from tests.support import accounts
from tests.support.checked import administrator
from tests.support.fake_device import now
from tests.support.story import Story
from tests.support.taken import superuser

ANSWER, URGENT = ACKNOWLEDGE_MS[Gravity.HIGH], ACKNOWLEDGE_MS[Gravity.URGENT]


def inspector(story: Story) -> Actor:
    who = Actor(new_id(), Role.DUTY_INSPECTOR, story.officer.team, story.agency)
    accounts.add(story.database, accounts.an_account(who, f"inspector {who.id}", "Inspector Invented"))
    return who


def put_on(story: Story, tier: Tier, who: Actor, *, team: Id | None = None) -> None:
    at = now()
    with story.console():
        do_set_shift(Shift(team, tier, who.id, at, Ms(at + 3 * DAY_MS)), actor=administrator(story))


def handed(story: Story) -> list[tuple[Holder, Id | None]]:
    with story.running(Process.WORKER), scope(story.worker):
        return [(Holder(one.to), one.staff) for one in Handover.objects.order_by("at")]


def out_of_hours(story: Story, *, out: bool) -> bool:
    with (
        patch.object(rota, "is_out_of_hours", lambda at: out),
        patch("offmon.server.triage.queries.passing.is_out_of_hours", lambda at: out),
    ):
        return turn(story)


def test_it_goes_round_the_rota_and_each_is_named(story: Story) -> None:
    oak = inspector(story)
    put_on(story, Tier.FIRST, story.colleague, team=story.officer.team)
    put_on(story, Tier.SECOND, story.stranger)  # who has no access to the case
    put_on(story, Tier.INSPECTOR, oak)
    for _ in range(5):
        age(story, ANSWER)
        assert turn(story)
        assert not turn(story)
    assert handed(story) == [
        (Holder.FIRST_ON_CALL, story.colleague.id),
        (Holder.SECOND_ON_CALL, story.stranger.id),
        (Holder.SUPERVISOR, story.supervisor.id),
        (Holder.DUTY_INSPECTOR, oak.id),
        (Holder.FIRST_ON_CALL, story.colleague.id),
    ]
    assert row_of(story).owner == "Colleague Invented"
    assert {one.reason for one in story.entries(Verb.ALERT_PASSED_ON)} == {"unseen"}


def test_a_turn_without_anybody_is_passed_over_at_once_and_the_log_says_so(story: Story) -> None:
    age(story, ANSWER)
    assert turn(story)
    age(story, ANSWER)
    assert turn(story)
    assert handed(story) == [(Holder.SUPERVISOR, story.supervisor.id), (Holder.DUTY_INSPECTOR, None)]
    reasons = [one.reason for one in story.entries(Verb.ALERT_PASSED_ON)]
    assert reasons == ["unseen; nobody-on: first_on_call, second_on_call", "unseen; nobody-on: duty_inspector"]


def test_whose_account_was_closed_is_on_no_more(story: Story) -> None:
    put_on(story, Tier.FIRST, story.stranger)
    accounts.change(story.database, story.stranger.id, is_active=False)
    age(story, ANSWER)
    assert turn(story)
    assert handed(story) == [(Holder.SUPERVISOR, story.supervisor.id)]
    with story.console():
        page = the_rota(actor=story.supervisor)
    assert [one.gap.tier for one in page.gaps].count(Tier.FIRST) == 1
    assert not page.weeks[0].shifts[0].counts


def test_a_shift_that_somebody_wrote_past_the_log_puts_nobody_on(story: Story) -> None:
    put_on(story, Tier.FIRST, story.stranger)
    with superuser(story) as hand:
        hand.execute("update agencies_shift set staff_id = %s", [story.colleague.id])
    age(story, ANSWER)
    assert turn(story)
    assert handed(story) == [(Holder.SUPERVISOR, story.supervisor.id)]


@pytest.mark.parametrize(
    ("out", "gravity", "at_once"),
    [(True, Gravity.URGENT, True), (False, Gravity.URGENT, False), (True, Gravity.HIGH, False)],
)
def test_an_urgent_alert_does_not_wait_at_an_empty_desk(
    story: Story, gravity: Gravity, *, out: bool, at_once: bool
) -> None:
    put_on(story, Tier.FIRST, story.stranger)
    age(story, MINUTE_MS)
    grow(story, gravity)
    assert out_of_hours(story, out=out) is at_once
    assert handed(story) == ([(Holder.FIRST_ON_CALL, story.stranger.id)] if at_once else [])


def test_and_waits_there_where_nobody_is_on_call(story: Story) -> None:
    grow(story, Gravity.URGENT)
    assert not out_of_hours(story, out=True)


@proves("S186", passed_to, disabled=lambda **_: [])
def test_whoever_cannot_see_the_case_sees_that_they_have_it_and_acknowledges_it(story: Story) -> None:
    put_on(story, Tier.FIRST, story.stranger)
    age(story, ANSWER)
    assert turn(story)
    with story.console():
        mine = [(one.alert, one.gravity, one.answered_at) for one in passed_to(actor=story.stranger)]
        assert mine == [(story.alerts[0], Gravity.HIGH, None)]
        assert passed_to(actor=story.colleague) == []
        do_acknowledge(story.alerts[0], actor=story.stranger)
        assert all(one.answered_at is not None for one in passed_to(actor=story.stranger))
    [entry] = story.entries(Verb.ALERT_ACKNOWLEDGED)
    assert (entry.actor.id, entry.alert, entry.touched[0].table) == (
        story.stranger.id,
        story.alerts[0],
        "acknowledgement",
    )
    assert story.alert().state is AlertState.OPEN


def test_an_acknowledged_alert_stays_for_its_time_and_then_goes_on(story: Story) -> None:
    put_on(story, Tier.FIRST, story.stranger)
    age(story, ANSWER)
    assert turn(story)
    with story.console():
        do_acknowledge(story.alerts[0], actor=story.stranger)
    age(story, RESPONSE_MS[Gravity.HIGH] - MINUTE_MS)
    assert not turn(story)
    age(story, MINUTE_MS)
    assert turn(story)
    assert handed(story)[-1] == (Holder.SUPERVISOR, story.supervisor.id)


def test_nobody_acknowledges_what_did_not_come_to_them(story: Story) -> None:
    oak = inspector(story)
    with story.console():
        for who in (story.stranger, oak):
            with pytest.raises(Refused, match="not-yours"):
                do_acknowledge(story.alerts[0], actor=who)
        with pytest.raises(Refused, match="not-permitted"):
            do_acknowledge(story.alerts[0], actor=story.authoriser)
    story.decide()
    with story.console(), pytest.raises(Refused, match="decided-already"):
        do_acknowledge(story.alerts[0], actor=story.officer)


@pytest.mark.parametrize("by", ["supervisor", "stranger"])
@proves("S186", drop="drop trigger acknowledged_now on triage_acknowledgement")
def test_the_database_takes_no_acknowledgement_in_anothers_name(story: Story, by: str) -> None:
    with story.database.connect(Process.CONSOLE) as console:
        for name, value in (("agency", story.agency), ("actor", story.stranger.id)):
            console.execute("select set_config(%s, %s, true)", [f"offmon.{name}", value])
        with pytest.raises(psycopg.errors.CheckViolation, match="came to"):
            console.execute(
                'insert into triage_acknowledgement (id, agency, "case", salt, alert_id, by, at)'
                " values (gen_random_uuid(), %s, %s, %s, %s, %s, %s)",
                [story.agency, story.case, b"1" * 32, story.alerts[0], getattr(story, by).id, now()],
            )


def test_a_shift_is_ended_once_and_its_time_is_free_again(story: Story) -> None:
    at, admin = now(), administrator(story)
    new = Shift(None, Tier.FIRST, story.stranger.id, at, Ms(at + DAY_MS))
    with story.console():
        do_set_shift(new, actor=admin)
        with pytest.raises(Refused, match="shift-overlaps"):
            do_set_shift(new, actor=admin)
        [shift] = the_rota(actor=admin).weeks[0].shifts
        do_end_shift(shift.id, actor=admin)
        with pytest.raises(Refused, match="shift-over"):
            do_end_shift(shift.id, actor=admin)
        do_set_shift(replace(new, since=now()), actor=admin)
    assert len(story.entries(Verb.SHIFT_SET)) == 2
    assert len(story.entries(Verb.SHIFT_ENDED)) == 1


def test_a_supervisor_keeps_the_rota_of_their_own_team_alone(story: Story) -> None:
    at = now()
    own = Shift(story.supervisor.team, Tier.FIRST, story.officer.id, at, Ms(at + DAY_MS))
    with story.console():
        do_set_shift(own, actor=story.supervisor)
        for other in (None, new_id()):
            with pytest.raises(Refused, match="not-own-rota"):
                do_set_shift(Shift(other, Tier.FIRST, story.officer.id, at, Ms(at + DAY_MS)), actor=story.supervisor)
        with pytest.raises(Refused, match="not-permitted"):
            do_set_shift(own, actor=story.officer)


SHIFT = (
    "insert into agencies_shift (id, agency, salt, tier, staff_id, since, until, set_by, set_at)"
    " values (gen_random_uuid(), %(agency)s, '', 'first', %(staff)s, %(since)s, %(since)s + 60000, %(staff)s, %(now)s)"
)


@pytest.mark.parametrize("since_ms", [0, 59_999, -59_999])
@proves("S183", drop="drop trigger shift_alone on agencies_shift")
def test_the_database_takes_no_two_on_call_at_one_instant(story: Story, since_ms: int) -> None:
    at = now()
    named = {"agency": story.agency, "staff": story.stranger.id, "now": at}
    with story.database.connect(Process.CONSOLE) as console:
        console.execute("select set_config('offmon.agency', %s, true)", [story.agency])
        console.execute(SHIFT, named | {"since": at + DAY_MS})
        console.execute(SHIFT, named | {"since": at + DAY_MS + 60_000})  # they meet
        console.execute(
            "update agencies_shift set ended_by = set_by, ended_at = %s where since > %s", [at, at + DAY_MS]
        )
        with pytest.raises(psycopg.errors.CheckViolation, match="one person is on call"):
            console.execute(SHIFT, named | {"since": at + DAY_MS + since_ms})


@pytest.mark.parametrize("change", ["since = -3606000", "set_at = -6000"])
@proves("S183", drop="drop trigger shift_ahead on agencies_shift")
def test_the_database_takes_no_shift_of_a_time_that_is_past(story: Story, change: str) -> None:
    name, ms = change.split(" = ")
    named = {"agency": story.agency, "staff": story.stranger.id, "now": now(), "since": now()}
    key = {"since": "since", "set_at": "now"}[name]
    with story.database.connect(Process.CONSOLE) as console:
        console.execute("select set_config('offmon.agency', %s, true)", [story.agency])
        with pytest.raises(psycopg.errors.CheckViolation, match="begins now or later"):
            console.execute(SHIFT, named | {key: now() + int(ms)})
