"""Every read of evidence, and the view of a whole case, since no app that the view draws on is above this one.

Rules
- Each subject shown was consulted: one entry before the page is returned (R-DPA-15). Outside the actor's caseload nothing is shown.
- Nothing here is content. Only the vault shows a body.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, islice
from operator import attrgetter
from typing import Final

from django.db.models import Count, Q

from offmon.core import clock as time
from offmon.core.access.roles import Permission, Role
from offmon.core.alerts.exhibit import CustodyRecord, ExhibitRecord
from offmon.core.alerts.exposure import Exposure, day_before, exposure
from offmon.core.alerts.occurrence import PageLoad, page_load
from offmon.core.alerts.opening import opens
from offmon.core.authority.agreement import Withdrawal
from offmon.core.authority.order import Instrument, Term
from offmon.core.bundle.ungranted import Ungranted, ungranted
from offmon.core.clock import Period
from offmon.core.formats.batches import stays_behind
from offmon.core.formats.event import Gap
from offmon.core.ids import Id, Ms
from offmon.core.log import records
from offmon.core.log.audit import EntryOutcome, Verb
from offmon.core.log.records import LeafPlace
from offmon.core.person.coverage import Undeclared
from offmon.core.states import ExportState
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.queries import StaffView
from offmon.server.audit import queries as log
from offmon.server.audit.actions import append
from offmon.server.base import clock
from offmon.server.base.actor import Actor, Service, service
from offmon.server.base.scope import scope
from offmon.server.base.sessions import Refusal
from offmon.server.deployments import queries as deployments
from offmon.server.deployments.queries import DeploymentFile
from offmon.server.evidence import models
from offmon.server.evidence.models import EnclosedPayload, Export, Reveal
from offmon.server.intake import queries as intake
from offmon.server.intake.quarantine.queries import leaves_in
from offmon.server.intake.queries import HeldDisclosure
from offmon.server.orders.queries import ScanView, authority_of, refused_terms, waiting_scans, withdrawals_of
from offmon.server.people import queries as people
from offmon.server.people.queries import PersonView
from offmon.server.triage.queries import choosing
from offmon.server.triage.queries.choosing import leaves_of
from offmon.server.triage.queries.following import following

TRIED_FOR_MS: Final = 3 * time.DAY_MS
"""How long after a bundle was asked for, or approved, the vault is asked to go on; then people ask anew."""

_REFUSALS = (Verb.ACCESS_DENIED, Verb.MISMATCH_FOUND)


class Part(StrEnum):
    """What of a case is read for a page: the rest of its file stays empty."""

    ORDERS = "orders"
    MONITORING = "monitoring"
    COVERAGE = "coverage"
    EVIDENCE = "evidence"


WHOLE: Final = frozenset(Part)
AUTHORITY: Final = frozenset({Part.ORDERS, Part.MONITORING})
"""By what right which device is monitored: what most pages need."""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case as its pages show it. `alive`: what was last heard of each device, and `behind` those that stay behind.

    `scans` wait for what they say to be recorded. `withdrawals`: by term, whose period they cut. A part that was not asked for is empty.
    """

    person: PersonView
    instruments: tuple[Instrument, ...]
    terms: tuple[Term, ...]
    refused_terms: Mapping[Id, Refusal]
    withdrawals: Mapping[Id, Withdrawal]
    scans: tuple[ScanView, ...]
    monitoring: DeploymentFile | None
    ended: tuple[DeploymentFile, ...]
    alive: dict[Id, intake.LivenessView]
    behind: frozenset[Id]
    gaps: tuple[Gap, ...]
    undeclared: tuple[Undeclared, ...]
    ungranted: tuple[Ungranted, ...]
    exports: tuple[records.ExportRecord, ...]
    exhibits: tuple[ExhibitRecord, ...]

    @property
    def every_monitoring(self) -> tuple[DeploymentFile, ...]:
        """What goes on, if anything does, and what has ended."""
        return self.ended if self.monitoring is None else (self.monitoring, *self.ended)


