"""What one occurrence is, and which alert it joins (design §1.7).

Rules
- All findings of one page load are one occurrence. In an epoch of a device they have the same time of event and of capture, and no other
  page load has both (`agent.collect`).
- An alert is a group: a capability, a list, a rule. A page load joins the group of its leading match: the gravest, and of those the surest.
- If several matches lead, one whose group has an undecided alert goes first. Otherwise the first by capability, list and rule.
- All matches of a page load are in the alert that it joins. So a match of the alert's own group stands on each page.
- What follows a finding (`capability`) is no match and of no group. It goes with the matches of its page load, list and rule.
- A match that arrives later joins its page load, if the alert is still undecided and has room.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from offmon.core.authority.capability import Band, Capability, rule_of
from offmon.core.formats.event import GRAVEST, Claim, Envelope
from offmon.core.ids import Id, Ms, Slug, Versioned

SUREST: Final = (Band.EXACT, Band.STRONG, Band.POSSIBLE)


@dataclass(frozen=True, slots=True)
class PageLoad:
    """One page that was open once, by where and when a device noticed it."""

    device: Id
    epoch: Id
    event_at: Ms
    captured_at: Ms


@dataclass(frozen=True, slots=True, order=True)
class Group:
    """What an alert groups by. An alert has its deployment beside it."""

    capability: Capability
    list: Versioned
    rule: Slug


def page_load(envelope: Envelope) -> PageLoad:
    """The page load that a disclosure is of."""
    return PageLoad(envelope.device, envelope.epoch, envelope.claim.event_at, envelope.claim.captured_at)


def group_of(claim: Claim) -> Group:
    """The group of one match."""
    return Group(claim.kind, claim.list.name, claim.rule)


def goes_with(one: Envelope, finding: Envelope) -> bool:
    """Whether the one follows a finding, and this is the one."""
    same = page_load(one) == page_load(finding) and (one.claim.list, one.claim.rule) == (
        finding.claim.list,
        finding.claim.rule,
    )
    return same and rule_of(one.claim.kind).follows and not rule_of(finding.claim.kind).follows


def rank(claim: Claim) -> tuple[int, int]:
    """The least is the gravest, and of those the surest."""
    return GRAVEST.index(claim.gravity), SUREST.index(claim.band)


def leading(claims: Sequence[Claim], undecided: Collection[Group]) -> Group:
    """The group that a page load joins. `claims`: its matches, at least one; `undecided`: the groups with an alert that takes more."""
    first = min(map(rank, claims))
    groups = sorted(group_of(claim) for claim in claims if rank(claim) == first)
    return next((group for group in groups if group in undecided), groups[0])


def unled(envelopes: Iterable[Envelope], group: Group) -> set[PageLoad]:
    """The page loads among these disclosures of an alert that have no match of the alert's group."""
    shown = [(page_load(one), group_of(one.claim)) for one in envelopes]
    return {load for load, _ in shown} - {load for load, of in shown if of == group}
