"""A duty inspector opens one alert in an emergency, and a supervisor of the case reviews that (issue 20)."""

from dataclasses import replace
from typing import LiteralString

import psycopg
import pytest

from offmon.core.access.roles import Role
from offmon.core.alerts.rota import Tier
from offmon.core.clock import HOUR_MS, MINUTE_MS
from offmon.core.errors import Refused
from offmon.core.ids import Id, Slug
from offmon.core.log.audit import Verb
from offmon.server.base.actor import Actor
from offmon.server.base.ids import new_id
from offmon.server.base.policies import Process
from offmon.server.start_page import second_person
from offmon.server.start_page.queries import start_page
from offmon.server.triage.emergencies.actions import do_open_in_emergency, do_review_emergency
from offmon.server.triage.emergencies.queries import OpenedAlert, opened_alert, opening, own_openings
from tests.integration.triage.test_on_call import ANSWER, inspector, put_on
from tests.integration.triage.test_pass_on import age, turn
from tests.prove.markers import proves
from tests.support import accounts
from tests.support.fake_device import now
from tests.support.story import Story
from tests.support.taken import superuser

WHY = "A child may be at risk tonight"


def called(story: Story) -> Actor:
    """An inspector on call, to whom the story's alert came, and who showed a factor."""
    oak = replace(inspector(story), session=new_id())
    story.show_factor(oak)
    put_on(story, Tier.INSPECTOR, oak)
    for _ in range(2):
        age(story, ANSWER)
        assert turn(story)
    return oak


def open_it(story: Story, who: Actor, why: str = WHY) -> None:
    with story.console():
        do_open_in_emergency(story.alerts[0], why, actor=who)


def read(story: Story, who: Actor, alert: Id | None = None) -> OpenedAlert | None:
    with story.console(), story.with_keys():
        return opened_alert(alert or story.alerts[0], actor=who)


def hour_later(story: Story) -> None:
    with superuser(story) as hand:
        hand.execute('update triage_emergencyopening set at = at - %s, "until" = "until" - %s', [HOUR_MS, HOUR_MS])


def test_it_shows_the_alert_and_no_more_and_is_an_entry_of_the_case(story: Story) -> None:
    oak = called(story)
    assert read(story, oak) is None
    open_it(story, oak)
    shown = read(story, oak)
    assert shown is not None
    assert (shown.person.name, shown.times) == (story.person, 3)
    assert shown.explanation.terms[0].text
    assert {one.display_name for one in shown.deciding} >= {"Officer Invented", "Supervisor Invented"}
    assert read(story, oak, new_id()) is None
    [entry] = story.entries(Verb.EMERGENCY_OPENED)
    assert (entry.case, entry.alert, entry.actor.id, entry.reason) == (story.case, story.alerts[0], oak.id, WHY)
    [look] = story.entries(Verb.EMERGENCY_CONSULTED)
    assert (look.case, look.alert) == (story.case, story.alerts[0])


def test_after_an_hour_it_is_shut_and_opens_again_for_a_new_reason_alone(story: Story) -> None:
    oak = called(story)
    open_it(story, oak)
    with pytest.raises(Refused, match="open-already"):
        open_it(story, oak, "Another reason in words")
    hour_later(story)
    assert read(story, oak) is None
    with pytest.raises(Refused, match="reason-used"):
        open_it(story, oak, WHY.upper())
    open_it(story, oak, "The officer still does not answer")
    assert read(story, oak) is not None


def test_another_alert_stays_shut_while_one_is_open(story: Story) -> None:
    story.disclose(1, rule=Slug("another"))
    story.send()
    story.group()
    oak = called(story)
    first, second = story.alerts
    open_it(story, oak)
    with pytest.raises(Refused, match="one-at-a-time"), story.console():
        do_open_in_emergency(second, WHY, actor=oak)
    assert read(story, oak, second) is None
    hour_later(story)
    with story.console():
        do_open_in_emergency(second, WHY, actor=oak)
    assert (read(story, oak, first), read(story, oak, second) is None) == (None, False)


