"""Why an alert is there, as data: what people see before anything enclosed is opened (design §4; R-AI-4, R-EVD-21).

Rules
- It is made from the envelope and the profile that it names. So officer, court and defence get the same.
- It names what was looked for, the list and detector with their versions, the terms, and what was *not* looked at.
- It says only what a machine noticed: a lead, not proof that anyone did anything.
"""

from dataclasses import dataclass

from offmon.core.authority.capability import Band, Capability, rule_of
from offmon.core.authority.profile import PersonText, Profile
from offmon.core.formats.event import Claim, Gravity, Origin
from offmon.core.ids import Id, Ms, Slug, Versioned


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a machine noticed, and on whose authority it was looking."""

    capability: Capability
    detector: Versioned
    list: Versioned
    rule: Slug
    band: Band
    gravity: Gravity
    origin: Origin
    event_at: Ms
    terms: tuple[PersonText, ...]
    not_looked_at: tuple[str, ...]


def explain(claim: Claim, profile: Profile) -> Explanation:
    """The explanation of one disclosure, from its claim and the profile that it names."""
    resting: set[Id] = set(claim.terms)
    return Explanation(
        capability=claim.kind,
        detector=claim.detector,
        list=claim.list.name,
        rule=claim.rule,
        band=claim.band,
        gravity=claim.gravity,
        origin=claim.origin,
        event_at=claim.event_at,
        terms=tuple(text for text in profile.person_texts if text.term in resting),
        not_looked_at=rule_of(claim.kind).not_looked_at,
    )
