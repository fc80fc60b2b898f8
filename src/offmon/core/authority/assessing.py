"""How an assessment stands: whether it was consulted on, signed in time, and covers what is to be collected (DPA 2018 s.64, s.65)."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from typing import Final

from offmon.core import clock
from offmon.core.authority.assessment import Assessment, AssessmentStanding
from offmon.core.authority.capability import Capability, Source, rule_of
from offmon.core.clock import Period
from offmon.core.errors import Refused
from offmon.core.ids import Ms

MAX_REVIEW_MS: Final = 366 * clock.DAY_MS
CONSULTATION_DAYS: Final = 42


def check_assessment(assessment: Assessment) -> None:
    """Raises Refused where the record cannot stand, whatever is signed: it covers nothing, or runs for more than a year."""
    if not assessment.title.strip() or not assessment.capabilities or not assessment.sources:
        raise Refused(
            "assesses-nothing", "Enter the title of the assessment, the data that it covers and where it is read."
        )
    if not assessment.prepared_at < assessment.review_by <= assessment.prepared_at + MAX_REVIEW_MS:
        raise Refused(
            "bad-review", "An assessment needs a review within a year. Enter a day in the next twelve months."
        )


def check_consulted(asked_at: Ms, answered_at: Ms | None, at: Ms) -> None:
    """Raises Refused unless the ICO was asked, and answered if it did, in that order and by now."""
    if asked_at > at or (answered_at is not None and not asked_at <= answered_at <= at):
        raise Refused(
            "bad-consultation", "The request to the ICO comes before its answer. Neither date can be in the future."
        )


def standing(assessment: Assessment, at: Ms) -> AssessmentStanding:
    """How it stands at the instant. A signature by who prepared it is none."""
    if at >= assessment.review_by:
        return AssessmentStanding.DUE
    signed_at = assessment.signed_at
    if signed_at is None or signed_at > at or assessment.signed_by in (None, assessment.prepared_by):
        return AssessmentStanding.UNSIGNED
    asked, answered = assessment.asked_at, assessment.answered_at
    if asked is not None and asked <= at and (answered is None or answered > at):
        return AssessmentStanding.WAITING
    return AssessmentStanding.IN_FORCE


def check_assessed(assessments: Collection[Assessment], capabilities: Collection[Capability], at: Ms) -> None:
    """Raises Refused `not-assessed` unless each kind of collection is covered, from each source that it reads, by what is in force."""
    for capability, source in _needed(capabilities):
        found = {standing(one, at) for one in assessments if _covers(one, capability, source)}
        if AssessmentStanding.IN_FORCE not in found:
            nearest = next((one for one in AssessmentStanding if one in found), None)
            raise Refused("not-assessed", _NEXT[nearest].format(what=f"{capability} from the {source}"))


def covered_until(assessments: Collection[Assessment], capabilities: Collection[Capability], lease: Period) -> Ms:
    """When a closed lease must end: where the first of the assessments that it rests on falls due for review, if that is sooner.

    What is not assessed at all shortens nothing: that is for `check_assessed` to refuse.
    """
    until = _end(lease)
    ends = [
        max((one.review_by for one in assessments if _in_force(one, capability, source, lease.since)), default=until)
        for capability, source in _needed(capabilities)
    ]
    return min([until, *ends])


def check_assessed_throughout(
    assessments: Collection[Assessment], capabilities: Collection[Capability], lease: Period
) -> None:
    """Raises Refused unless all of it is assessed when the lease begins, and stays so to its end."""
    check_assessed(assessments, capabilities, lease.since)
    if covered_until(assessments, capabilities, lease) < _end(lease):
        raise Refused("assessment-ends-first", "The lease would outlast an impact assessment. Request a shorter one.")


def answer_due(asked_at: Ms, *, extended: bool) -> Ms:
    """By when the ICO answers: the end of six weeks from the day on which it was asked, and of one month more (s.65(5)-(6))."""
    day = clock.local_day(asked_at) + timedelta(days=CONSULTATION_DAYS)
    return clock.end_of_day(_month_on(day) if extended else day)


_NEXT: Final[Mapping[AssessmentStanding | None, str]] = {
    None: "No impact assessment covers {what}. Prepare one for the data protection officer to sign.",
    AssessmentStanding.DUE: "The impact assessment of {what} is due for review. Prepare a new one for signature.",
    AssessmentStanding.UNSIGNED: "The impact assessment of {what} is not signed. Ask the data protection officer to read it.",
    AssessmentStanding.WAITING: "The ICO was consulted about {what}. Devices collect none of it until you record the answer.",
}


def _needed(capabilities: Collection[Capability]) -> Iterator[tuple[Capability, Source]]:
    return ((capability, source) for capability in sorted(set(capabilities)) for source in rule_of(capability).sources)


def _covers(assessment: Assessment, capability: Capability, source: Source) -> bool:
    return capability in assessment.capabilities and source in assessment.sources


def _in_force(assessment: Assessment, capability: Capability, source: Source, at: Ms) -> bool:
    return _covers(assessment, capability, source) and standing(assessment, at) is AssessmentStanding.IN_FORCE


def _end(lease: Period) -> Ms:
    if lease.until is None:
        raise Refused("lease-too-long", "A lease must have an end. Request one with an end.")
    return lease.until


def _month_on(day: date) -> date:
    """The same day of the next month, or that month's last (Interpretation Act: the corresponding date rule)."""
    first = (day.replace(day=1) + timedelta(days=31)).replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return min(first + timedelta(days=day.day - 1), last)
