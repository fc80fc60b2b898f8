"""A decision and its actions exist together or not at all, and each outcome is recorded (design §1.7; R-AI-5, R-RGT-18)."""

import secrets
from collections.abc import Callable

import psycopg
import pytest

from offmon.core import clock
from offmon.core.alerts.follow_up import FOLLOWS, latest
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.log.records import ActionKind, DecisionOutcome, Welfare
from offmon.core.states import AlertState
from offmon.server.base.ids import new_id
from offmon.server.triage import queries as triage
from offmon.server.triage.actions import Plan, do_complete_action, do_decide, do_record_welfare
from offmon.server.triage.queries import ActionView
from tests.support.fake_device import now
from tests.support.story import Story
from tests.support.taken import forge


def decide(story: Story, outcome: DecisionOutcome, plan: Plan | None = None) -> ActionView | None:
    """Decided by the officer; what followed."""
    shown = story.alert().row.count
    with story.console(), story.with_keys():
        do_decide(
            story.alerts[0],
            outcome,
            "In full.",
            plan or Plan(),
            shown=shown,
            unseen_reason="Clear.",
            actor=story.officer,
        )
    return story.alert().action


def followed(story: Story, outcome: DecisionOutcome, plan: Plan | None = None) -> ActionView:
    """What followed, of an outcome that calls for something."""
    action = decide(story, outcome, plan)
    assert action is not None
    return action


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refusal:
        call()
    return refusal.value.code


@pytest.mark.parametrize("outcome", DecisionOutcome)
def test_what_the_outcome_calls_for_is_there_by_rule_and_in_the_same_entry(
    story: Story, outcome: DecisionOutcome
) -> None:
    action, called = decide(story, outcome), FOLLOWS.get(outcome)
    [entry] = story.entries(Verb.ALERT_DECIDED)
    kinds = [touched.table for touched in entry.touched]
    if called is None:
        assert (action, kinds) == (None, ["alert", "decision"])
    else:
        assert action is not None
        assert (action.what, action.due_at) == (called.kind, latest(called, entry.at))
        assert (action.owner, action.welfare_due) == ("Officer Invented", called.contact)
        assert kinds == ["alert", "decision", "action"]


def test_a_colleague_does_it_sooner_where_that_is_said(story: Story) -> None:
    due = Ms(now() + clock.DAY_MS)
    action = followed(story, DecisionOutcome.VISIT, Plan(story.colleague.id, due))
    assert (action.owner, action.due_at) == ("Colleague Invented", due)


@pytest.mark.parametrize(
    ("who", "days", "code"),
    [
        ("stranger", 1, "not-on-caseload"),
        ("authoriser", 1, "no-owner"),  # on the caseload, in a role that does no such thing
        ("officer", 9, "due-late"),
        ("officer", -1, "due-past"),
    ],
)
def test_a_plan_that_cannot_be_kept_leaves_the_alert_undecided(story: Story, who: str, days: int, code: str) -> None:
    plan = Plan(story.staff[who].id, Ms(now() + days * clock.DAY_MS))
    assert refused(lambda: decide(story, DecisionOutcome.VISIT, plan)) == code
    shown = story.alert()
    assert (shown.state, shown.decision, shown.action) == (AlertState.OPEN, None, None)


def test_before_contact_about_something_serious_someone_asks_about_welfare(story: Story) -> None:
    action = followed(story, DecisionOutcome.VISIT)
    done = ("86/V/1", "Spoke to them at home.")
    with story.console(), story.with_keys():
        assert refused(lambda: do_complete_action(action.id, *done, actor=story.officer)) == "welfare-first"
        do_record_welfare(action.id, Welfare.SUPPORT_ARRANGED, actor=story.officer)
        assert (
            refused(lambda: do_record_welfare(action.id, Welfare.NO_CONCERN, actor=story.officer)) == "no-welfare-due"
        )
        do_complete_action(action.id, *done, actor=story.colleague)
        assert refused(lambda: do_complete_action(action.id, *done, actor=story.officer)) == "done-already"
        shown = triage.action(action.id, actor=story.officer)
        assert triage.due_actions(actor=story.officer) == []
    assert shown is not None
    assert (shown.outside_reference, shown.outcome, shown.done_by) == (*done, "Colleague Invented")
    [welfare], [completed] = story.entries(Verb.ACTION_WELFARE), story.entries(Verb.ACTION_DONE)
    assert (welfare.actor.id, completed.actor.id) == (story.officer.id, story.colleague.id)
    assert welfare.alert == completed.alert == story.alerts[0]


def test_it_is_not_done_before_someone_says_what_came_of_it_and_where_that_stands(story: Story) -> None:
    action = followed(story, DecisionOutcome.INTELLIGENCE)
    with story.console(), story.with_keys():
        for said in (("", "Sent."), ("86/I/1", " ")):
            assert refused(lambda said=said: do_complete_action(action.id, *said, actor=story.officer)) == "not-told"  # type: ignore[misc]
        assert [one.id for one in triage.due_actions(actor=story.officer)] == [action.id]


def test_whose_role_completes_nothing_completes_nothing_and_off_the_caseload_there_is_nothing(story: Story) -> None:
    action = followed(story, DecisionOutcome.INTELLIGENCE)
    with story.console(), story.with_keys():
        code = refused(lambda: do_complete_action(action.id, "86/I/1", "Sent.", actor=story.authoriser))
        assert code == "not-permitted"
        assert triage.action(action.id, actor=story.stranger) is None
        assert triage.due_actions(actor=story.stranger) == []


# --- what a taken console cannot do -----------------------------------------------------------------------------------------------------


def action_row(story: Story, decision: Id) -> dict[str, object]:
    return {
        "id": new_id(), "agency": story.agency, "case": story.case, "salt": secrets.token_bytes(32),
        "decision_id": decision, "alert_id": story.alerts[0], "what": ActionKind.RECALL_REQUEST.value,
        "owner": story.officer.id, "due_at": now(), "welfare_due": False,
    }  # fmt: skip


def test_no_action_stands_there_without_a_decision(story: Story) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match="of what it points at"):
        forge(story, Verb.ALERT_DECIDED, "triage_action", action_row(story, new_id()))


def test_no_decision_that_calls_for_something_stands_there_without_it(story: Story) -> None:
    row = {
        "id": new_id(), "agency": story.agency, "case": story.case, "salt": secrets.token_bytes(32),
        "alert_id": story.alerts[0], "outcome": "recall_considered", "reason": "So.",
        "decided_by": story.officer.id, "decided_at": now(),
    }  # fmt: skip
    with pytest.raises(psycopg.errors.CheckViolation, match="decision_is_followed"):
        forge(story, Verb.ALERT_DECIDED, "triage_decision", row)
