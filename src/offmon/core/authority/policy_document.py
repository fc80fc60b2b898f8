"""The appropriate policy document: why and how an agency processes sensitive data (DPA 2018 ss.35, 42; R-DPA-3, R-DPA-4).

Rules
- An agency keeps its document in versions. One person prepares a version, another opens it, then agrees to it or refuses it.
- A version is in force from its first day until its review falls due, once it is agreed to. One that nobody reviewed counts no longer.
- A choice of a sensitive list names a version and its period as they were agreed. Nobody types them.
- No version is deleted. The ICO may ask for it until six months after the processing ended (s.42(3)).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from offmon.core import clock
from offmon.core.authority.profile import Choice
from offmon.core.clock import Period
from offmon.core.errors import Refused
from offmon.core.ids import Count, Digest, Id, Ms

MAX_REVIEW_MS: Final = 366 * clock.DAY_MS


class PolicyStanding(StrEnum):
    """How a version stands. Only one in force lets a sensitive list be used."""

    IN_FORCE = "in_force"
    AHEAD = "not_yet_in_force"
    WAITING = "waiting_for_agreement"
    REFUSED = "refused"
    DUE = "due_for_review"


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """A version, as recorded from its document. Times in ms UTC.

    `principles`: how the data protection principles are secured. `retention`: what is erased, and when. `owner`: the role that answers for
    it. `document`: its digest. `review_by`: from then on it no longer counts. `refusal`: why a colleague refused it.
    """

    id: Id
    version: Count
    title: str
    principles: str
    retention: str
    owner: str
    document: Digest
    since: Ms
    review_by: Ms
    prepared_by: Id
    prepared_at: Ms
    agreed_by: Id | None
    agreed_at: Ms | None
    refused_by: Id | None
    refused_at: Ms | None
    refusal: str | None

    @property
    def period(self) -> Period:
        """When it is in force: from its first day, and not before it was agreed to."""
        agreed = self.since if self.agreed_at is None else min(self.agreed_at, Ms(self.review_by - 1))
        return Period(max(self.since, agreed), self.review_by)


def check_policy(policy: PolicyDocument) -> None:
    """Raises Refused where the version lacks what the law asks of it (s.42(2)), or is not reviewed within a year."""
    said = (policy.title, policy.principles, policy.retention, policy.owner)
    if not all(one.strip() for one in said):
        raise Refused(
            "policy-not-said", "Enter the title, how the principles are secured, what is erased when, and the owner."
        )
    soon = policy.prepared_at < policy.review_by <= policy.prepared_at + MAX_REVIEW_MS
    if not soon or policy.since >= policy.review_by:
        raise Refused(
            "bad-policy-review",
            "A policy document needs a review within a year, after its first day. Enter a day in the next twelve months.",
        )


def is_agreed(policy: PolicyDocument, at: Ms) -> bool:
    """Whether another person than its preparer had agreed to it by the instant."""
    by, agreed_at = policy.agreed_by, policy.agreed_at
    refused = policy.refused_by is not None
    return not refused and agreed_at is not None and agreed_at <= at and by not in (None, policy.prepared_by)


def standing(policy: PolicyDocument, at: Ms) -> PolicyStanding:
    """How it stands at the instant."""
    if policy.refused_by is not None:
        return PolicyStanding.REFUSED
    if at >= policy.review_by:
        return PolicyStanding.DUE
    if not is_agreed(policy, at):
        return PolicyStanding.WAITING
    return PolicyStanding.IN_FORCE if at in policy.period else PolicyStanding.AHEAD


def in_force(policies: Iterable[PolicyDocument], at: Ms) -> tuple[PolicyDocument, ...]:
    """Those that are in force at the instant, in their order."""
    return tuple(one for one in policies if standing(one, at) is PolicyStanding.IN_FORCE)


def check_policies(choices: Iterable[Choice], policies: Collection[PolicyDocument], at: Ms) -> None:
    """Raises Refused unless each choice of a sensitive list names a version that was agreed to by `at`, and its very period (R-DPA-3).

    That the period runs is for `profile.check_sensitive`, and for live choices alone.
    """
    periods = {one.id: one.period for one in policies if is_agreed(one, at)}
    for why in (choice.sensitive for choice in choices):
        if why is not None and periods.get(why.apd) != why.apd_period:
            raise Refused(
                "policy-not-agreed", "A choice names no policy document that two people agreed to. Draft it again."
            )
