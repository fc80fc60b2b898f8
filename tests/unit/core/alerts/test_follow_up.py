"""What must follow from a decision (design §1.7; R-AI-5, R-RGT-18)."""

from dataclasses import replace

import pytest

from offmon.core.alerts.follow_up import (
    FOLLOWS,
    check_content_seen,
    check_done,
    check_due,
    check_follows,
    latest,
    needs_content,
    welfare_due,
)
from offmon.core.clock import HOUR_MS
from offmon.core.formats.event import Gravity
from offmon.core.ids import Ms
from offmon.core.log.records import REJECTING, ActionKind, ActionRecord, DecisionOutcome, Welfare
from tests.prove.markers import proves
from tests.unit.core.samples import NOW, code_of, ident, on

ACTION = ActionRecord(
    id=ident("action"),
    decision=ident("decision"),
    alert=ident("alert"),
    what=ActionKind.VISIT,
    owner=ident("officer"),
    due_at=NOW,
    welfare_due=True,
    welfare=Welfare.NO_CONCERN,
    welfare_by=ident("officer"),
    welfare_at=NOW,
    outside_reference="86/V/1",
    outcome="Spoke to them at home.",
    done_by=None,
    done_at=None,
)
TABLE = {
    DecisionOutcome.NOT_A_MATCH: None,
    DecisionOutcome.PERMITTED: None,
    DecisionOutcome.NOT_THIS_PERSON: None,
    DecisionOutcome.REASONABLE_EXCUSE: None,
    DecisionOutcome.SAFEGUARDING: (ActionKind.REFERRAL, 1, False, True),
    DecisionOutcome.RECALL_CONSIDERED: (ActionKind.RECALL_REQUEST, 1, True, True),
    DecisionOutcome.INTELLIGENCE: (ActionKind.INTELLIGENCE, 3, False, True),
    DecisionOutcome.VISIT: (ActionKind.VISIT, 7, True, False),
    DecisionOutcome.EVIDENTIAL: (ActionKind.INVESTIGATION, 7, True, True),
    DecisionOutcome.STEP_DOWN: (ActionKind.REVIEW, 28, False, False),
}


def test_what_each_outcome_calls_for_within_how_many_days_and_whether_it_brings_contact() -> None:
    found = {one: FOLLOWS.get(one) for one in DecisionOutcome}
    assert {
        one: called and (called.kind, called.days, called.contact, called.content) for one, called in found.items()
    } == TABLE


@pytest.mark.parametrize("outcome", DecisionOutcome)
@proves("S115", check_content_seen, disabled=lambda outcome, seen, unseen_reason: None)
def test_an_outcome_with_consequences_needs_a_look_at_content_or_a_reason(outcome: DecisionOutcome) -> None:
    refused = "content-not-seen" if needs_content(outcome) else None
    assert needs_content(outcome) is (TABLE[outcome] or (None, 0, False, False))[3]
    assert code_of(check_content_seen, outcome, False, None) == refused
    assert code_of(check_content_seen, outcome, False, " ") == refused
    assert code_of(check_content_seen, outcome, True, None) is None
    assert code_of(check_content_seen, outcome, False, "The address says enough.") is None


def test_nothing_follows_from_what_is_rejected() -> None:
    assert not REJECTING & set(FOLLOWS)


@pytest.mark.parametrize("outcome", DecisionOutcome)
@pytest.mark.parametrize("kind", [None, *ActionKind])
@proves("S23", check_follows, disabled=lambda outcome, kind: None)
def test_only_what_is_called_for_follows_and_never_nothing(outcome: DecisionOutcome, kind: ActionKind | None) -> None:
    called = TABLE[outcome]
    expected = None if kind is (called and called[0]) else "not-followed"
    assert code_of(check_follows, outcome, kind) == expected


@pytest.mark.parametrize(
    ("due", "refused"),
    [
        (NOW, "due-past"),
        (Ms(NOW + 1), None),
        (on(2026, 12, 3), None),  # the end of 2 December, seven days after 25 November
        (Ms(on(2026, 12, 3) + 1), "due-late"),
    ],
)
def test_it_is_due_sooner_than_the_rule_or_by_it_and_never_later(due: Ms, refused: str | None) -> None:
    visit = FOLLOWS[DecisionOutcome.VISIT]
    assert latest(visit, NOW) == on(2026, 12, 3)
    assert code_of(check_due, visit, due, NOW) == refused


def test_days_end_at_midnight_in_london_when_the_clocks_change() -> None:
    saturday = Ms(on(2026, 10, 24) + 12 * HOUR_MS)  # summer time ends in the night that follows
    assert latest(FOLLOWS[DecisionOutcome.SAFEGUARDING], saturday) == on(2026, 10, 26)


@pytest.mark.parametrize("outcome", FOLLOWS)
@pytest.mark.parametrize("gravity", Gravity)
def test_welfare_is_asked_before_contact_about_something_serious(outcome: DecisionOutcome, gravity: Gravity) -> None:
    contact = outcome in {DecisionOutcome.VISIT, DecisionOutcome.EVIDENTIAL, DecisionOutcome.RECALL_CONSIDERED}
    serious = gravity is not Gravity.STANDARD
    assert welfare_due(FOLLOWS[outcome], gravity) is (contact and serious)


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({}, None),
        ({"welfare": None}, "welfare-first"),
        ({"welfare": None, "welfare_due": False}, None),
        ({"outcome": None}, "not-told"),
        ({"outcome": " "}, "not-told"),
        ({"outside_reference": ""}, "not-told"),
    ],
)
@proves("S24", check_done, disabled=lambda action: None)
def test_when_it_may_count_as_done(changed: dict[str, object], refused: str | None) -> None:
    assert code_of(check_done, replace(ACTION, **changed)) == refused  # type: ignore[arg-type]
