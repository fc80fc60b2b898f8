"""A document of the licence feed is read strictly: the whole, and each change by itself."""

import json
from typing import Any

import pytest

from offmon.core.authority.licence import Standing
from offmon.core.authority.licence_feed import MAX_BYTES, MAX_CHANGES, Change, read
from offmon.core.clock import DAY_MS, utc_text
from offmon.core.ids import Ms
from tests.unit.core.samples import code_of

NOW = Ms(1_790_000_000_000)
CODE = "2d67f68a-8adf-47a9-a68d-a6fc9f2c4556"


def change(**changed: Any) -> dict[str, Any]:
    return {"licence": "4711", "at": utc_text(NOW), "status": "ACTIVE", "type": "AP"} | changed


def document(*changes: Any, **changed: Any) -> bytes:
    given = {"schema": 1, "agency": "a" * 32, "made_at": utc_text(NOW), "next_by": utc_text(Ms(NOW + DAY_MS))}
    return json.dumps(given | {"changes": list(changes)} | changed).encode()


def test_what_it_says() -> None:
    found = read(
        document(
            change(), change(status="VARIATION_SUBMITTED", approved_version_active=True, conditions=[CODE]), cursor="7"
        ),
        NOW,
    )
    assert found.changes == (
        (1, Change("4711", Standing("ACTIVE", NOW))),
        (2, Change("4711", Standing("VARIATION_SUBMITTED", NOW, active=True), (CODE,))),
    )
    assert (found.refused, found.cursor, found.more, found.next_by) == ((), "7", False, NOW + DAY_MS)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"licence": 4711}, "bad-licence"),
        ({"licence": "../x"}, "bad-licence"),
        ({"status": "active now"}, "bad-status"),
        ({"approved_version_active": 1}, "bad-status"),
        ({"at": "2026-01-01T00:00:00"}, "bad-time"),
        ({"at": "9999-12-31T23:59:59-12:00"}, "bad-time"),
        ({"at": NOW}, "bad-time"),
        ({"at": utc_text(Ms(NOW + DAY_MS))}, "ahead"),
        ({"type": "X"}, "bad-type"),
        ({"type": ["AP"]}, "bad-type"),
        ({"type": "PSS"}, "pss-ended"),
        ({"conditions": ["no code"]}, "bad-conditions"),
    ],
)
def test_a_bad_change_is_refused_alone(changed: dict[str, Any], code: str) -> None:
    found = read(document(change(), change(**changed), change()), NOW)
    assert [(one.number, one.code) for one in found.refused] == [(2, code)]
    assert [number for number, _ in found.changes] == [1, 3]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b" " * (MAX_BYTES + 1), "too-large"),
        (b"{", "not-json"),
        (b"[" * 200_000, "not-json"),
        (b"\xff", "not-json"),
        (b"[]", "bad-document"),
        (document(schema=2), "other-schema"),
        (document(schema=True), "other-schema"),
        (document(changes={}), "bad-document"),
        (document(*[0] * (MAX_CHANGES + 1)), "too-many"),
        (document(agency="ours"), "bad-document"),
        (document(made_at=utc_text(Ms(NOW + DAY_MS)), next_by=utc_text(Ms(NOW + 2 * DAY_MS))), "bad-document"),
        (document(next_by=utc_text(Ms(NOW + 8 * DAY_MS))), "bad-document"),
        (document(next_by=utc_text(NOW)), "bad-document"),
        (document(more="yes"), "bad-document"),
        (document(cursor="a b"), "bad-document"),
    ],
)
def test_a_bad_document_is_refused_whole(data: bytes, code: str) -> None:
    assert code_of(read, data, NOW) == code
