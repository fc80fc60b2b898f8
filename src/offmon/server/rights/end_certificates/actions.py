"""Every write to end certificates: one is made, and it is handed over (R-RGT-20)."""

from collections.abc import Iterator

from offmon.core.access.roles import Permission
from offmon.core.authority.profile import Controller
from offmon.core.authority.standstill import HandedHow
from offmon.core.bundle.end_certificate import EndedDevice, EndFacts, questions
from offmon.core.errors import OffmonError, Refused
from offmon.core.formats import codec
from offmon.core.ids import Digest, Id
from offmon.core.log.audit import AuditEntry, Verb
from offmon.core.log.records import DeploymentRecord, ProfileRecord
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.queries import check_on_caseload
from offmon.server.audit.actions import append
from offmon.server.audit.shown.queries import Place, ShownEntry, entries_of, shown
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.rows import once
from offmon.server.base.scope import action
from offmon.server.deployments.queries.ended import EndedMonitoring, LastProfiles, SignedProfile, ended_monitoring
from offmon.server.deployments.queries.ending import collects
from offmon.server.intake import queries as intake
from offmon.server.people import queries as people
from offmon.server.rights.end_certificates.models import EndCertificate
from offmon.server.rights.end_certificates.queries import Shown, compose, kept_of


@action
def do_make_end_certificate(deployment: Id, *, actor: Actor) -> Id:
    """Make the certificate of a deployment's end. Raises Refused where it has not ended, or a device may still collect."""
    actor.check(Permission.NOTICE_SERVE)
    ended = ended_monitoring(deployment)
    if ended is None:
        raise Refused("not-ended", "This monitoring has not ended. End it first.")
    check_on_caseload(ended.case, actor.id, clock.now())
    if collects(deployment, clock.now()):
        words = "A device may still collect. Wait until its last profile is signed, usually a minute, and try again."
        raise Refused("still-collecting", words)
    facts = _facts(ended, actor)
    row = EndCertificate(
        agency=actor.agency,
        case=ended.case,
        deployment=deployment,
        digest=facts.digest,
        facts=codec.dump(facts),
        made_by=actor.id,
        made_at=facts.made_at,
    )
    made = append(
        actor, Verb.END_CERTIFICATE_MADE, case=ended.case, touched=(row,), manifest=facts.digest
    )  # before its row: the row holds this entry
    proof = Shown(
        entries=(*_entries(ended), shown(made)),
        records=(ended.shown, *(one.shown for last in ended.devices for one in _profiles(last))),
        profiles=tuple(last.nothing.document for last in ended.devices if last.nothing is not None),
    )
    _check(facts, proof)
    row.shown = codec.dump(proof)
    with once(
        "end_certificate_once", "certificate-made", "There is a certificate of this already. Go back and open it."
    ):
        row.save(force_insert=True)
    return row.id


@action
def do_hand_over_end_certificate(certificate: Id, how: HandedHow, *, actor: Actor) -> None:
    """Record that the person was given it. Raises Refused (`handed-over`) for a second time."""
    actor.check(Permission.NOTICE_SERVE)
    row = EndCertificate.objects.select_for_update().get(id=certificate)
    check_on_caseload(row.case, actor.id, clock.now())
    if row.handed_at is not None:
        raise Refused("handed-over", "It is recorded already that this certificate was handed over.")
    row.handed_by, row.handed_at, row.how = actor.id, clock.now(), how
    row.save(update_fields=["handed_by", "handed_at", "how"])
    append(actor, Verb.END_CERTIFICATE_HANDED_OVER, case=row.case, touched=(row,))


def _facts(ended: EndedMonitoring, actor: Actor) -> EndFacts:
    why, at = ended.record.why, ended.record.stopped_at
    if why is None or at is None:
        raise Refused("not-ended", "The record of this monitoring does not say why it ended. End it first.")
    lead, heard = agencies.lead_of(ended.case), intake.beats_of({one.device for one in ended.devices})
    signed = {
        entry.touched[0].id: entry.at for entry, _ in entries_of(ended.case, Verb.PROFILE_SIGNED) if entry.touched
    }
    return EndFacts(
        agency=actor.agency,
        case=ended.case,
        deployment=ended.record.id,
        reference=people.names_of([ended.case])[ended.case].reference,
        why=why,
        ended_at=at,
        made_at=clock.now(),
        devices=tuple(
            EndedDevice(
                device=last.device,
                granted_until=None if last.granting is None else last.granting.record.lease_until,
                stopped_at=None if last.nothing is None else signed.get(last.nothing.record.id),
                heard_at=heard.get(last.device),
            )
            for last in ended.devices
        ),
        kept=kept_of(ended),
        controller=Controller(lead.id, lead.name, lead.contact),
    )


def _profiles(last: LastProfiles) -> Iterator[SignedProfile]:
    return (one for one in (last.granting, last.nothing) if one is not None)


def _entries(ended: EndedMonitoring) -> Iterator[ShownEntry]:
    """The entry of the end, and those of the last profiles."""
    wanted = {one.record.id for last in ended.devices for one in _profiles(last)}
    for verb, kind, ids in (
        (Verb.PROFILE_SIGNED, ProfileRecord.KIND, wanted),
        (Verb.DEPLOYMENT_ENDED, DeploymentRecord.KIND, {ended.record.id}),
    ):
        yield from (line for entry, line in entries_of(ended.case, verb) if _touches(entry, kind, ids))


def _touches(entry: AuditEntry, kind: str, ids: set[Id]) -> bool:
    return any(one.table == kind and one.id in ids for one in entry.touched)


def _check(facts: EndFacts, proof: Shown) -> None:
    """Raises Refused (`end-unproved`) unless the log shows all that a reader of the file will ask."""
    nowhere = [Place(0, Digest("0" * 64), 0, ()) for _ in proof.entries]
    try:
        for _, question in questions(compose(facts, proof, nowhere, (), "")):
            question()
    except OffmonError as error:
        words = "The log does not show that this monitoring ended as its record says. Tell the agency’s auditor."
        raise Refused("end-unproved", words) from error
