"""Nothing is collected that was not assessed first (DPA 2018 ss.64-65; R-DPA-31)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from offmon.core.authority import assessing
from offmon.core.authority.assessing import check_assessed, check_assessed_throughout
from offmon.core.authority.assessment import Assessment, AssessmentStanding
from offmon.core.authority.capability import DETECTING, Capability, Source
from offmon.core.clock import DAY_MS, Period, end_of_day
from offmon.core.errors import Refused
from offmon.core.ids import Ms
from tests.prove.markers import proves
from tests.unit.core.samples import NOW, code_of, digest, ident, on

BEFORE, SOON, LATER = Ms(NOW - DAY_MS), Ms(NOW + DAY_MS), Ms(NOW + 40 * DAY_MS)
SIGNED = Assessment(
    id=ident("assessment"),
    agency=ident("force"),
    title="Monitoring of listed sites and phrases",
    capabilities=tuple(Capability),
    sources=tuple(Source),
    document=digest("assessment"),
    prepared_by=ident("supervisor"),
    prepared_at=BEFORE,
    review_by=LATER,
    signed_by=ident("data protection officer"),
    signed_at=BEFORE,
    asked_at=None,
    answered_at=None,
    extended=False,
)
UNSIGNED = replace(SIGNED, signed_by=None, signed_at=None)


@pytest.mark.parametrize(
    ("changed", "stands"),
    [
        ({}, AssessmentStanding.IN_FORCE),
        ({"signed_at": NOW}, AssessmentStanding.IN_FORCE),
        ({"signed_at": SOON}, AssessmentStanding.UNSIGNED),
        ({"signed_by": None, "signed_at": None}, AssessmentStanding.UNSIGNED),
        ({"signed_by": SIGNED.prepared_by}, AssessmentStanding.UNSIGNED),  # a person alone
        ({"review_by": SOON}, AssessmentStanding.IN_FORCE),
        ({"review_by": NOW}, AssessmentStanding.DUE),
        ({"review_by": NOW, "signed_by": None, "signed_at": None}, AssessmentStanding.DUE),
        ({"asked_at": BEFORE}, AssessmentStanding.WAITING),
        ({"asked_at": NOW}, AssessmentStanding.WAITING),
        ({"asked_at": BEFORE, "answered_at": SOON}, AssessmentStanding.WAITING),
        ({"asked_at": BEFORE, "answered_at": NOW}, AssessmentStanding.IN_FORCE),
        ({"asked_at": Ms(NOW - 300 * DAY_MS)}, AssessmentStanding.WAITING),  # silence, however long, is no answer
        ({"asked_at": BEFORE, "review_by": NOW}, AssessmentStanding.DUE),
        ({"asked_at": BEFORE, "signed_by": None, "signed_at": None}, AssessmentStanding.UNSIGNED),
    ],
)
def test_how_an_assessment_stands(changed: dict[str, Any], stands: AssessmentStanding) -> None:
    one = replace(SIGNED, **changed)
    assert assessing.standing(one, NOW) is stands
    refused = None if stands is AssessmentStanding.IN_FORCE else "not-assessed"
    assert code_of(check_assessed, [one], Capability, NOW) == refused


SITE = replace(SIGNED, capabilities=(Capability.SITE,))
PHRASE = replace(SIGNED, capabilities=(Capability.PHRASE,))


@pytest.mark.parametrize(
    ("assessments", "wanted", "refused"),
    [
        ([], [Capability.SITE], "not-assessed"),
        ([], [], None),
        ([SITE], [Capability.SITE], None),
        ([SITE], list(DETECTING), "not-assessed"),
        ([PHRASE], [Capability.SITE], "not-assessed"),
        ([SITE, PHRASE], list(DETECTING), None),  # what is new, beside the one before
        ([SITE, replace(PHRASE, signed_at=None)], list(DETECTING), "not-assessed"),
        ([replace(SITE, review_by=NOW), SITE], [Capability.SITE], None),
        ([replace(SIGNED, sources=())], [Capability.SITE], "not-assessed"),
    ],
)
@proves("S29", check_assessed, disabled=lambda assessments, capabilities, at: None)
def test_what_is_assessed(assessments: list[Assessment], wanted: list[Capability], refused: str | None) -> None:
    assert code_of(check_assessed, assessments, wanted, NOW) == refused


def test_the_sentence_says_what_to_do_next() -> None:
    said = {}
    for name, found in {
        "none": [],
        "due": [replace(SITE, review_by=NOW)],
        "unsigned": [replace(SITE, review_by=NOW), replace(SITE, signed_by=None, signed_at=None)],
        "waiting": [replace(SITE, signed_by=None, signed_at=None), replace(SITE, asked_at=BEFORE)],
    }.items():
        with pytest.raises(Refused, match="site from the browser") as refusal:
            check_assessed(found, [Capability.SITE], NOW)
        said[name] = refusal.value.message
    assert len(set(said.values())) == 4
    assert "Ask the data protection officer" in said["unsigned"]
    assert "ICO" in said["waiting"]


LEASE = Period(NOW, Ms(NOW + 30 * DAY_MS))


@pytest.mark.parametrize(
    ("assessments", "until"),
    [
        ([SIGNED], LEASE.until),
        ([replace(SIGNED, review_by=SOON)], SOON),
        ([SITE, replace(PHRASE, review_by=SOON)], SOON),  # each that it rests on
        ([replace(SIGNED, review_by=SOON), SIGNED], LEASE.until),  # the next one is signed already
        ([replace(SIGNED, review_by=SOON), UNSIGNED], SOON),  # and not yet
        ([], LEASE.until),  # nothing to cut by: refused, not cut
    ],
)
def test_a_lease_ends_with_the_assessments_that_it_rests_on(assessments: list[Assessment], until: Ms) -> None:
    assert assessing.covered_until(assessments, DETECTING, LEASE) == until
    wanted = "not-assessed" if not assessments else None if until == LEASE.until else "assessment-ends-first"
    assert code_of(check_assessed_throughout, assessments, DETECTING, LEASE) == wanted
    cut = Period(LEASE.since, until)
    assert code_of(check_assessed_throughout, assessments, DETECTING, cut) == (None if assessments else "not-assessed")


def test_a_lease_without_an_end_is_none() -> None:
    assert code_of(check_assessed_throughout, [SIGNED], Capability, Period(NOW, None)) == "lease-too-long"


@pytest.mark.parametrize(
    ("asked", "extended", "due"),
    [
        (on(2026, 7, 1), False, date(2026, 8, 12)),
        (on(2026, 7, 1), True, date(2026, 9, 12)),
        (on(2026, 12, 20), True, date(2027, 2, 28)),  # six weeks on is 31 January, and February has no 31st
        (on(2026, 2, 20), False, date(2026, 4, 3)),  # over the change to summer time
    ],
)
def test_the_ico_has_six_weeks_and_one_month_more(asked: Ms, due: date, *, extended: bool) -> None:
    assert assessing.answer_due(asked, extended=extended) == end_of_day(due)


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({}, None),
        ({"title": " "}, "assesses-nothing"),
        ({"capabilities": ()}, "assesses-nothing"),
        ({"sources": ()}, "assesses-nothing"),
        ({"review_by": BEFORE}, "bad-review"),
        ({"review_by": Ms(BEFORE + 366 * DAY_MS)}, None),
        ({"review_by": Ms(BEFORE + 366 * DAY_MS + 1)}, "bad-review"),
    ],
)
def test_what_can_stand_as_an_assessment(changed: dict[str, Any], refused: str | None) -> None:
    assert code_of(assessing.check_assessment, replace(UNSIGNED, **changed)) == refused


@pytest.mark.parametrize(
    ("asked", "answered", "refused"),
    [
        (BEFORE, None, None),
        (BEFORE, NOW, None),
        (SOON, None, "bad-consultation"),
        (BEFORE, SOON, "bad-consultation"),
        (NOW, BEFORE, "bad-consultation"),
    ],
)
def test_the_ico_is_asked_before_it_answers(asked: Ms, answered: Ms | None, refused: str | None) -> None:
    assert code_of(assessing.check_consulted, asked, answered, NOW) == refused
