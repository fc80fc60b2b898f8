"""An honest end certificate of an invented agency, and what somebody may do to it (docs/specs/end-certificate.md)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from offmon.core.authority.profile import Controller
from offmon.core.authority.standstill import Why
from offmon.core.bundle.end_certificate import KIND, EndCertificate, EndedDevice, EndEntry, EndFacts, Kept
from offmon.core.bundle.layout import Record, open_record
from offmon.core.clock import MINUTE_MS
from offmon.core.formats import codec
from offmon.core.formats.commitment import WithholdingGround
from offmon.core.ids import Digest, Ms, Slug
from offmon.core.log import audit, records
from offmon.core.log.audit import SIGNER, AuditEntry, Touched, Verb
from offmon.core.log.records import DeploymentRecord, ProfileRecord
from offmon.core.log.tlog.merkle import leaf_hash
from offmon.core.log.tlog.proving import prove_inclusion, subtrees_of
from offmon.core.states import DeploymentState
from tests.support.forge import Forge

type Change = Callable[[EndCertificate], EndCertificate]

PROVING = frozenset({Verb.PROFILE_SIGNED, Verb.DEPLOYMENT_ENDED, Verb.END_CERTIFICATE_MADE})
CLOSED = dict.fromkeys(("actor", "session", "request", "reason", "recipient"), WithholdingGround.NOT_RELEVANT)


def nothing(profile: Any) -> Any:
    """The same profile, which grants nothing."""
    return replace(profile, grants=(), person_texts=(), welsh_texts=())


def ended(
    *, state: DeploymentState = DeploymentState.ENDED, stop: Callable[[Any], Any] = nothing, **bends: Any
) -> Forge:
    """A world whose monitoring ended, whose device was told to collect nothing, and whose certificate is in the log."""
    world = Forge(**bends)
    world.orders()
    world.authorise()
    world.issue()
    deployment = replace(
        world.all(DeploymentRecord)[0], state=state, why=Why.DISCHARGED, stopped_at=Ms(world.now + MINUTE_MS)
    )
    world.act(Verb.DEPLOYMENT_ENDED, "officer", world.row(deployment), reason="words of the officer's own")
    world.bends["profile"] = stop
    world.issue()
    made = Touched(Slug(KIND), world.id(), Digest("1" * 64))
    world.act(Verb.END_CERTIFICATE_MADE, "officer", made, manifest=facts_of(world).digest)
    return world


def facts_of(world: Forge) -> EndFacts:
    """What the agency says of it."""
    deployment = world.all(DeploymentRecord)[0]
    signed = [line.entry.at for line in world.lines if line.entry.verb is Verb.PROFILE_SIGNED]
    granting = world.all(ProfileRecord)[0]
    return EndFacts(
        agency=world.agency,
        case=world.case,
        deployment=world.deployment,
        reference="86/0001",
        why=Why.DISCHARGED,
        ended_at=Ms(deployment.stopped_at or 0),
        made_at=Ms(deployment.stopped_at or 0),
        devices=(EndedDevice(world.device, granting.lease_until, signed[-1], None),),
        kept=Kept(Ms(deployment.stopped_at or 0), 3, 1, 0, 0, 1, 2, None),
        controller=Controller(world.agency, "An invented force", "86 000"),
    )


def certificate_of(world: Forge) -> EndCertificate:
    """The certificate of such a world, in the newest checkpoint of its log."""
    size, note = world.log.notes[-1]
    subtree = subtrees_of([leaf_hash(entry) for entry in world.log.entries[:size]])
    entries, previous = [], audit.FIRST
    for number, line in enumerate(world.lines):
        if line.entry.verb in PROVING:
            path = tuple(Digest(step.hex()) for step in prove_inclusion(line.index, size, subtree))
            entries.append(EndEntry(_shown(line.entry, line.salt), number, Digest(previous.hex()), line.index, path))
        previous = audit.record_of(world.case, number, previous, audit.commit_of(line.entry, line.salt))
    rows = [(row, salt) for row, salt in world.rows.values() if isinstance(row, DeploymentRecord | ProfileRecord)]
    return EndCertificate(
        facts=facts_of(world),
        keys=tuple(world.statements()),
        checkpoint=note.data.decode(),
        entries=tuple(entries),
        records=tuple(open_record(row.KIND, salt, records.values_of(row), {}) for row, salt in rows),
        profiles=(world.profiles[-1][1],),
    )


def _shown(entry: AuditEntry, salt: bytes) -> Record:
    closed = {} if entry.actor.id == SIGNER else CLOSED
    return open_record(AuditEntry.KIND, salt, audit.fields_of(entry), closed)


def dumped(certificate: EndCertificate, *changes: Change) -> bytes:
    """As a file, after these changes."""
    for change in changes:
        certificate = change(certificate)
    return codec.dump(certificate)