@dataclass(frozen=True, slots=True)
class Withheld:
    """A disclosure that a bundle withholds by name. `at`: when it was detected; None where it is not held any more."""

    said: records.WithheldDisclosure
    at: Ms | None


@dataclass(frozen=True, slots=True)
class StoredPayload:
    """A built payload as it lies: enclosed, `under` which deployments' keys too. `last`: the last number of the run that it holds."""

    last: int
    ciphertext: bytes
    under: tuple[Id, ...]


@dataclass(frozen=True, slots=True)
class NamedActor:
    """Somebody whose acts the log of a case holds: the id in the bundle, and the name beside it. None: not in our directory."""

    id: Id
    role: Role
    name: str | None
    agency: str | None


def keys_destroyed(case: Id, *, actor: Actor) -> list[Id]:
    """The deployments of a case whose key was destroyed; the page's query of the case writes the consultation."""
    with scope(actor):
        return deployments.without_key(case)


def corrected_since_built(export: records.ExportRecord, case: Id, *, actor: Actor) -> list[choosing.AlertChoice]:
    """The alerts of a bundle whose decision was corrected since it was built, as decided now: the bundle has the earlier decision.

    The page's query of the case writes the consultation.
    """
    built = log.recorded(actor, case, Verb.EXPORT_BUILT, export.asked_at)
    since = next((one.at for one in built if any(item.id == export.id for item in one.touched)), None)
    if since is None or not actor.may(Permission.ALERT_READ):
        return []
    with scope(actor):
        corrected = choosing.corrected_since(case, since)
    named = corrected & {*(export.alerts or ())}
    return [one for one in choosing.choices_of(case, actor=actor) if one.id in named] if named else []


@dataclass(frozen=True, slots=True)
class VaultRefusal:
    """What the vault last refused in a case, by its code, and when."""

    code: str
    at: Ms


def refused_by_vault(case: Id, since: Ms, *, actor: Actor) -> VaultRefusal | None:
    """What the vault last refused in a case since then, for whoever waits for it; the page's query of the case writes the consultation."""
    by = service(Service.VAULT, actor.agency).id
    said = [one for verb in _REFUSALS for one in log.recorded(actor, case, verb, since, by=by)]
    newest = max(said, key=lambda entry: entry.at, default=None)
    return None if newest is None else VaultRefusal(newest.reason or "", newest.at)


@dataclass(frozen=True, slots=True)
class ExhibitView:
    """An exhibit as its page shows it: never what it encloses."""

    exhibit: ExhibitRecord
    person: PersonView
    links: tuple[CustodyRecord, ...]
    names: dict[Id, str]
    colleagues: tuple[StaffView, ...]


def exhibit(exhibit_id: Id, *, actor: Actor) -> ExhibitView | None:
    """One exhibit and its continuity; None outside the actor's caseload."""
    actor.check(Permission.EXHIBIT_READ)
    with scope(actor):
        row = models.Exhibit.objects.filter(id=exhibit_id).first()
        if row is None:
            return None
        append(actor, Verb.EXHIBIT_CONSULTED, case=row.case, alert=row.alert)
        links = tuple(link.core() for link in models.Custody.objects.filter(exhibit=row).order_by("number"))
        people_in_it = {row.producer, row.oic} | {by for link in links for by in (link.given_by, link.held_by)}
        return ExhibitView(
            exhibit=row.core(),
            person=people.names_of({row.case})[row.case],
            links=links,
            names=agencies.names_of(people_in_it),
            colleagues=tuple(agencies.colleagues_on(row.case, Permission.EXHIBIT_READ, clock.now())),
        )


def exhibit_of(alert: Id, leaf: Id) -> Id | None:
    """The exhibit that was made of a disclosure, inside the scope that is open; whoever asks shows nothing by it."""
    return models.Exhibit.objects.filter(alert=alert, leaf=leaf).values_list("id", flat=True).first()


def case_of_exhibit(exhibit_id: Id) -> Id | None:
    """The case of an exhibit, if there is such a one in the scope that is open."""
    return models.Exhibit.objects.filter(id=exhibit_id).values_list("case", flat=True).first()


