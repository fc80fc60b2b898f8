"""An alert has an owner and escalates while nobody answers or decides it. Time does nothing else to it (design §1.7; R-DPA-29)."""

import psycopg
import pytest

from offmon.core.access.roles import Role
from offmon.core.alerts.acknowledgement import Holder
from offmon.core.alerts.escalation import RESPONSE_MS
from offmon.core.alerts.holding import ACKNOWLEDGE_MS
from offmon.core.clock import MINUTE_MS
from offmon.core.formats.event import Gravity
from offmon.core.log.audit import Verb
from offmon.core.states import AlertState
from offmon.server.audit.actions import append
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.triage import queries
from offmon.server.triage.models import Alert
from offmon.server.triage.queries import queue_lines
from offmon.server.triage.queries.queue_lines import QueueRow
from tests.support import worker
from tests.support.fake_device import now
from tests.support.story import Story
from tests.support.taken import superuser

DAY = RESPONSE_MS[Gravity.HIGH]  # the story's alert is of high gravity
ANSWER = ACKNOWLEDGE_MS[Gravity.HIGH]
URGENT = ACKNOWLEDGE_MS[Gravity.URGENT]


def age(story: Story, ms: int) -> None:
    """So much time goes by for the alert, its hand-overs and looks at it (the log would not take an entry from another time than now)."""
    with superuser(story) as hand:
        hand.execute(
            "update triage_alert set opened_at = opened_at - %(ms)s, risen_at = risen_at - %(ms)s, due_at = due_at - %(ms)s",
            {"ms": ms},
        )
        hand.execute("update audit_entry set at = at - %(ms)s where verb = 'alert.review'", {"ms": ms})
        hand.execute("update triage_handover set since = since - %(ms)s, at = at - %(ms)s", {"ms": ms})
        hand.execute("update triage_acknowledgement set at = at - %(ms)s", {"ms": ms})
    with story.running(Process.WORKER), scope(story.worker):
        for row in Alert.objects.exclude(state=AlertState.DECIDED):  # the log says of each that it stands so
            row.save(update_fields=["due_at"])
            append(story.worker, Verb.ALERT_RAISED, case=row.case, touched=(row,), alert=row.id)


def turn(story: Story) -> bool:
    """The worker's turn: whether it passed anything on."""
    return worker.turn(story, "pass on")


def row_of(story: Story) -> QueueRow:
    with story.console(), story.with_keys():
        [row] = queue_lines.queue(actor=story.officer).rows
        return row


def test_an_alert_belongs_to_who_keeps_the_case_from_the_moment_it_is_raised(story: Story) -> None:
    row = row_of(story)
    assert (row.owner, row.holder, row.passed_at) == ("Officer Invented", Holder.OWNER, None)
    assert row.due_at == row.opened_at + DAY


def test_unseen_it_goes_to_the_supervisor_then_to_the_duty_inspector_and_then_round_again(story: Story) -> None:
    age(story, ANSWER - MINUTE_MS)
    assert not turn(story)
    age(story, MINUTE_MS)
    assert turn(story)
    assert (row_of(story).owner, row_of(story).holder) == ("Supervisor Invented", Holder.SUPERVISOR)
    assert not turn(story)
    age(story, ANSWER)
    assert turn(story)
    assert row_of(story).holder is Holder.DUTY_INSPECTOR
    assert not turn(story)
    age(story, ANSWER)
    assert turn(story)
    assert row_of(story).holder is Holder.SUPERVISOR
    assert not turn(story)  # each has it for their own time
    first, second, _third = story.entries(Verb.ALERT_PASSED_ON)
    assert (first.recipient, second.recipient) == ("supervisor", "duty_inspector")
    assert {first.actor.role, second.actor.role} == {Role.SERVICE}
    assert [touched.table for touched in first.touched] == ["handover", "alert", "called"]
    assert first.alert == second.alert == story.alerts[0]


def test_passing_it_on_decides_nothing_and_whoever_was_passed_by_still_decides(story: Story) -> None:
    age(story, DAY)
    turn(story)
    shown = story.alert()
    assert (shown.state, shown.decision, shown.action) == (AlertState.OPEN, None, None)
    story.decide()
    age(story, DAY)
    assert not turn(story)


@pytest.mark.parametrize(("who", "passes"), [("officer", False), ("colleague", False), ("authoriser", True)])
def test_it_stays_where_someone_has_looked_whose_role_decides(story: Story, who: str, *, passes: bool) -> None:
    story.alert(who)
    age(story, ANSWER)
    assert turn(story) is passes


def test_whoever_looked_and_did_not_decide_in_time_has_it_no_longer_alone(story: Story) -> None:
    story.alert()
    age(story, DAY - MINUTE_MS)
    assert not turn(story)
    age(story, MINUTE_MS)
    assert turn(story)
    assert row_of(story).holder is Holder.SUPERVISOR
    [entry] = story.entries(Verb.ALERT_PASSED_ON)
    assert (entry.reason or "").startswith("undecided")


