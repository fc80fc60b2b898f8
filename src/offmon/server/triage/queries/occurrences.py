"""What an alert groups, as pages show it: page loads with their matches, and why anything was looking (R-AI-4)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, Func, TextField

from offmon.core.alerts import explanation
from offmon.core.alerts.explanation import Explanation
from offmon.core.alerts.occurrence import Group, PageLoad, goes_with, group_of, page_load, rank
from offmon.core.authority.capability import rule_of
from offmon.core.authority.leaving import followed_by
from offmon.core.authority.profile import Profile
from offmon.core.formats.event import Claim, Origin
from offmon.core.ids import Digest, Id, Ms
from offmon.core.log.records import LeafPlace
from offmon.server.base.actor import Actor
from offmon.server.deployments import queries as deployments
from offmon.server.intake import queries as intake
from offmon.server.triage.locked.queries import free_items
from offmon.server.triage.queries.following import contexts_of

type Profiles = Mapping[tuple[Id, Digest], Profile]
"""The signed profiles by which an alert's disclosures were sent, by device and digest."""


@dataclass(frozen=True, slots=True)
class Match:
    """One disclosure of a page load: what matched, where that stood, and where the disclosure is. Its body stays enclosed."""

    leaf: Id
    place: LeafPlace
    claim: Claim

    @property
    def found(self) -> str:
        """Where the match was, in words: in the search that was made, or in the page."""
        return rule_of(self.claim.kind).found.get(self.claim.band, "Not known")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One page load of an alert: when, how it came to be open, and its matches, the gravest and surest first.

    `context`: what the device sent of the sites around it, as an occurrence of its own; `allows_context`: whether the order lets it.
    """

    event_at: Ms
    origin: Origin
    matches: tuple[Match, ...]
    context: "Occurrence | None" = None
    allows_context: bool = False

    @property
    def follows(self) -> bool:
        """Whether it is no finding, and stands beside one."""
        return rule_of(self.matches[0].claim.kind).follows

    @property
    def leaf(self) -> Id:
        """Its first match's disclosure, by which it is named."""
        return self.matches[0].leaf

    @property
    def place(self) -> LeafPlace:
        """Where that stands."""
        return self.matches[0].place


def occurrences_of(leaves: Sequence[intake.HeldDisclosure]) -> tuple[Occurrence, ...]:
    """The page loads among an alert's disclosures, in their journals' order."""
    return tuple(_occurrence(list(load)) for _, load in groupby(leaves, key=lambda leaf: page_load(leaf.envelope)))


def with_context(leaves: Sequence[intake.HeldDisclosure], profiles: Profiles) -> tuple[Occurrence, ...]:
    """As `occurrences_of`, each with what follows it, or whether its order lets anything. Inside the scope that is open."""
    allowed = {
        one.id
        for one in leaves
        if (of := profiles.get((one.device, one.envelope.profile)))
        and followed_by(of, one.envelope.claim.list, one.event_at)
    }
    loads = defaultdict[PageLoad, list[intake.HeldDisclosure]](list)
    for leaf in leaves:
        loads[page_load(leaf.envelope)].append(leaf)
    beside = {
        leaf.id: one
        for one in contexts_of(leaves)
        for leaf in loads[page_load(one.envelope)]
        if goes_with(one.envelope, leaf.envelope)
    }
    return tuple(
        replace(
            load,
            context=next((_occurrence([beside[one.leaf]]) for one in load.matches if one.leaf in beside), None),
            allows_context=any(one.leaf in allowed for one in load.matches),
        )
        for load in occurrences_of(leaves)
    )


def explanations_of(
    leaves: Sequence[intake.HeldDisclosure], group: Group, profiles: Profiles
) -> tuple[Explanation, ...]:
    """Why an alert is there: of each group of its matches the newest that is held, and its own group first. Empty where all is erased."""
    newest = {group_of(leaf.envelope.claim): leaf.envelope for leaf in leaves}
    own_first = sorted(newest, key=lambda of: (of != group, of))
    at = ((newest[of], (newest[of].device, newest[of].profile)) for of in own_first)
    return tuple(
        explanation.explain(one.claim, profiles.get(named) or deployments.profile_of_device(*named))
        for one, named in at
    )


def explained(alerts: Sequence[Id], actor: Actor) -> dict[Id, Explanation]:
    """Why each alert is there, by the last of its own group: three reads a page, however many rows it has and disclosures they group."""
    own = free_items().filter(alert_id__in=alerts, leads=True)
    last = own.order_by("alert_id", "-device", "-epoch", "-n")
    alert_of = {leaf: alert for alert, leaf in last.distinct("alert_id").values_list("alert_id", "leaf")}
    held = intake.disclosures_named(list(alert_of), actor=actor)
    named = {(leaf.envelope.device, leaf.envelope.profile) for leaf in held}
    profiles = deployments.profiles_of_devices(named)
    return {
        alert_of[leaf.id]: explanation.explain(leaf.envelope.claim, profiles[at])
        for leaf in held
        if (at := (leaf.envelope.device, leaf.envelope.profile)) in profiles
    }


@dataclass(frozen=True, slots=True)
class Counts:
    """How many page loads and disclosures an alert groups, and of which devices."""

    times: int = 0
    count: int = 0
    devices: tuple[Id, ...] = ()


def counts_of(alerts: Sequence[Id]) -> dict[Id, Counts]:
    """What each alert groups, in numbers."""
    grouped = free_items().filter(alert_id__in=alerts).values_list("alert_id")
    counted = grouped.annotate(
        loads=Count(_PAGE_LOAD, distinct=True), disclosures=Count("id"), devices=ArrayAgg("device", distinct=True)
    )
    return {Id(alert): Counts(loads, disclosures, tuple(devices)) for alert, loads, disclosures, devices in counted}


_PAGE_LOAD: Final[Func] = Func(
    *map(F, ("device", "epoch", "event_at", "captured_at")), function="row", output_field=TextField()
)


def _occurrence(load: Sequence[intake.HeldDisclosure]) -> Occurrence:
    first = load[0]
    gravest_first = sorted(load, key=lambda leaf: rank(leaf.envelope.claim))
    matches = tuple(
        Match(leaf.id, LeafPlace(leaf.device, leaf.epoch, leaf.n), leaf.envelope.claim) for leaf in gravest_first
    )
    return Occurrence(first.event_at, first.envelope.claim.origin, matches)
