"""The end certificate: the person's file of how monitoring ended, and what proves it (docs/specs/end-certificate.md; R-RGT-20).

Rules
- Nobody signs it. The agency's log proves it: each entry has a path to one cosigned checkpoint, as in an extract of the log.
- The entry of the end and the deployment's own record show that monitoring ended, when and why.
- For each device: entry and record of its last profile that granted something, and of the later one that grants nothing, with that profile.
- The entry of the certificate names the digest of its facts. So what the agency says there, it said then.
- Who acted and the officers' own words are withheld. It names no order and no offence.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Final

from offmon.core import clock
from offmon.core.authority.profile import Controller, Profile
from offmon.core.authority.standstill import Why
from offmon.core.bundle import opened
from offmon.core.bundle.layout import Record, commit_of
from offmon.core.errors import Malformed, NotAuthentic, OffmonError
from offmon.core.formats import codec, dsse
from offmon.core.ids import Count, Digest, Id, Ms
from offmon.core.log.audit import SIGNER, AuditEntry, Verb, record_of
from offmon.core.log.extract import ExtractEntry, check_in
from offmon.core.log.provenance import is_done
from offmon.core.log.records import DeploymentRecord, ProfileRecord
from offmon.core.log.tlog.checkpoint import Checkpoint
from offmon.core.log.tlog.note import SignedNote
from offmon.core.log.witnessing import WitnessedCheckpoint
from offmon.core.states import DeploymentState

KIND: Final = "end-certificate"
"""The kind of the server's own row, as the entry of the certificate names it."""
MAX_BYTES: Final = 8 << 20
LIMITS: Final = (
    "That a device heard of its last profile, or that no later one was signed. A device tells that by itself.",
    "The counts are the agency's word of that day. They count what the person may be told; the law lets some of it be told later.",
    "Who acted, and what they wrote as the reason: both are withheld here.",
)


@dataclass(frozen=True, slots=True)
class EndedDevice:
    """A device and what stopped it.

    `granted_until`: the end of its last profile that granted something, None where none did. `stopped_at`: when a later profile that
    grants nothing was signed, None where none was. `heard_at`: when its last heartbeat came, None where none did.
    """

    device: Id
    granted_until: Ms | None
    stopped_at: Ms | None
    heard_at: Ms | None


@dataclass(frozen=True, slots=True)
class Kept:
    """What the agency holds: how many disclosures that reached it before `until` it kept, refused, erased or lost, and what rests on them.
    Erased is what fell in a time without authority, and two people had erased.

    It counts what the person may be told on that day and nothing else. `key_destroyed_at`: from when on nobody can open a body.
    """

    until: Ms
    held: Count
    refused: Count
    erased: Count
    lost: Count
    exhibits: Count
    decisions: Count
    key_destroyed_at: Ms | None


@dataclass(frozen=True, slots=True)
class EndFacts:
    """What the agency says. `reference`: the person's own at the agency. Its digest stands in the entry of the certificate."""

    TYPE: ClassVar[str] = "offmon/end-facts@1"

    agency: Id
    case: Id
    deployment: Id
    reference: str
    why: Why
    ended_at: Ms
    made_at: Ms
    devices: tuple[EndedDevice, ...]
    kept: Kept
    controller: Controller

    @property
    def digest(self) -> Digest:
        """What the entry of the certificate names."""
        return dsse.digest_of(codec.dump(self))


@dataclass(frozen=True, slots=True)
class EndEntry:
    """An entry as far as it is shown, its place in the case log and in the log, and the path to the checkpoint's root."""

    record: Record
    number: Count
    previous: Digest
    index: Count
    path: tuple[Digest, ...]


@dataclass(frozen=True, slots=True)
class EndCertificate:
    """The file. `records`: the deployment and profiles, as the entries commit to them. `profiles`: those that grant nothing, signed."""

    TYPE: ClassVar[str] = "offmon/end-certificate@1"

    facts: EndFacts
    keys: tuple[bytes, ...]
    checkpoint: str
    entries: tuple[EndEntry, ...]
    records: tuple[Record, ...]
    profiles: tuple[bytes, ...]

    @property
    def note(self) -> SignedNote:
        """The checkpoint as it was signed."""
        return SignedNote.parse(self.checkpoint.encode())


def is_one(data: bytes) -> bool:
    """Whether a file calls itself an end certificate: in the canonical form its type stands last."""
    return data.endswith(f'"type":"{EndCertificate.TYPE}"}}'.encode())


def read(data: bytes) -> EndCertificate:
    """The file. Raises Malformed."""
    certificate = codec.load(EndCertificate, data, max_size=MAX_BYTES)
    Checkpoint.parse(certificate.note.text)
    if not certificate.entries:
        raise Malformed(
            "bad-certificate", "The file has no entry of the log. Ask the agency for the certificate again."
        )
    return certificate


