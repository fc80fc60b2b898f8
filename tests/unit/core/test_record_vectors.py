"""The known answers of tests/vectors/records, which a script without core's code wrote from docs/specs/records.md. Core reads a record of
each kind and commits to it likewise. A bundle may withhold what that page says, and no more."""

import json
from pathlib import Path
from typing import Any

import pytest

from offmon.core.bundle import layout, opened
from offmon.core.errors import NotAuthentic
from offmon.core.formats import codec, commitment, envelope
from offmon.core.formats.commitment import WithholdingGround
from offmon.core.formats.event import Body
from offmon.core.log import audit, consultations
from offmon.core.log.audit import AuditEntry
from offmon.core.log.consultations import Consultation
from offmon.core.log.records import values_of
from tests.unit.reference.test_records import RECORDS

VECTORS = Path(__file__).parents[2] / "vectors" / "records"
ANSWERS: list[Any] = json.loads((VECTORS / "records.json").read_text("ascii"))
OF_CORE = [case for case in ANSWERS if case["kind"] != Body.TYPE]


def test_each_kind_of_the_spec_has_one() -> None:
    assert {case["kind"] for case in ANSWERS} == {*RECORDS, Body.TYPE}


@pytest.mark.parametrize("case", ANSWERS, ids=lambda case: case["kind"])
def test_the_rule_gives_the_same_commitment(case: dict[str, Any]) -> None:
    salt = bytes.fromhex(case["salt"])
    assert commitment.digests_of(salt, case["values"]) == case["digests"]
    assert commitment.commit(case["kind"], salt, case["values"]) == case["commit"]


@pytest.mark.parametrize("case", OF_CORE, ids=lambda case: case["kind"])
def test_core_reads_the_record_and_commits_to_it(case: dict[str, Any]) -> None:
    kind, salt = RECORDS[case["kind"]], bytes.fromhex(case["salt"])
    record = codec.from_doc(kind, case["values"] | {"kind": case["kind"]})
    assert values_of(record) == case["values"]
    assert commitment.commit(kind.KIND, salt, values_of(record)) == case["commit"]
    if isinstance(record, AuditEntry):
        assert audit.commit_of(record, salt) == case["commit"]
    if isinstance(record, Consultation):
        assert consultations.commit_of(record, salt) == case["commit"]


def test_a_body_is_committed_to_by_its_type() -> None:
    (case,) = (case for case in ANSWERS if case["kind"] == Body.TYPE)
    body = codec.from_doc(Body, case["values"] | {"type": Body.TYPE})
    assert envelope.content_commit(body, bytes.fromhex(case["salt"])) == case["commit"]


@pytest.mark.parametrize("case", OF_CORE, ids=lambda case: case["kind"])
def test_a_bundle_withholds_what_the_spec_says_it_may(case: dict[str, Any]) -> None:
    kind, salt, values = RECORDS[case["kind"]], bytes.fromhex(case["salt"]), case["values"]
    for name in values:
        record = layout.open_record(kind.KIND, salt, values, {name: WithholdingGround.RESTRICTED})
        assert layout.commit_of(record) == case["commit"]
        if name in opened.STAND_INS.get(kind, ()):
            assert opened.read(kind, record).withheld == {name}
            continue
        with pytest.raises(NotAuthentic, match="withholds what must be shown"):
            opened.read(kind, record)