def sealed(case: Id) -> dict[Id, tuple[Id, bytes]]:
    """What is sealed of a case, by leaf: the exhibit and what it encloses. Inside the scope that is open, for the vault."""
    rows = models.Exhibit.objects.filter(case=case, ciphertext__isnull=False)
    return {row.leaf: (row.id, row.ciphertext or b"") for row in rows}


def chosen_leaves(alerts: Iterable[str], exhibits: Iterable[str]) -> tuple[set[LeafPlace], set[LeafPlace]]:
    """The leaves of the alerts and of the exhibits that the asker of a bundle chose. Inside the scope that is open."""
    of_exhibits = models.Exhibit.objects.filter(id__in=list(exhibits))
    return set(leaves_of(map(Id, alerts)).values()), {one.core().leaf for one in of_exhibits}


def chosen_disclosures(alerts: Iterable[str], exhibits: Iterable[str], *, actor: Actor) -> list[HeldDisclosure]:
    """As `chosen_leaves`, those that are held. Inside the scope that is open."""
    of_exhibits = models.Exhibit.objects.filter(id__in=list(exhibits)).values_list("leaf", flat=True)
    return intake.disclosures_named({*leaves_of(map(Id, alerts)), *of_exhibits}, actor=actor)


def with_following(export: records.ExportRecord, *, actor: Actor) -> tuple[list[HeldDisclosure], set[LeafPlace]]:
    """What follows the chosen alerts' disclosures, less those that are withheld by name: as held, and where. It opens with them.

    Inside the scope that is open.
    """
    withheld = {one.leaf for one in export.withheld}
    without = [leaf for leaf, place in leaves_of(map(Id, export.alerts or ())).items() if place in withheld]
    found = following(export.alerts or (), without, actor=actor)
    return found, {LeafPlace(one.device, one.epoch, one.n) for one in found}


def to_be_opened(export: records.ExportRecord, *, actor: Actor) -> tuple[set[LeafPlace], set[LeafPlace]]:
    """As `chosen_leaves`, with what follows the disclosures of the alerts. Inside the scope that is open."""
    of_alerts, of_exhibits = chosen_leaves(export.alerts or (), export.exhibits)
    return of_alerts | with_following(export, actor=actor)[1], of_exhibits


def can_be_withheld(alerts: Iterable[Id], opened: Period, *, actor: Actor) -> tuple[tuple[HeldDisclosure, ...], ...]:
    """The page loads of these alerts and that time, to withhold single ones of a bundle; the page's query of the case consults it."""
    actor.check(Permission.EXPORT_ASK)
    with scope(actor):
        held = intake.disclosures_named(leaves_of(alerts), actor=actor)
    loads: dict[PageLoad, list[HeldDisclosure]] = {}
    for one in sorted((one for one in held if one.event_at in opened), key=lambda one: (one.event_at, one.n)):
        loads.setdefault(page_load(one.envelope), []).append(one)
    return tuple(map(tuple, loads.values()))


def count_opened(export: records.ExportRecord, *, actor: Actor) -> int:
    """How many disclosures that are held a bundle opens, by what was chosen; the page's query of the case writes the consultation."""
    with scope(actor):
        chosen = to_be_opened(export, actor=actor)
        held = chosen_disclosures(export.alerts or (), export.exhibits, actor=actor)
        held += with_following(export, actor=actor)[0]
    return sum(opens(export, LeafPlace(one.device, one.epoch, one.n), one.event_at, *chosen) for one in held)


def withheld_in(export: records.ExportRecord, *, actor: Actor) -> tuple[Withheld, ...]:
    """The disclosures that a bundle withholds by name, each with its time; a page of the case, or of the bundle, consults it first."""
    with scope(actor):
        leaves = leaves_of(export.alerts or ())
        held = {leaves[one.id]: one.event_at for one in intake.disclosures_named(leaves, actor=actor)}
    return tuple(Withheld(one, held.get(one.leaf)) for one in export.withheld)


