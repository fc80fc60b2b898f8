"""The known answers of tests/vectors/told, which a script that shares no code with core made from docs/specs/told.md."""

import json
from pathlib import Path
from typing import Any

import pytest

from offmon.core.errors import Malformed
from offmon.core.formats import codec
from offmon.core.formats.keys import PublicKey
from offmon.core.ids import Digest, Id, Origin, VKey
from offmon.core.person import activity_record
from offmon.core.person.activity_record import DeviceKnowledge, Fault

VECTORS = Path(__file__).parents[2] / "vectors" / "told"
ANSWERS: Any = json.loads((VECTORS / "told.json").read_text("ascii"))


def known() -> DeviceKnowledge:
    by = ANSWERS["known"]
    return DeviceKnowledge(
        agency=Id(by["agency"]),
        case=Id(by["case"]),
        device=Id(by["device"]),
        origin=Origin(by["origin"]),
        keys=(PublicKey.parse(VKey(by["log"])),),
        commits=frozenset(Digest(commit) for commit in by["commits"]),
        checkpoints={one["size"]: bytes.fromhex(one["root"]) for one in by["checkpoints"]},
    )


@pytest.mark.parametrize("case", ANSWERS["files"], ids=lambda case: case["what"])
def test_what_of_a_file_holds(case: dict[str, Any]) -> None:
    data = case["file"].encode()
    page = activity_record.read(data)
    assert codec.dump(page) == data
    judged = activity_record.judge(page, known())
    assert [{"fault": found.fault.value, "line": found.line} for found in judged.found] == case["found"]
    counts = {name: getattr(judged, name) for name in ("sent", "elsewhere", "looks", "waiting")}
    assert counts == {name: case[name] for name in counts}


@pytest.mark.parametrize("case", ANSWERS["refused"], ids=lambda case: case["what"])
def test_what_is_no_such_file_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        activity_record.read(case["file"].encode())


def test_every_verdict_is_among_them() -> None:
    said = {found["fault"] for case in ANSWERS["files"] for found in case["found"]}
    assert said == {fault.value for fault in Fault}
    assert any(not case["found"] for case in ANSWERS["files"])
