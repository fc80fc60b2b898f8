"""Provenance: which acts commit to a record, and that its times are those of its entries (formats §7, §9).

Rules
- Each kind of record declares its acts (`RecordKind`). An entry of any other act that names the record commits to nothing of it. Nothing
  writes a kind that is not in `RECORDS`.
- `BY_PROCESSES` names what only our processes do. An entry of such an act by anybody else does not count. The vault's acts count only from
  the vault. If any entry of signing or refusing is the signer's own, only the signer's count (`spoken`). The database lets no other role
  write in these two names; any process may write in a name that it makes up.
- An act that makes a record makes it once. Later ones commit to nothing, unless they may also change it. Of the acts that change a record,
  the newest commits to it. A refused act wrote nothing, unless the refusal itself is what is written (`VerbSpec.refuses`).
- One transaction and one clock write a record's time and its entry's, so they differ by at most `WITHIN_MS`. So nobody chooses a record's
  time. Entries appended afresh are witnessed only now, and their records must give that time too.
- A field about the past may be earlier than its entry, never later.
- Only the vault may record an erasure, or that something opened for an export was unfit to be shown.
- A profile is signed within `WITHIN_MS` after its lease begins. It allows no collection before its signature, clock differences aside.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from offmon.core import clock
from offmon.core.access.roles import Role
from offmon.core.alerts.acknowledgement import AcknowledgementRecord, HandoverRecord
from offmon.core.alerts.exhibit import CustodyRecord, ExhibitRecord
from offmon.core.authority.agreement import Withdrawal
from offmon.core.authority.assessment import Assessment
from offmon.core.authority.order import Instrument, OrderDocument, Term
from offmon.core.authority.review import ReviewRecord
from offmon.core.errors import Refused
from offmon.core.formats.commitment import Unfit
from offmon.core.ids import Digest, Id, Ms
from offmon.core.log.audit import SIGNER, VAULT, AuditEntry, EntryOutcome, Touched, Verb
from offmon.core.log.hours import HoursRecord, RegisterRecord
from offmon.core.log.kinds import RecordKind, Time
from offmon.core.log.quarantine import QuarantineDecision, QuarantineRecord
from offmon.core.log.records import (
    ActionRecord,
    AlertRecord,
    AuthorisationRecord,
    BatchRecord,
    DecisionRecord,
    DeploymentRecord,
    DestructionRecord,
    DeviceRecord,
    ExportRecord,
    NoticeRecord,
    ProfileRecord,
    SecondLookRecord,
)
from offmon.core.log.verbs import Writer

WITHIN_MS: Final = 5 * clock.MINUTE_MS
"""As gates 1 and 2 allow a clock; a transaction waits for locks, and no longer than that."""

RECORDS: Final = (
    Instrument,
    OrderDocument,
    Term,
    Withdrawal,
    Assessment,
    DeploymentRecord,
    AuthorisationRecord,
    ReviewRecord,
    NoticeRecord,
    DeviceRecord,
    RegisterRecord,
    ProfileRecord,
    BatchRecord,
    HoursRecord,
    AlertRecord,
    HandoverRecord,
    AcknowledgementRecord,
    DecisionRecord,
    SecondLookRecord,
    ActionRecord,
    ExhibitRecord,
    CustodyRecord,
    ExportRecord,
    DestructionRecord,
    QuarantineRecord,
    QuarantineDecision,
)
"""Each kind of record that an entry can commit to, in the order of the thread; its class declares the rest (`RECORD`)."""

KINDS: Final[Mapping[str, RecordKind]] = {record.KIND: record.RECORD for record in RECORDS}

BY_PROCESSES: Final[Mapping[Verb, Id | None]] = {
    verb: VAULT if verb.spec.by == {Writer.VAULT} else None for verb in Verb if verb.spec.alone
}
"""What a process alone does, and which; None: whichever it calls itself, since only the vault's and the signer's names are guarded.

