"""*Authentic*: every statement in the bundle is from its stated author and unchanged (formats §2, §3, §7, §9).

Rules
- The witnessed export entry names the payload's manifest, so a payload changed afterwards is not the exported one. That entry must show the
  recipient and the reason. No manifest covers the tail, so whoever holds the file could otherwise withhold them.
- A record is the one that its newest case log entry commits to. A record without an entry is nobody's.
- A profile is the one that the record of its PROFILE_SIGNED entry names. The signer's first such entry counts. Its profile key was good
  when that entry was *witnessed*. Versions rise, and each profile names the one before it. The device's key never changes: a new key is a
  new device. The evidence key is the deployment's (*authorised*).
- The device's key in its profile signs a journal's checkpoint. The root computed from the rows here must match the device's, and each
  batch's root at receipt. If not, the reason says whether leaves of a batch are missing or the journal is another. A root cannot show what
  is missing.
- A shown item is what its row commits to, and its body is what its envelope commits to.
"""

from dataclasses import dataclass, field

from offmon.core.authority.profile import Profile
from offmon.core.authority.profile_issue import Issuer, open_issued
from offmon.core.bundle import layout, opened, write
from offmon.core.bundle.account import kind_of
from offmon.core.bundle.case import Case
from offmon.core.bundle.layout import EpochJournal, Item, LeafAccount
from offmon.core.bundle.root import root_of
from offmon.core.errors import NotAuthentic
from offmon.core.formats import dsse
from offmon.core.formats.event import Body, DeviceCheckpoint
from offmon.core.formats.journal import envelope_commit, leaf_data_of
from offmon.core.formats.keys import PublicKey
from offmon.core.ids import Digest, Id
from offmon.core.log.audit import VAULT, EntryOutcome, Verb
from offmon.core.log.records import ExportRecord, ProfileRecord
from offmon.core.log.tlog.merkle import Frontier, leaf_hash
from offmon.verify.log import ProvenLog
from offmon.verify.verdict import Check


@dataclass(frozen=True, slots=True)
class Issued:
    """A profile that holds: its record, what was signed, and the number of the entry that says so."""

    record: ProfileRecord
    profile: Profile
    number: int


@dataclass(slots=True)
class Trusted:
    """What authenticity gives to the checks after it: the log, and the profiles of each device, oldest first."""

    log: ProvenLog
    issued: dict[Id, list[Issued]] = field(default_factory=dict)

    def by_digest(self, digest: Digest) -> Issued:
        """The profile of that digest. Raises NotAuthentic."""
        for issued in (one for device in self.issued.values() for one in device):
            if issued.record.digest == digest:
                return issued
        raise NotAuthentic("unknown-profile", "It names a profile that the bundle does not hold or that is not true.")


def check_authentic(case: Case, log: ProvenLog, check: Check) -> Trusted:
    """Tries everything that is signed or committed to."""
    for number, error in case.faults.items():
        check.fail(error.code, error.message, f"run entry {number}")
    with check.at(layout.TAIL):
        _check_export(case, log)
    with check.at(layout.INDEX):
        root_of(case)
    _check_records(case, check)
    trusted = Trusted(log)
    for device in sorted(case.files.profiles):
        trusted.issued[device] = _check_profiles(case, log, device, check)
    for (device, epoch), journal in sorted(case.files.journals.items()):
        with check.at(layout.journal_path(device, epoch)):
            _check_journal(case, trusted, journal)
    for place, item in case.files.items.items():
        with check.at(layout.item_path(place.device, place.epoch, place.n)):
            _check_item(case, item)
    return trusted


def _check_export(case: Case, log: ProvenLog) -> None:
    last = case.tail.entries[-1].number if case.tail.entries else -1
    entry = case.entries.get(last)
    if entry is None or (entry.it.verb, entry.it.outcome) != (Verb.EXPORTED, EntryOutcome.ALLOWED):
        raise NotAuthentic("not-exported", "The run does not end in the export of this bundle.")
    if (ExportRecord.KIND, case.index.export) not in {(touched.table, touched.id) for touched in entry.it.touched}:
        raise NotAuthentic("other-export", "The run ends in another export than this bundle's.")
    if entry.it.actor.id != VAULT:
        raise NotAuthentic("not-the-vault", "By the log it was not the vault that let this bundle leave.")
    if entry.withheld & {"reason", "recipient"}:
        raise NotAuthentic("export-hidden", "The entry of the export withholds to whom the bundle went, or why.")
    if entry.it.manifest != write.manifest_digest(case.manifest):
        raise NotAuthentic("payload-changed", "The files are not those that were exported.")
    log.time(last)


def _check_records(case: Case, check: Check) -> None:
    for (kind, record), shown in sorted(case.files.records.items()):
        with check.at(layout.record_path(kind, record)):
            opened.shown(shown)
            if (kind, record) not in case.newest:
                raise NotAuthentic("record-not-logged", "No entry of the run made this record; it is nobody's.")
            if layout.commit_of(shown) != case.newest[kind, record][1]:
                number = case.newest[kind, record][0]
                raise NotAuthentic("record-changed", f"This {kind} is not the one that run entry {number} left.")