def grow(story: Story, gravity: Gravity) -> None:
    """The device discloses one more of the same, of that gravity, and the worker adds it to the alert."""
    story.disclose(1, gravity=gravity)
    story.send()
    story.group()


def test_graver_after_a_look_it_is_to_be_looked_at_again_in_the_time_of_the_graver(story: Story) -> None:
    story.alert()
    age(story, ANSWER)
    grow(story, Gravity.URGENT)
    assert row_of(story).due_at == pytest.approx(now() + RESPONSE_MS[Gravity.URGENT], abs=MINUTE_MS)
    age(story, URGENT - MINUTE_MS)
    assert not turn(story)
    age(story, MINUTE_MS)
    assert turn(story)
    assert (row_of(story).owner, row_of(story).holder) == ("Supervisor Invented", Holder.SUPERVISOR)
    age(story, URGENT)
    assert turn(story)
    assert row_of(story).holder is Holder.DUTY_INSPECTOR
    reasons = [(entry.reason or "").split(";")[0] for entry in story.entries(Verb.ALERT_PASSED_ON)]
    assert reasons == ["unseen-since-graver", "unseen"]


def test_and_stays_where_somebody_looks_again(story: Story) -> None:
    story.alert()
    age(story, MINUTE_MS)
    grow(story, Gravity.URGENT)
    age(story, MINUTE_MS)
    story.alert("colleague")
    age(story, URGENT)
    assert not turn(story)


@pytest.mark.parametrize("gravity", [Gravity.HIGH, Gravity.STANDARD])
def test_one_more_that_is_no_graver_needs_no_new_look(story: Story, gravity: Gravity) -> None:
    story.alert()
    age(story, MINUTE_MS)
    grow(story, gravity)
    age(story, DAY - 2 * MINUTE_MS)
    assert not turn(story)


def test_it_cannot_grow_graver_between_its_being_shown_and_the_look_in_the_log(story: Story) -> None:
    with story.console(), story.with_keys(), scope(story.officer), story.database.connect(Process.WORKER) as worker:
        assert queries.alert(story.alerts[0], actor=story.officer) is not None
        worker.execute("select set_config('offmon.agency', %s, true)", [story.agency])
        with pytest.raises(psycopg.errors.LockNotAvailable):
            worker.execute("select id from triage_alert for update nowait")


def test_a_supervisor_who_cannot_see_the_case_is_no_help_and_the_inspector_is_next(story: Story) -> None:
    with superuser(story) as hand:
        hand.execute("update agencies_caseload set until = %s where staff_id = %s", [now(), story.supervisor.id])
    age(story, ANSWER)
    assert turn(story)
    row = row_of(story)
    assert (row.holder, row.owner) == (Holder.DUTY_INSPECTOR, "Officer Invented")


def test_it_is_passed_on_from_the_time_of_its_own_gravity(story: Story) -> None:
    with superuser(story) as hand:
        hand.execute("update triage_alert set gravity = 'urgent', due_at = opened_at + 3600000")
    age(story, URGENT)
    assert turn(story)


def test_the_workers_own_role_moves_no_alert(story: Story) -> None:
    changes = (b"update triage_alert set state = 'decided'", b"update triage_alert set opened_at = 0")
    for change in changes:
        with story.database.connect(Process.WORKER) as worker:
            worker.execute("select set_config('offmon.agency', %s, true)", [story.agency])
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                worker.execute(change)


def test_the_worker_learns_no_name_and_no_password(story: Story) -> None:
    with story.database.connect(Process.WORKER) as worker, pytest.raises(psycopg.errors.InsufficientPrivilege):
        worker.execute("select display_name from agencies_staff")


def test_graver_after_the_inspector_had_it_it_goes_on_to_the_inspector_again(story: Story) -> None:
    for _ in range(2):
        age(story, ANSWER)
        assert turn(story)
    story.alert()
    age(story, ANSWER)
    assert not turn(story)
    grow(story, Gravity.URGENT)
    age(story, URGENT - MINUTE_MS)
    assert not turn(story)
    age(story, MINUTE_MS)
    assert turn(story)
    assert row_of(story).holder is Holder.DUTY_INSPECTOR
    passed = [(entry.recipient, (entry.reason or "").split(";")[0]) for entry in story.entries(Verb.ALERT_PASSED_ON)]
    assert passed[1:] == [("duty_inspector", "unseen"), ("duty_inspector", "unseen-since-graver")]


def test_and_though_nobody_had_looked_the_inspector_is_told_that_it_is_graver(story: Story) -> None:
    for _ in range(2):
        age(story, ANSWER)
        assert turn(story)
    age(story, MINUTE_MS)
    grow(story, Gravity.URGENT)
    assert not turn(story)
    age(story, URGENT)
    assert turn(story)
    assert not turn(story)
    assert len(story.entries(Verb.ALERT_PASSED_ON)) == 3
