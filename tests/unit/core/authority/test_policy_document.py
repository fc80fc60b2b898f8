"""A version of the policy document: what it must say, how it stands, and which choices may rest on it (R-DPA-3, R-DPA-4)."""

from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import pytest

from offmon.core.authority.policy_document import (
    MAX_REVIEW_MS,
    PolicyDocument,
    PolicyStanding,
    check_policies,
    check_policy,
    in_force,
    standing,
)
from offmon.core.clock import DAY_MS
from offmon.core.errors import Refused
from offmon.core.ids import Count, Digest, Id, Ms
from tests.unit.core.samples import APD, NOW, ON_BOTH

PREPARER, OTHER = Id("1" * 32), Id("2" * 32)
AGREED = PolicyDocument(
    id=APD.apd,
    version=Count(1),
    title="Sensitive data",
    principles="Only listed places.",
    retention="90 days.",
    owner="Head of data protection",
    document=Digest("0" * 64),
    since=Ms(NOW - 2 * DAY_MS),
    review_by=Ms(NOW + DAY_MS),
    prepared_by=PREPARER,
    prepared_at=Ms(NOW - 2 * DAY_MS),
    agreed_by=OTHER,
    agreed_at=Ms(NOW - DAY_MS),
    refused_by=None,
    refused_at=None,
    refusal=None,
)
WAITS: dict[str, Any] = {"agreed_by": None, "agreed_at": None}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, None),
        *(({part: " "}, "policy-not-said") for part in ("title", "principles", "retention", "owner")),
        ({"review_by": AGREED.prepared_at}, "bad-policy-review"),
        ({"review_by": AGREED.prepared_at + MAX_REVIEW_MS}, None),
        ({"review_by": AGREED.prepared_at + MAX_REVIEW_MS + 1}, "bad-policy-review"),
        ({"since": AGREED.review_by}, "bad-policy-review"),
    ],
)
def test_a_version_says_what_the_law_asks_and_is_reviewed_within_a_year(
    change: dict[str, Any], code: str | None
) -> None:
    with nullcontext() if code is None else pytest.raises(Refused) as refusal:
        check_policy(replace(AGREED, **change))
    assert code is None or (refusal is not None and refusal.value.code == code)


@pytest.mark.parametrize(
    ("change", "stands"),
    [
        ({}, PolicyStanding.IN_FORCE),
        ({"since": NOW + 1}, PolicyStanding.AHEAD),
        (WAITS, PolicyStanding.WAITING),
        ({"agreed_by": PREPARER}, PolicyStanding.WAITING),
        ({"agreed_at": NOW + 1}, PolicyStanding.WAITING),
        (WAITS | {"refused_by": OTHER, "refused_at": NOW, "refusal": "No."}, PolicyStanding.REFUSED),
        ({"review_by": NOW}, PolicyStanding.DUE),
    ],
)
def test_a_version_stands_as_it_was_answered_until_its_review(change: dict[str, Any], stands: PolicyStanding) -> None:
    version = replace(AGREED, **change)
    assert standing(version, NOW) is stands
    assert in_force((version,), NOW) == ((version,) if stands is PolicyStanding.IN_FORCE else ())


@pytest.mark.parametrize(
    ("agreed_at", "since"),
    [
        (None, AGREED.since),
        (AGREED.since - 1, AGREED.since),
        (AGREED.since + 1, AGREED.since + 1),  # whatever its first day: nobody had agreed to it before
        (AGREED.review_by + 1, AGREED.review_by - 1),
    ],
)
def test_it_is_in_force_from_its_first_day_and_not_before_it_was_agreed_to(agreed_at: Ms | None, since: int) -> None:
    period = replace(AGREED, agreed_at=agreed_at).period
    assert (period.since, period.until) == (since, AGREED.review_by)


@pytest.mark.parametrize(
    "version",
    [
        None,
        replace(AGREED, **WAITS),
        replace(AGREED, agreed_by=PREPARER),
        replace(AGREED, agreed_at=Ms(NOW + 1)),
        replace(AGREED, refused_by=OTHER, refused_at=NOW, refusal="No."),
        replace(AGREED, review_by=Ms(AGREED.review_by - 1)),
    ],
)
def test_a_choice_names_a_version_that_was_agreed_to_and_its_period(version: PolicyDocument | None) -> None:
    named = replace(ON_BOTH, sensitive=replace(APD, apd_period=AGREED.period))
    check_policies((ON_BOTH,), (), NOW)
    check_policies((named,), (AGREED,), NOW)
    with pytest.raises(Refused, match="no policy document"):
        check_policies((ON_BOTH, named), () if version is None else (version,), NOW)
