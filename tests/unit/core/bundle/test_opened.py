"""A record is shown field by field: withheld is never absent, absent is never withheld (formats §3)."""

from dataclasses import replace

import pytest

from offmon.core.alerts.escalation import MOST_FINDINGS
from offmon.core.bundle import layout, opened
from offmon.core.bundle.layout import NamedField, Record
from offmon.core.formats import canon, commitment
from offmon.core.formats.commitment import WithholdingGround
from offmon.core.ids import Id, Ms
from offmon.core.log import records
from offmon.core.log.records import AlertRecord, DecisionOutcome, DecisionRecord, LeafPlace
from tests.unit.core.samples import ALERT, code_of

SALT = bytes(range(32))
DECISION = DecisionRecord(Id("a" * 32), Id("b" * 32), DecisionOutcome.EVIDENTIAL, "In full.", Id("c" * 32), Ms(7))
VALUES = records.values_of(DECISION)


def shown(**withheld: WithholdingGround) -> Record:
    return layout.open_record(DecisionRecord.KIND, SALT, VALUES, withheld)


def test_a_record_shown_in_full_reads_as_it_was() -> None:
    assert opened.read(DecisionRecord, shown()) == opened.Opened(DECISION, frozenset())


def test_the_commitment_is_the_same_whatever_is_withheld() -> None:
    whole = commitment.commit(DecisionRecord.KIND, SALT, VALUES)
    assert layout.commit_of(shown()) == layout.commit_of(shown(reason=WithholdingGround.SENSITIVE)) == whole


def test_a_withheld_reason_is_named_as_withheld_and_its_text_is_not_there() -> None:
    record = shown(reason=WithholdingGround.SENSITIVE)
    assert opened.read(DecisionRecord, record).withheld == {"reason"}
    assert b"In full." not in record.values


@pytest.mark.parametrize("name", ["outcome", "alert", "decided_by", "id"])
def test_what_a_rule_needs_may_not_be_withheld(name: str) -> None:
    record = shown(**{name: WithholdingGround.RESTRICTED})
    assert code_of(opened.read, DecisionRecord, record) == "field-withheld"


def test_a_field_that_is_not_named_is_a_forgery() -> None:
    record = shown(reason=WithholdingGround.SENSITIVE)
    fewer = replace(record, fields=tuple(field for field in record.fields if field.name != "reason"))
    assert code_of(opened.read, DecisionRecord, fewer) == "field-absent"
    assert layout.commit_of(fewer) != layout.commit_of(record)


def test_a_field_that_the_class_does_not_know_refuses_the_record() -> None:
    more = layout.open_record(DecisionRecord.KIND, SALT, {**VALUES, "unless": "Sunday"}, {})
    assert code_of(opened.read, DecisionRecord, more) == "field-absent"


def test_a_record_of_another_kind_is_refused() -> None:
    assert code_of(opened.read, DecisionRecord, replace(shown(), kind="alert")) == "field-absent"


@pytest.mark.parametrize(
    "change",
    [
        lambda field: replace(field, ground=WithholdingGround.PRIVILEGE),  # shown and withheld
        lambda field: replace(field, salt=None),  # neither
        lambda field: replace(field, salt=None, ground=WithholdingGround.PRIVILEGE),  # withheld, and its value is there
        lambda field: replace(field, name="aaa"),  # shown, and its value not there
    ],
)
def test_a_field_is_shown_or_withheld_and_its_value_follows(change: object) -> None:
    first: NamedField = change(shown().fields[0])  # type: ignore[operator]
    assert code_of(opened.shown, replace(shown(), fields=(first, *shown().fields[1:]))) == "bad-record"


def test_a_value_that_was_not_committed_to_is_found() -> None:
    other = canon.encode({**VALUES, "outcome": "not_a_match"})
    assert code_of(opened.shown, replace(shown(), values=other)) == "field-changed"


@pytest.mark.parametrize("order", [slice(None, None, -1), slice(0, 1)])
def test_fields_stand_in_one_order_each_once(order: slice) -> None:
    fields = shown().fields
    moved = fields[order] if order.step else (*fields, fields[0])
    assert code_of(opened.shown, replace(shown(), fields=moved)) == "bad-record"


def alert_of(count: int) -> AlertRecord:
    """An alert that is about so many findings, each number of them as long as one can be."""
    leaves = tuple(LeafPlace(Id("d" * 32), Id("e" * 32), 2**53 - 1 - n) for n in range(count))
    return replace(ALERT, leaves=leaves)


@pytest.mark.parametrize("count", [MOST_FINDINGS, 12 * MOST_FINDINGS])
def test_a_full_alert_is_read_and_so_is_one_from_before_there_was_an_end(count: int) -> None:
    alert = alert_of(count)
    record = layout.open_record(AlertRecord.KIND, SALT, records.values_of(alert), {})
    assert opened.read(AlertRecord, record).it == alert


def test_a_full_alert_is_read_by_the_verifier_of_an_earlier_version_too() -> None:
    assert len(canon.encode(records.values_of(alert_of(MOST_FINDINGS)))) < 1 << 20
