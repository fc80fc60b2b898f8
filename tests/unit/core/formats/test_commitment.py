"""A record committed field by field: a field can be withheld, but not changed or made absent (formats §3)."""

from dataclasses import replace
from typing import Any

import pytest

from offmon.core.formats import commitment
from offmon.core.formats.commitment import CommittedField, WithholdingGround, check_salt, commit, digests_of, field_salt
from tests.unit.core.samples import code_of

SALT = bytes(range(32))
VALUES: dict[str, Any] = {"outcome": "visit", "reason": "To ask.", "decided_at": 1, "alert": None}


def test_without_the_salt_a_commitment_says_nothing() -> None:
    assert commit("decision", SALT, VALUES) != commit("decision", bytes(32), VALUES)
    salts = {field_salt(SALT, name) for name in VALUES}
    assert len(salts) == len(VALUES)


def test_a_withheld_field_still_counts() -> None:
    digests = digests_of(SALT, VALUES)
    whole = commit("decision", SALT, VALUES)
    assert commitment.commit_of("decision", digests) == whole
    assert commitment.commit_of("decision", {name: d for name, d in digests.items() if name != "reason"}) != whole
    assert commitment.commit_of("decision", digests | {"more": digests["reason"]}) != whole


def shown(name: str) -> CommittedField:
    return CommittedField(digests_of(SALT, VALUES)[name], field_salt(SALT, name), None)


WITHHELD = CommittedField(shown("reason").digest, None, WithholdingGround.PRIVILEGE)


def test_a_shown_field_is_the_one_that_was_committed_to() -> None:
    for name, value in VALUES.items():
        commitment.check_field(shown(name), name, value)


@pytest.mark.parametrize(
    ("field", "name", "value", "refused"),
    [
        (shown("reason"), "reason", "To ask!", "field-changed"),
        (shown("reason"), "outcome", "To ask.", "field-changed"),
        (shown("decided_at"), "decided_at", "1", "field-changed"),
        (shown("decided_at"), "decided_at", True, "field-changed"),
        (shown("alert"), "alert", "", "field-changed"),
        (replace(shown("reason"), salt=field_salt(SALT, "outcome")), "reason", "To ask.", "field-changed"),
        (WITHHELD, "reason", "To ask.", "field-changed"),
        (replace(shown("reason"), salt=b""), "reason", "To ask.", "bad-salt"),
        (replace(shown("reason"), salt=bytes(33)), "reason", "To ask.", "bad-salt"),
    ],
)
def test_a_shown_field_that_is_another_is_refused(field: CommittedField, name: str, value: Any, refused: str) -> None:
    assert code_of(commitment.check_field, field, name, value) == refused


@pytest.mark.parametrize("length", [0, 16, 31, 33, 64])
def test_a_salt_has_32_bytes(length: int) -> None:
    for call in (check_salt, lambda salt: commit("decision", salt, VALUES), lambda salt: field_salt(salt, "reason")):
        assert code_of(call, bytes(length)) == "bad-salt"
    assert code_of(commitment.field_digest, bytes(length), "reason", "x") == "bad-salt"
