"""What an alert groups that was permitted, or excluded, when it happened (R-LEG-15, R-LEG-27). Inside the scope that is open.

Rules
- A device that did not have a permission yet sends what it silences, and a permission may be recorded late. Nothing of that is left out.
- A possible breach that was permitted is as grave as the least, so nobody is called out for it. A person decides all the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from offmon.core.authority.may_leave import event_time
from offmon.core.authority.silence import ListedEntry, is_silenced
from offmon.core.formats.event import GRAVEST, Claim, Gravity
from offmon.core.ids import Id
from offmon.server.intake.queries import HeldDisclosure
from offmon.server.orders.silences.queries import SilenceView, recorded, silences_here


@dataclass(frozen=True, slots=True)
class Permitted:
    """Of how many matches, of all, each condition was covered by a permission or exclusion; and which those are, the newest first.

    `partly`: matches of which one condition was covered, and another was not.
    """

    matches: int
    partly: int
    of: int
    silences: tuple[SilenceView, ...]


def gravities(case: Id, leaves: Sequence[HeldDisclosure]) -> list[Gravity]:
    """How grave each of these is."""
    silences = recorded(case)
    return [
        GRAVEST[-1] if is_silenced(silences, one.terms, event_time(one), _entry(one)) else one.gravity
        for one in (leaf.envelope.claim for leaf in leaves)
    ]


def permitted(case: Id, claims: Sequence[Claim]) -> Permitted | None:
    """What was permitted or excluded of these matches; None where nothing was."""
    views = {one.silence.id: one for one in silences_here(case) if one.silence is not None}
    silences = [one.silence for one in views.values() if one.silence is not None]
    found, whole, partly = set[Id](), 0, 0
    for claim in claims if silences else ():
        at, entry = event_time(claim), _entry(claim)
        there = [one for one in silences if one.lies(at, entry) and (not one.terms or {*one.terms} & {*claim.terms})]
        found |= {one.id for one in there}
        silenced = is_silenced(there, claim.terms, at, entry)
        whole, partly = whole + silenced, partly + (bool(there) and not silenced)
    named = tuple(view for one, view in views.items() if one in found)
    return Permitted(whole, partly, len(claims), named) if named else None


def _entry(claim: Claim) -> ListedEntry:
    return ListedEntry(claim.list.id, claim.rule)
