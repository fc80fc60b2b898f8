"""What a case needs before anything is collected: which step is done, which can be done now, and who does it (design §1.2).

Rules
- The order of steps is the law's alone: what a second person or an authoriser agrees to stands first, and nothing is collected before
  the notice is served. What does not depend on each other may be done in any order.
- Nothing is served, installed or shown under an authorisation of which no condition is in force any more (`in_force`).
- It has begun once the marker page was opened on the device and the note of that arrived: only that shows that all of it works.
- Nobody agrees to their own: who confirms or authorises is another person (R-LEG-24).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from offmon.core.access.roles import Permission


class Step(StrEnum):
    """One thing that a case needs, in the order in which they are shown."""

    ORDER = "order"
    CONDITION = "condition"
    CONFIRMED = "confirmed"
    DRAFTED = "drafted"
    AUTHORISED = "authorised"
    KEY = "key"
    NOTICE = "notice"
    SERVED = "served"
    ENROLLED = "enrolled"
    PROFILE = "profile"
    SEEN = "seen"


class Standing(StrEnum):
    """How a step stands."""

    DONE = "done"
    NOW = "now"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a step needs before it, and who does it. None: a process of ours does, by itself."""

    after: frozenset[Step]
    by: Permission | None


_P: Final = Permission
RULES: Final[Mapping[Step, Rule]] = {
    Step.ORDER: Rule(frozenset(), _P.INSTRUMENT_RECORD),
    Step.CONDITION: Rule(frozenset({Step.ORDER}), _P.INSTRUMENT_RECORD),
    Step.CONFIRMED: Rule(frozenset({Step.CONDITION}), _P.INSTRUMENT_CONFIRM),
    Step.DRAFTED: Rule(frozenset({Step.CONDITION}), _P.DEPLOYMENT_DRAFT),
    Step.AUTHORISED: Rule(frozenset({Step.CONFIRMED, Step.DRAFTED}), _P.DEPLOYMENT_AUTHORISE),
    Step.KEY: Rule(frozenset({Step.AUTHORISED}), _P.DEPLOYMENT_AUTHORISE),
    Step.NOTICE: Rule(frozenset({Step.AUTHORISED}), _P.NOTICE_SERVE),
    Step.SERVED: Rule(frozenset({Step.AUTHORISED, Step.NOTICE}), _P.NOTICE_SERVE),
    Step.ENROLLED: Rule(frozenset({Step.AUTHORISED, Step.SERVED, Step.KEY}), _P.NOTICE_SERVE),
    Step.PROFILE: Rule(frozenset({Step.AUTHORISED, Step.ENROLLED}), None),
    Step.SEEN: Rule(frozenset({Step.AUTHORISED, Step.PROFILE}), _P.NOTICE_SERVE),
}


def standing(done: frozenset[Step]) -> dict[Step, Standing]:
    """How each step stands where these are done. A step that is done stays so, whatever stands before it."""
    found = {}
    for step, rule in RULES.items():
        found[step] = Standing.DONE if step in done else Standing.NOW if rule.after <= done else Standing.LATER
    return found


def has_begun(done: frozenset[Step]) -> bool:
    """Whether nothing is left to do."""
    return done >= RULES.keys()
