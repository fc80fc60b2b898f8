"""Every read of end certificates: for the officer, for the person, and the file.

Rules
- The file is made from the row each time, under the newest witnessed checkpoint. Until that holds every entry there is no file.
- A count tells no more than the person's own page tells that day: the delay and each restriction are honoured first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from offmon.core.access.roles import Permission
from offmon.core.authority.standstill import HandedHow
from offmon.core.bundle import end_certificate as file
from offmon.core.bundle.end_certificate import EndCertificate, EndEntry, EndFacts, Kept
from offmon.core.bundle.layout import Record
from offmon.core.formats import codec
from offmon.core.ids import Id, Ms
from offmon.core.person import delay
from offmon.core.person.activity_record import Unkept
from offmon.server.agencies import queries as agencies
from offmon.server.audit.queries import latest_cosigned
from offmon.server.audit.shown.queries import Place, ShownEntry, places_in
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.deployments import queries as deployments
from offmon.server.deployments.queries.ended import EndedMonitoring, ended_once_told
from offmon.server.evidence import queries as evidence
from offmon.server.intake import queries as intake
from offmon.server.rights.end_certificates import models
from offmon.server.rights.queries import looking
from offmon.server.rights.restrictions.queries import Left
from offmon.server.triage.queries.of_case import decided_about


@dataclass(frozen=True, slots=True)
class Shown:
    """What a certificate holds beside its facts: entries with their rows' ids, records, and profiles that grant nothing."""

    entries: tuple[ShownEntry, ...]
    records: tuple[Record, ...]
    profiles: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class CertificateView:
    """A certificate: its facts, when it was handed over and how, and the file. `file`: None while no witness saw its entries."""

    id: Id
    facts: EndFacts
    handed_at: Ms | None
    how: HandedHow | None
    file: bytes | None


def certificate(case: Id, deployment: Id, *, actor: Actor) -> CertificateView | None:
    """The certificate of a deployment of a case, for whoever works on it; the page's query of the case logs that."""
    actor.check(Permission.DEPLOYMENT_READ)
    with scope(actor):
        row = models.EndCertificate.objects.filter(case=case, deployment=deployment).first()
        if row is None:
            return None
        return CertificateView(row.id, row.read(), row.handed_at, row.how, _file(row, actor))


def own(*, actor: Actor) -> CertificateView | None:
    """The newest certificate of the person's own case; None where none was made. That they read it is recorded."""
    with looking("end", actor) as case:
        rows = models.EndCertificate.objects.filter(case=case).order_by("-made_at")
        row = rows.only("id", "agency", "case", "facts", "shown", "made_at").first()
        return None if row is None else CertificateView(row.id, row.read(), None, None, _file(row, actor))


def has_own(case: Id) -> bool:
    """Whether there is one, inside the scope that is open."""
    return models.EndCertificate.objects.filter(case=case).exists()


@dataclass(frozen=True, slots=True)
class Owed:
    """Monitoring that ended, whose person has no certificate yet."""

    case: Id
    deployment: Id
    ended_at: Ms


def owed(cases: Iterable[Id]) -> list[Owed]:
    """What is owed to the people of these cases, the oldest first; the caller's query writes the consultations."""
    ended = ended_once_told(cases)
    given = models.EndCertificate.objects.filter(deployment__in=list(ended), handed_at__isnull=False)
    has = set(given.values_list("deployment", flat=True))
    found = [Owed(case, deployment, at) for deployment, (case, at) in ended.items() if deployment not in has]
    return sorted(found, key=lambda one: (one.ended_at, one.deployment))


def kept_of(ended: EndedMonitoring) -> Kept:
    """What is kept, as far as the person may be told now. Inside the scope that is open."""
    days = deployments.delay_of(ended.case)
    until, left = delay.shown_before(clock.now(), days), Left.of(ended.case, days)
    devices = {one.device for one in ended.devices}
    sent = [
        one
        for one in intake.sent_before(ended.case, until)
        if one.device in devices and left.sent(one.event_at, one.received_at)
    ]
    leaves = intake.leaves_with(ended.case, [one.commit for one in sent if one.unkept is None])
    return Kept(
        until=until,
        held=sum(one.unkept is None for one in sent),
        refused=sum(one.unkept is Unkept.REFUSED for one in sent),
        erased=sum(one.unkept is Unkept.ERASED for one in sent),
        lost=sum(one.unkept is Unkept.LOST for one in sent),
        exhibits=evidence.sealed_of(leaves),
        decisions=decided_about(leaves),
        key_destroyed_at=ended.key_destroyed_at,
    )


def compose(
    facts: EndFacts, shown: Shown, places: Sequence[Place], keys: Sequence[bytes], checkpoint: str
) -> EndCertificate:
    """The file's content; the entries in the order of the log."""
    placed = sorted(zip(shown.entries, places, strict=True), key=lambda one: one[1].index)
    return EndCertificate(
        facts=facts,
        keys=tuple(keys),
        checkpoint=checkpoint,
        entries=tuple(
            EndEntry(entry.record, place.number, place.previous, place.index, place.path) for entry, place in placed
        ),
        records=shown.records,
        profiles=shown.profiles,
    )


def _file(row: models.EndCertificate, actor: Actor) -> bytes | None:
    note = latest_cosigned(actor)
    shown = codec.load(Shown, bytes(row.shown), max_size=file.MAX_BYTES)
    places = {} if note is None else places_in(row.agency, note, [one.id for one in shown.entries])
    if note is None or len(places) < len(shown.entries):
        return None
    found = [places[one.id] for one in shown.entries]
    return codec.dump(compose(row.read(), shown, found, agencies.keys_of(row.agency), note.data.decode()))