def said(facts: EndFacts) -> list[str]:
    """What a certificate says of itself, in words."""
    kept = facts.kept
    lines = [
        f"Certificate of the end of monitoring {facts.reference}: ended {clock.utc_text(facts.ended_at)}, because {facts.why}.",
        f"Counted up to {clock.utc_text(kept.until)}: disclosures {kept.held}, exhibits {kept.exhibits}, decisions {kept.decisions}.",
        f"Only the commitment is kept of disclosures refused {kept.refused}, erased {kept.erased}, lost {kept.lost}.",
    ]
    if kept.key_destroyed_at is not None:
        lines.append(f"The key to the disclosures was destroyed {clock.utc_text(kept.key_destroyed_at)}.")
    for one in facts.devices:
        words = [f"Device {one.device}:"]
        if one.granted_until is None:
            words.append("no profile ever granted anything.")
        else:
            words.append(f"its last grant ended {clock.utc_text(one.granted_until)} at the latest.")
        if one.stopped_at is not None:
            words.append(f"A profile that grants nothing was signed {clock.utc_text(one.stopped_at)}.")
        lines.append(" ".join(words))
    return lines


def log_faults(certificate: EndCertificate, seen: WitnessedCheckpoint) -> Iterator[tuple[int, OffmonError]]:
    """The entries, counted from 1, that are not shown to be in the log of that checkpoint, and why."""
    indexes = set[int]()
    for nth, line in enumerate(certificate.entries, 1):
        try:
            if line.index in indexes:
                raise NotAuthentic("entry-twice", "An entry is in the file twice.")
            indexes.add(line.index)
            entry = opened.read(AuditEntry, line.record).it
            placed = ExtractEntry(entry, b"", line.number, line.previous, line.index, line.path)
            run = certificate.facts.case
            check_in(placed, record_of(run, line.number, bytes.fromhex(line.previous), commit_of(line.record)), seen)
        except OffmonError as error:
            yield nth, error


def questions(certificate: EndCertificate) -> list[tuple[str, Callable[[], None]]]:
    """What the entries must show beside that they are in the log: what is asked about, and what raises where they do not."""
    devices = certificate.facts.devices
    return [
        ("the end", partial(_check_end, certificate)),
        ("the facts", partial(_check_facts, certificate)),
        *((f"device {one.device}", partial(_check_device, certificate, one)) for one in devices),
    ]


def _check_end(certificate: EndCertificate) -> None:
    facts = certificate.facts
    if not any(
        _names(entry, DeploymentRecord.KIND, facts.deployment) for entry in _done(certificate, Verb.DEPLOYMENT_ENDED)
    ):
        raise NotAuthentic("not-ended", "No entry of this case says that this monitoring ended.")
    for record, _ in _committed(certificate, DeploymentRecord, Verb.DEPLOYMENT_ENDED):
        if record.id == facts.deployment and record.state is DeploymentState.ENDED:
            if (record.why, record.stopped_at) != (facts.why, facts.ended_at):
                raise NotAuthentic(
                    "other-end", "By its record the monitoring ended at another time, or for another reason."
                )
            return
    raise NotAuthentic(
        "end-unproved", "The record of this monitoring is not the one that the log holds, or has not ended."
    )


def _check_facts(certificate: EndCertificate) -> None:
    made = [
        entry for entry in _done(certificate, Verb.END_CERTIFICATE_MADE) if entry.agency == certificate.facts.agency
    ]
    if not any(entry.manifest == certificate.facts.digest for entry in made):
        raise NotAuthentic("facts-changed", "The facts are not the ones that the agency recorded in its log.")


def _check_device(certificate: EndCertificate, device: EndedDevice) -> None:
    signed = [
        (record, entry)
        for record, entry in _committed(certificate, ProfileRecord, Verb.PROFILE_SIGNED)
        if (record.device, record.deployment) == (device.device, certificate.facts.deployment)
        and entry.actor.id == SIGNER
    ]
    nothing = _of_nothing(certificate, device.device)
    granting = [
        record for record, _ in signed if record.lease_until == device.granted_until and record.digest not in nothing
    ]
    if device.granted_until is not None and not granting:
        raise NotAuthentic("grant-unproved", "No entry of the log says that its last grant ended then.")
    if device.stopped_at is None:
        return
    after = max((record.version for record in granting), default=0)
    if not any(
        entry.at == device.stopped_at and record.version > after and record.digest in nothing
        for record, entry in signed
    ):
        raise NotAuthentic("stop-unproved", "No profile here that grants nothing was signed for this device then.")


def _of_nothing(certificate: EndCertificate, device: Id) -> set[Digest]:
    """The digests of the profiles in the file that grant that device nothing."""
    found = ((dsse.digest_of(data), dsse.peek(Profile, data)) for data in certificate.profiles)
    return {digest for digest, profile in found if profile.device == device and not profile.grants}


def _done(certificate: EndCertificate, verb: Verb) -> list[AuditEntry]:
    """The entries of that act on this case, which was done."""
    found = (opened.read(AuditEntry, line.record).it for line in certificate.entries)
    return [one for one in found if one.verb is verb and one.case == certificate.facts.case and is_done(one)]


def _names(entry: AuditEntry, kind: str, record: Id) -> bool:
    return any((one.table, one.id) == (kind, record) for one in entry.touched)


def _committed[R: (DeploymentRecord, ProfileRecord)](
    certificate: EndCertificate, cls: type[R], verb: Verb
) -> Iterator[tuple[R, AuditEntry]]:
    """The records of a kind, each with an entry of that act that commits to it as it is shown."""
    for shown in (one for one in certificate.records if one.kind == cls.KIND):
        record, commit = opened.read(cls, shown).it, commit_of(shown)
        for entry in _done(certificate, verb):
            if any((one.table, one.id, one.commit) == (cls.KIND, record.id, commit) for one in entry.touched):
                yield record, entry
