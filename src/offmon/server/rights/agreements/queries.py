"""Every read of what the person agreed to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from offmon.core.authority.profile import MAX_LEASE_MS, Profile
from offmon.core.clock import DAY_MS
from offmon.core.ids import Id, Ms
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.deployments.queries.told import devices_of_case, signed_profiles
from offmon.server.intake.queries import withdrawals_noted
from offmon.server.orders.queries import agreed_terms, cases_by_agreement, withdrawals_of
from offmon.server.rights.queries import looking

NOTED_LATE_MS: Final = MAX_LEASE_MS + DAY_MS
"""A device may be away for as long as its lease runs, and note then what was withdrawn before."""


@dataclass(frozen=True, slots=True)
class AgreedItem:
    """An item that the person agreed to and has not withdrawn, with a profile that has its words."""

    term: Id
    profile: Profile

    @property
    def until(self) -> Ms | None:
        """When it runs out by itself."""
        return next((one.period.until for one in self.profile.person_texts if one.term == self.term), None)


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What a device says was withdrawn at it, when by its own clock, and in which case."""

    case: Id
    term: Id
    at: Ms


def agreed(*, actor: Actor) -> list[AgreedItem]:
    """What the person can withdraw now, each item once; that they read it is recorded."""
    with looking("agreed", actor) as case:
        return _agreed(case)


def check_agreed(case: Id, items: Sequence[Id]) -> list[Id]:
    """Those of these items that the person can withdraw. Inside the scope that is open."""
    known = {one.term for one in _agreed(case)}
    return [one for one in items if one in known]


def _agreed(case: Id) -> list[AgreedItem]:
    """By the newest profile that names each, so that it can be withdrawn too while monitoring is suspended."""
    items = {term: AgreedItem(term, profile) for profile in signed_profiles(case) for term in profile.agreed}
    gone = {one.term for one in withdrawals_of(case)}
    at = clock.now()
    return [one for one in items.values() if one.term not in gone and at < (one.until or at)]


def withdrawn_at_devices(*, actor: Actor) -> list[Withdrawn]:
    """What devices say was withdrawn at them and is not recorded yet: items of their own case's agreements, and of no other."""
    with scope(actor):
        found = []
        for case in cases_by_agreement():
            open_items = agreed_terms(case, Ms(clock.now() - NOTED_LATE_MS))
            said = withdrawals_noted(devices_of_case(case)) if open_items else {}
            found += [Withdrawn(case, term, at) for term, at in said.items() if term in open_items]
        return found
