"""The agent's two specs name every field, reason, problem and limit of the code."""

from dataclasses import fields
from pathlib import Path

import pytest

from offmon.agent.transport import TABLE
from offmon.core.access.portal_access import DrawnWayIn
from offmon.core.formats import batches, httpsig
from offmon.core.formats.event import Batch, DeviceCheckpoint, DeviceNote, Gap, GapReason, NoteKind, Receipt
from offmon.core.formats.kept_history import HistoryAnswer, HistoryAsk
from offmon.core.formats.problem import Problem
from offmon.core.formats.protocol import Enrol, Enrolled, ProfileUpdate, SignedTime

SPECS = Path(__file__).parents[3] / "docs/specs"
JOURNAL = (SPECS / "journal.md").read_text("utf-8")
PROTOCOL = (SPECS / "device-protocol.md").read_text("utf-8")


@pytest.mark.parametrize("cls", [Gap, DeviceNote, DeviceCheckpoint])
def test_the_journal_spec_names_every_field(cls: type) -> None:
    assert [f.name for f in fields(cls) if f"`{f.name}`" not in JOURNAL] == []


@pytest.mark.parametrize(
    "cls", [Enrol, Enrolled, ProfileUpdate, Batch, Receipt, SignedTime, DrawnWayIn, HistoryAsk, HistoryAnswer]
)
def test_the_protocol_spec_names_every_field(cls: type) -> None:
    assert [f.name for f in fields(cls) if f"`{f.name}`" not in PROTOCOL] == []
    assert f"`{cls.TYPE}`" in PROTOCOL  # type: ignore[attr-defined]


def test_the_journal_spec_names_every_reason_and_note() -> None:
    assert [name.value for name in (*GapReason, *NoteKind) if f"`{name.value}`" not in JOURNAL] == []


@pytest.mark.parametrize("problem", list(Problem))
def test_the_protocol_spec_says_what_the_device_does_with_each_problem(problem: Problem) -> None:
    (line,) = [row for row in PROTOCOL.splitlines() if row.startswith("|") and f"`{problem.code}`" in row]
    assert str(problem.status) in line
    assert TABLE[problem].value in line or problem is Problem.BAD_CODE


def test_limits_are_those_of_the_code() -> None:
    assert f"at most {batches.MAX_LEAVES}, {batches.MAX_BATCH >> 20} MiB in all" in PROTOCOL
    assert f"at most {httpsig.MAX_LIFE_S} apart" in PROTOCOL
    assert f"more than {httpsig.MAX_SKEW_S} seconds" in PROTOCOL