def named_in(case: Id, *, actor: Actor) -> list[NamedActor]:
    """Who is behind the ids of a bundle's report, by role and name; the page's query of the case writes the consultation."""
    actor.check(Permission.EXPORT_ASK)
    with scope(actor):
        acted = log.people_in(case)
        known = agencies.staff_named({who for who, _ in acted})
        called = {one.id: one.name for one in agencies.agencies()}
    found = [
        NamedActor(who, role, staff.display_name if staff else None, called.get(staff.agency) if staff else None)
        for who, role in acted
        for staff in [known.get(who)]
    ]
    return sorted(found, key=lambda one: (one.role, one.name or "", one.id))


@dataclass(frozen=True, slots=True)
class Received:
    """A bundle that was let go and shows disclosures which are locked now: to whom it went, and how many of them."""

    export: Id
    recipient: str
    asked_at: Ms
    count: int


def received_by(case: Id, quarantine: Id, *, actor: Actor) -> tuple[Received, ...]:
    """Who received a bundle with something of a quarantine, the newest last; the page's query of the case writes the consultation."""
    actor.check(Permission.DEPLOYMENT_READ)
    with scope(actor):
        leaves, vault = leaves_in(quarantine), service(Service.VAULT, actor.agency).id
        exports = {one.id: one for one in models.Export.objects.filter(case=case, state=ExportState.READY)}
        opened = Counter[Id]()
        for entry in log.recorded(actor, case, Verb.EXPORT_BODY_OPENED, Ms(0), by=vault):
            named = {one.id for one in entry.touched}
            if entry.outcome is EntryOutcome.ALLOWED and named & leaves:
                opened.update(named & exports.keys())
        rows = ((exports[one], count) for one, count in opened.items())
        return tuple(
            Received(one.id, one.recipient, one.asked_at, count)
            for one, count in sorted(rows, key=lambda row: row[0].asked_at)
        )


def case_of_reveal(reveal: Id) -> Id | None:
    """The case of a request, if there is such a one in the scope that is open."""
    return Reveal.objects.filter(id=reveal).values_list("case", flat=True).first()


def case_of_export(export: Id) -> Id | None:
    """The case of an export, if there is such a one in the scope that is open."""
    return Export.objects.filter(id=export).values_list("case", flat=True).first()


def export_of(export: Id) -> tuple[Id, records.ExportRecord]:
    """An export and its case, inside the scope that is open: for the vault, which shows nothing of it by itself."""
    row = Export.objects.get(id=export)
    return row.case, row.core()


def waiting_for_vault(now: Ms) -> dict[Id, ExportState]:
    """The exports that the vault has a step to take of, while it still tries. Inside the scope that is open, for the worker."""
    since = Ms(now - TRIED_FOR_MS)
    asked = Q(state__in=(ExportState.ASKED, ExportState.OPENED), asked_at__gte=since)
    rows = Export.objects.filter(asked | Q(state=ExportState.APPROVED, approved_at__gte=since))
    return dict(rows.order_by("asked_at", "id").values_list("id", "state"))


def asked_at(export: Id) -> Ms:
    """When an export was asked for. Inside the scope that is open."""
    at: Ms = Export.objects.values_list("asked_at", flat=True).get(id=export)
    return at


def open_exports(case: Id) -> int:
    """How many bundles of a case are neither released nor refused. Inside the scope that is open."""
    return Export.objects.filter(case=case).exclude(state__in=(ExportState.READY, ExportState.REFUSED)).count()


def open_exhibits(case: Id) -> int:
    """How many exhibits of a case were asked for and are not sealed. Inside the scope that is open."""
    return models.Exhibit.objects.filter(case=case, sealed_at=None).count()


def sealed_of(leaves: Collection[Id]) -> int:
    """How many of these leaves are sealed as exhibits. Inside the scope that is open."""
    return models.Exhibit.objects.filter(leaf__in=list(leaves), sealed_at__isnull=False).count()


def kept(export: Id) -> StoredPayload:
    """The payload that the vault built, inside the scope that is open."""
    row = EnclosedPayload.objects.get(export=export)
    return StoredPayload(row.last, row.ciphertext, tuple(map(Id, row.under)))