def _check_profiles(case: Case, log: ProvenLog, device: Id, check: Check) -> list[Issued]:
    issued = list[Issued]()
    for version, data in sorted(case.files.profiles[device].items()):
        with check.at(layout.profile_path(device, version)):
            one = _open_profile(case, log, device, version, data)
            before = issued[-1] if issued else None
            if one.profile.previous != (before.record.digest if before else None):
                raise NotAuthentic("profile-chain", "A profile does not name the one that went before it.")
            if before and one.profile.device_key != before.profile.device_key:
                raise NotAuthentic("device-key-changed", "A later profile gives the device another key.")
            issued.append(one)
    return issued


def _open_profile(case: Case, log: ProvenLog, device: Id, version: int, data: bytes) -> Issued:
    records = [case.record(ProfileRecord, record).it for record in case.ids(ProfileRecord.KIND)]
    record = next((one for one in records if (one.device, one.version) == (device, version)), None)
    if record is None or record.digest != dsse.digest_of(data):
        own = _its_own(data, [other for at, other in case.files.profiles[device].items() if at != version])
        raise NotAuthentic("profile-not-recorded", f"The agency's record of this profile names another document{own}.")
    signed = case.acts(Verb.PROFILE_SIGNED, (ProfileRecord.KIND, record.id))
    if not signed:
        raise NotAuthentic("profile-not-logged", "No entry of the run says that this profile was signed.")
    issuer = Issuer(case.index.agency, case.index.case, case.index.origin)
    profile = open_issued(data, record, issuer, log.ring, log.time(signed[0][0]))
    return Issued(record, profile, signed[0][0])


def _its_own(data: bytes, others: list[bytes]) -> str:
    """What sets a profile that nobody recorded apart from the device's others, for whoever looks into it."""
    one, beside = dsse.peek(Profile, data), [dsse.peek(Profile, other) for other in others]
    if beside and all(one.evidence_key != other.evidence_key for other in beside):
        return "; this one encloses to a key that is in no other"
    if beside and any(all(grant not in other.grants for other in beside) for grant in one.grants):
        return "; this one grants what no other does"
    return ""


def _check_journal(case: Case, trusted: Trusted, journal: EpochJournal) -> None:
    if not trusted.issued.get(journal.device):
        raise NotAuthentic("unknown-device", "No profile that holds names this device, so that its key is not known.")
    said = dsse.peek(DeviceCheckpoint, journal.checkpoint)
    # Before whose signature it is: that would say less.
    if (said.device, said.epoch) != (journal.device, journal.epoch):
        raise NotAuthentic("checkpoint-of-other", "The checkpoint is of another device or epoch than the journal.")
    key = PublicKey.parse(trusted.issued[journal.device][-1].profile.device_key)
    checkpoint = dsse.open_signed(DeviceCheckpoint, journal.checkpoint, key)
    roots = {batch.size: batch.root for batch in case.batches.get((journal.device, journal.epoch), [])}
    tree, short = Frontier(), len(journal.rows) < max(roots, default=0)
    for row in journal.rows:
        tree = tree.extend((leaf_hash(leaf_data_of(kind_of(journal, row), row.commit, row.ciphertext)),))
        if not short and roots.get(tree.size, tree.root.hex()) != tree.root.hex():
            raise NotAuthentic("journal-forked", "The journal is not the one that the agency received at the time.")
    if short and roots.get(tree.size) != tree.root.hex():
        raise NotAuthentic("leaf-removed", "Leaves of a batch that the agency received are missing from the journal.")
    if checkpoint.size != tree.size or short:
        raise NotAuthentic("journal-short", "The journal holds fewer or more leaves than were counted.")
    if checkpoint.root != tree.root.hex():
        raise NotAuthentic("journal-differs", "The rows of the journal are not what the device signed.")


def _check_item(case: Case, item: Item) -> None:
    envelope = item.envelope
    journal = case.files.journals.get((envelope.device, envelope.epoch))
    rows = journal.rows if journal else ()
    row = rows[envelope.n] if envelope.n < len(rows) else None  # a run of numbers, or *continuous* says so
    if row is None or row.n != envelope.n or row.account is not LeafAccount.SHOWN or row.leaf != "disclosure":
        raise NotAuthentic("item-without-row", "No row of a journal shows this item; it comes from nowhere.")
    if envelope_commit(envelope, item.salt) != row.commit:
        raise NotAuthentic("envelope-changed", "The envelope is not what the device committed to.")
    if item.body.kind != Body.TYPE or layout.commit_of(item.body) != envelope.content_commit:
        raise NotAuthentic("body-changed", "The body shown is not the one that the device committed to.")
    opened.shown(item.body)
