"""Records of a case: two people where the law wants two, four answers, and one kind a record (R-LEG-24; formats §3)."""

from dataclasses import replace
from typing import Any

import pytest

from offmon.core.authority import order, profile
from offmon.core.authority.profile import Setting
from offmon.core.formats import codec, event
from offmon.core.ids import Id
from offmon.core.log import audit, records
from offmon.core.log.records import AuthorisationRecord, DecisionOutcome, DecisionRecord, values_of
from tests.prove.markers import proves
from tests.unit.core.samples import NOW, ON_BOTH, code_of, ident

AUTHORISATION = AuthorisationRecord(
    id=ident("authorisation"),
    deployment=ident("deployment"),
    choices=(ON_BOTH,),
    drafted_by=ident("officer"),
    authorised_by=ident("inspector"),
    authorised_at=NOW,
    aim="Because the order is about it.",
    rational_link="Because the list names such sites.",
    less_intrusive="Visits were tried.",
    fair_balance="Only listed sites are told.",
)


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({}, None),
        ({"authorised_by": None}, "one-person"),
        ({"authorised_by": ident("officer")}, "one-person"),
        ({"aim": None}, "four-answers"),
        ({"rational_link": ""}, "four-answers"),
        ({"less_intrusive": " \n"}, "four-answers"),
        ({"fair_balance": None}, "four-answers"),
        ({"offered": (Setting(()), Setting((ON_BOTH,)))}, None),
        ({"offered": (Setting(()),)}, "not-offered"),
    ],
)
def test_when_an_authorisation_does_not_count(changed: dict[str, Any], refused: str | None) -> None:
    assert code_of(records.check_authorised, replace(AUTHORISATION, **changed)) == refused


@pytest.mark.parametrize(("second", "refused"), [(ident("b"), None), (None, "one-person"), (ident("a"), "one-person")])
@proves("S6", records.check_two_people, disabled=lambda first, second, what: None)
def test_two_people_are_two(second: Id | None, refused: str | None) -> None:
    assert code_of(records.check_two_people, ident("a"), second, "This") == refused


@pytest.mark.parametrize(
    ("first", "second", "refused"),
    [
        (ident("a"), ident("b"), None),
        (ident("a"), ident("a"), "one-session"),
        (ident("a"), None, "one-session"),
        (None, ident("b"), "one-session"),
        (None, None, "one-session"),
    ],
)
def test_two_sessions_are_two_and_both_known(first: Id | None, second: Id | None, refused: str | None) -> None:
    assert code_of(records.check_two_sessions, first, second, "This") == refused


def test_a_record_is_committed_without_its_kind_and_with_every_field() -> None:
    decision = DecisionRecord(ident("d"), ident("a"), DecisionOutcome.VISIT, "To ask.", ident("officer"), NOW)
    assert list(values_of(decision)) == [
        "id",
        "alert",
        "outcome",
        "reason",
        "decided_by",
        "decided_at",
        "corrects",
        "why_corrected",
        "unseen_reason",
    ]
    assert codec.from_doc(DecisionRecord, values_of(decision) | {"kind": "decision"}) == decision


def test_no_two_records_share_a_kind() -> None:
    modules = (audit, event, order, profile, records)
    classes = {
        cls for module in modules for cls in vars(module).values() if isinstance(cls, type) and hasattr(cls, "KIND")
    }
    kinds = [cls.KIND for cls in classes]
    assert len(kinds) == len(set(kinds))


def test_no_outcome_says_that_an_offence_was_committed() -> None:
    assert not [o for o in DecisionOutcome if "breach" in o.value or "offence" in o.value or "guilty" in o.value]
    assert set(DecisionOutcome) > records.REJECTING