def test_nobody_else_opens_it(story: Story) -> None:
    oak = called(story)
    off_duty = replace(inspector(story), session=new_id())
    story.show_factor(off_duty)
    for who, code in ((off_duty, "not-yours"), (story.officer, "not-permitted"), (story.supervisor, "not-permitted")):
        with pytest.raises(Refused, match=code):
            open_it(story, who)
    for changed, code in (
        (replace(oak, session=new_id()), "factor-stale"),
        (replace(oak, session=None), "factor-stale"),
    ):
        with pytest.raises(Refused, match=code):
            open_it(story, changed)
    with pytest.raises(Refused, match="no-reason"):
        open_it(story, oak, "urgent")
    with superuser(story) as hand:
        hand.execute("update agencies_shift set ended_at = %s, ended_by = staff_id", [now() - MINUTE_MS])
    with pytest.raises(Refused, match="not-on-call"):
        open_it(story, oak)
    assert story.entries(Verb.EMERGENCY_OPENED) == []


@pytest.mark.parametrize("yes", [True, False])
@proves("S196", second_person.to_answer, disabled=lambda actor, of: [])
def test_a_supervisor_of_the_case_is_told_at_once_and_reviews_it_once(story: Story, *, yes: bool) -> None:
    oak = called(story)
    open_it(story, oak)
    with story.console(), story.with_keys():
        answers = start_page(actor=story.supervisor).answers
        said = [(one.kind, one.case, one.by) for one in answers]
        assert said == [("emergency-opening", story.case, "Inspector Invented")]
        [waits] = answers
        assert start_page(actor=story.officer).answers == []
        for who in (oak, story.officer):
            with pytest.raises(Refused, match="not-permitted"):
                do_review_emergency(waits.id, None, actor=who)
        do_review_emergency(waits.id, None if yes else "The officer was at her desk", actor=story.supervisor)
        with pytest.raises(Refused, match="reviewed-already"):
            do_review_emergency(waits.id, None, actor=story.supervisor)
        assert start_page(actor=story.supervisor).answers == []
        seen = opening(story.case, waits.id, actor=story.supervisor)
        assert seen is not None
        assert (seen.justified, seen.why_not) == (yes, "" if yes else "The officer was at her desk")
        [own] = own_openings(actor=oak)
        assert own == seen
    [entry] = story.entries(Verb.EMERGENCY_REVIEWED)
    assert entry.reason == ("justified" if yes else "The officer was at her desk")


INSERT = (
    'insert into triage_emergencyopening (id, agency, "case", salt, alert_id, "by", at, until, begun_in, reason)'
    " values (gen_random_uuid(), %(agency)s, %(case)s, %(salt)s, %(alert)s, %(by)s, %(at)s, %(at)s + 3600000, %(session)s, %(reason)s)"
)


@pytest.mark.parametrize("wrong", ["nothing", "by", "alert", "at", "session", "reason", "off duty", "role", "again"])
@proves("S195", drop="drop trigger emergency_opened on triage_emergencyopening")
def test_the_database_takes_no_other_opening(story: Story, wrong: str) -> None:
    oak = called(story)
    if wrong == "again":
        open_it(story, oak)
    if wrong == "reason":
        open_it(story, oak)
        hour_later(story)
    if wrong == "off duty":
        with superuser(story) as hand:
            hand.execute("update agencies_shift set until = %s", [now()])
    if wrong == "role":
        accounts.change(story.database, oak.id, role=Role.OFFENDER_MANAGER)
    row: dict[str, object] = {"agency": story.agency, "case": story.case, "salt": b"1" * 32, "alert": story.alerts[0]}
    row |= {"by": oak.id, "at": now(), "session": oak.session, "reason": WHY}
    other: dict[str, object] = {"by": story.stranger.id, "alert": new_id(), "at": now() - MINUTE_MS}
    row |= {name: value for name, value in other.items() if name == wrong}
    with story.database.connect(Process.CONSOLE) as console:
        scoped = {"agency": story.agency, "actor": oak.id, "session": new_id() if wrong == "session" else oak.session}
        for name, value in scoped.items():
            console.execute("select set_config(%s, %s, true)", [f"offmon.{name}", value])
        if wrong == "nothing":
            console.execute(INSERT, row)
            console.rollback()
            return
        with pytest.raises(psycopg.errors.CheckViolation, match="a duty inspector on call"):
            console.execute(INSERT, row)