(Of `profile.signed` see `spoken`.)
"""


def spoken(run: Iterable[tuple[int, AuditEntry]]) -> list[tuple[int, AuditEntry]]:
    """The run but for what another said was signed or refused, where the signer says so of anything itself. `run`: by number.

    A run in which it never does is a specimen of before: the signer of an agency bears its name in every entry.
    """
    kept = list(run)
    if not any(entry.verb is Verb.PROFILE_SIGNED and entry.actor.id == SIGNER for _, entry in kept):
        return kept
    return [one for one in kept if one[1].verb is not Verb.PROFILE_SIGNED or one[1].actor.id == SIGNER]


def newest(run: Iterable[tuple[int, AuditEntry]]) -> dict[tuple[str, Id], tuple[int, Digest]]:
    """For each record, by kind and id: the number of the entry that commits to it, and the commitment. `run`: by number, oldest first."""
    found: dict[tuple[str, Id], tuple[int, Digest]] = {}
    for number, entry in spoken(run):
        for touched in entry.touched:
            key = touched.table, touched.id
            if _writes(entry, touched.table, is_there=key in found):
                found[key] = number, touched.commit
    return found


def check_times(record: Any, row: Touched, log: Iterable[AuditEntry]) -> None:
    """Raises Refused (`time-differs`) where a record says of its own time other than the entries of its acts. `log`: oldest first.

    A time that is not yet given is not asked for; a record of a kind that has none passes.
    """
    kept = [entry for entry in log if any((one.table, one.id) == (row.table, row.id) for one in entry.touched)]
    known = KINDS.get(record.KIND)
    for time in () if known is None else known.times:
        at: Ms | None = getattr(record, time.field)
        if at is not None and not _is_said(at, time, row, kept):
            raise Refused("time-differs", f"By the log it was done at another time than this record's {time.field}.")


def is_done(entry: AuditEntry) -> bool:
    """Whether an entry says that its act was done, and not only tried; and by a process where none but a process does it."""
    return entry.outcome is EntryOutcome.ALLOWED and can_be(entry)


def erases(entry: AuditEntry) -> bool:
    """Whether an entry is of an erasure: the vault's, which alone has the keys, and no other's and none that was only tried."""
    return entry.verb in {Verb.DISPOSED, Verb.QUARANTINE_PURGED} and is_done(entry)


def found_unfit(entry: AuditEntry, export: Id) -> bool:
    """Whether an entry is the vault's word that what it names was opened for that export, and is unfit to be shown (`commitment.Unfit`)."""
    said = (entry.verb, entry.outcome, entry.actor.id) == (Verb.EXPORT_BODY_OPENED, EntryOutcome.DENIED, VAULT)
    about = (ExportRecord.KIND, export) in {(one.table, one.id) for one in entry.touched}
    return said and about and entry.reason in set(Unfit)


def check_signed_in_time(since: Ms, at: Ms) -> None:
    """Raises Refused (`signed-late`) where a profile is signed at an instant long after the lease began that it gives."""
    if at > since + WITHIN_MS:
        minutes = WITHIN_MS // clock.MINUTE_MS
        sentence = f"A profile begins more than {minutes} minutes before it was signed; nobody could go by it then. Ask for a new one."
        raise Refused("signed-late", sentence)


def writes(entry: AuditEntry, kind: str) -> bool:
    """Whether the entry can commit to a record of that kind that it names. A consultation commits to none."""
    acts = KINDS.get(kind)
    if acts is None or not (is_done(entry) or (entry.verb.spec.refuses and can_be(entry))):
        return False
    return entry.verb in acts.made | acts.changed


def commits_to(entry: AuditEntry, kind: str, *, is_there: bool) -> bool:
    """Whether the entry commits to a row of that kind that it names; `is_there`: one before it did.

    Of a kind that no bundle knows (the server's own), each entry that names the row says how it stands.
    """
    return kind not in KINDS or _writes(entry, kind, is_there=is_there)


def _writes(entry: AuditEntry, kind: str, *, is_there: bool) -> bool:
    """Whether the entry commits to a record of that kind that it names; `is_there`: one before it did."""
    return writes(entry, kind) and (entry.verb in KINDS[kind].changed or not is_there)


def can_be(entry: AuditEntry) -> bool:
    """Whether whoever an entry names could have done that at all: what a process alone does, nobody else did."""
    if entry.verb not in BY_PROCESSES:
        return True
    return entry.actor.role is Role.SERVICE and BY_PROCESSES[entry.verb] in {None, entry.actor.id}


def _is_said(at: Ms, time: Time, row: Touched, log: list[AuditEntry]) -> bool:
    """Whether the act that counts was then: the first that made the record, or that left it as it stands; else the newest."""
    done = [entry for entry in log if entry.verb in time.verbs and entry.outcome is EntryOutcome.ALLOWED]
    if not done:
        return False
    made = time.verbs <= KINDS[row.table].made
    said = done[0] if made else next((entry for entry in done if row in entry.touched), done[-1])
    return at <= said.at + WITHIN_MS and (time.past or at >= said.at - WITHIN_MS)