def kept_under(export: Id) -> tuple[Id, ...]:
    """The deployments whose keys an export's payload takes; none where none is built. Inside the scope that is open."""
    under = EnclosedPayload.objects.filter(export=export).values_list("under", flat=True).first()
    return tuple(map(Id, under or ()))


def kept_last(export: Id) -> int:
    """The last number of the run that an export's payload holds. Inside the scope that is open."""
    last: int = EnclosedPayload.objects.values_list("last", flat=True).get(export=export)
    return last


def ungranted_of(case: Id) -> list[Ungranted]:
    """The times of a case's devices in which the profile in force granted nothing. Inside the scope that is open."""
    profiles = [profile for profile, _ in deployments.documents_of(case)]
    signed = {} if all(one.grants for one in profiles) else deployments.signed_at(case)
    devices = (list(of_one) for _, of_one in groupby(profiles, key=attrgetter("device")))
    return ungranted(devices, lambda one: signed.get((one.device, one.version), one.lease.since), clock.now())


def case_file(case: Id, parts: Collection[Part] = WHOLE, *, actor: Actor) -> CaseFile | None:
    """The file of one case, these parts of it; None outside the actor's caseload."""
    actor.check(Permission.DEPLOYMENT_READ)
    with scope(actor):
        person = people.names_of({case}).get(case)
        if person is None or not agencies.is_open_to(case, actor):
            return None
        append(actor, Verb.CASE_CONSULTED, case=case)
        orders, covered, evidence = Part.ORDERS in parts, Part.COVERAGE in parts, Part.EVIDENCE in parts
        instruments, terms = authority_of(case) if orders else ((), ())
        monitoring = deployments.file_of(case) if Part.MONITORING in parts else None
        devices = set() if monitoring is None else {one.device.id for one in monitoring.devices}
        alive, at = intake.liveness(devices, actor=actor) if devices else [], clock.now()
        exhibits = models.Exhibit.objects.filter(case=case).order_by("asked_at", "id") if evidence else ()
        exports = Export.objects.filter(case=case).order_by("asked_at") if evidence else ()
        return CaseFile(
            person=person,
            instruments=instruments,
            terms=terms,
            refused_terms=refused_terms(case) if orders else {},
            withdrawals={one.term: one for one in withdrawals_of(case)} if orders else {},
            scans=waiting_scans(case) if orders else (),
            monitoring=monitoring,
            ended=deployments.ended_of(case) if Part.MONITORING in parts else (),
            alive={one.device: one for one in alive},
            behind=frozenset(one.device for one in alive if stays_behind(one.behind_since, at)),
            gaps=tuple(declared.gap for declared in intake.gaps_of(case, actor=actor)) if covered else (),
            undeclared=tuple(intake.not_covered(case, actor=actor)) if covered else (),
            ungranted=tuple(ungranted_of(case)) if covered else (),
            exhibits=tuple(row.core() for row in exhibits),
            exports=tuple(row.core() for row in exports),
        )


def exhibits_named(words: str, cases: Collection[Id], most: int) -> list[tuple[Id, Id, str]]:
    """The exhibits of these cases whose reference begins so: id, case and reference. Inside the scope that is open."""
    rows = (row.core() for row in models.Exhibit.objects.filter(case__in=cases).order_by("initials", "number"))
    found = ((row.id, row.case, row.reference) for row in rows if row.reference.casefold().startswith(words))
    return list(islice(found, most))


def reveals_by_person(since: Ms) -> Counter[Id | None]:
    """How often each revealed something since then, inside the scope that is open. A count is no consultation."""
    rows = Reveal.objects.filter(asked_at__gte=since).order_by().values_list("asked_by")
    return Counter(dict(rows.annotate(Count("id"))))


def exposure_of(actor: Actor) -> Exposure:
    """How much the actor has revealed of late, on the caseload on which they work now. A count is no consultation."""
    now = clock.now()
    with scope(actor):
        mine = Reveal.objects.filter(asked_by=actor.id, asked_at__gte=day_before(now))
        return exposure(mine.values_list("asked_at", flat=True), now)