@pytest.mark.parametrize("by", ["inspector", "officer", "supervisor again"])
@proves("S196", drop="drop trigger emergency_reviewed on triage_emergencyopening")
def test_the_database_takes_one_review_of_a_supervisor(story: Story, by: str) -> None:
    oak = called(story)
    open_it(story, oak)
    if by == "supervisor again":
        with story.console(), story.with_keys():
            [waits] = start_page(actor=story.supervisor).answers
            do_review_emergency(waits.id, None, actor=story.supervisor)
    who = {"inspector": oak, "officer": story.officer}.get(by, story.supervisor)
    with story.database.connect(Process.CONSOLE) as console:
        for name, value in (("agency", story.agency), ("actor", who.id), ("session", who.session)):
            console.execute("select set_config(%s, %s, true)", [f"offmon.{name}", value])
        with pytest.raises(psycopg.errors.CheckViolation, match="reviews an opening once"):
            console.execute(
                "update triage_emergencyopening set refused_by = %s, refused_at = %s, refusal = 'No',"
                " reviewed_by = null, reviewed_at = null, agreed_in = null",
                [story.stranger.id if by == "inspector" else who.id, now()],
            )


def lock(story: Story, most: int) -> None:
    with superuser(story) as hand:
        hand.execute(
            'insert into intake_quarantineitem (id, agency, "case", salt, quarantine_id, leaf, device, epoch, n, known_at)'
            ' select gen_random_uuid(), agency, "case", salt, id, leaf, device, epoch, n, %(most)s from triage_alertitem limit %(most)s',
            {"most": most},
        )


def test_nothing_is_shown_that_was_collected_without_authority(story: Story) -> None:
    oak = called(story)
    lock(story, 1)
    open_it(story, oak)
    shown = read(story, oak)
    assert shown is not None
    assert shown.times == 2
    hour_later(story)
    lock(story, 3)
    with pytest.raises(Refused, match="no-authority"):
        open_it(story, oak, "The officer still does not answer")
    assert len(story.entries(Verb.EMERGENCY_OPENED)) == 1


TABLE = "alter table triage_emergencyopening drop constraint"


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        pytest.param("emergency_lasts_an_hour", "until = until + 1", id="hour"),
        pytest.param("emergency_has_reason", "reason = ''", id="reason"),
        pytest.param("emergency_reviewed_by_another", "reviewed_by = by, reviewed_at = 1, agreed_in = id", id="other"),
        pytest.param(
            "emergency_in_another_sitting", "reviewed_by = id, reviewed_at = 1, agreed_in = begun_in", id="in"
        ),
        pytest.param("emergency_refused_by_another", "refused_by = by, refused_at = 1, refusal = 'No'", id="no"),
        pytest.param("emergency_refused_by_another", "refused_by = id, refused_at = 1, refusal = ''", id="empty"),
    ],
)
@proves("S195", drop=f"{TABLE} emergency_lasts_an_hour", row="hour")
@proves("S195", drop=f"{TABLE} emergency_has_reason", row="reason")
@proves("S196", drop=f"{TABLE} emergency_reviewed_by_another", row="other")
@proves("S196", drop=f"{TABLE} emergency_in_another_sitting", row="in")
@proves("S196", drop=f"{TABLE} emergency_refused_by_another", row="no")
def test_no_row_says_otherwise_whoever_writes_it(story: Story, constraint: str, change: LiteralString) -> None:
    open_it(story, called(story))
    with superuser(story) as hand, pytest.raises(psycopg.errors.CheckViolation, match=constraint), hand.transaction():
        hand.execute(f"update triage_emergencyopening set {change}")  # noqa: S608  words above
