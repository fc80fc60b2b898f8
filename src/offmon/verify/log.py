"""The run in the log: whether each entry was in a witnessed checkpoint near its own time (formats §7).

Rules
- A run's records chain from number 0, so that each proof binds every entry before it.
- A checkpoint counts when a log key of the agency, good at the witnessed time, signed it, and `quorum` witnesses of the reader's
  trust file cosigned it, each inside its own period. The witnessed time is when the last of the quorum had seen it.
- An entry witnessed more than `max_lag` after its own time was appended afresh, whatever the log says; one witnessed before its own
  time is from the future. Hence every line has a proof of its own.
- The ring is walked from the reader's roots, and its newest statement must speak for the time of the export.
"""

from dataclasses import dataclass, field

from offmon.core import audit, clock, dsse, trust
from offmon.core.bundle.case import Case
from offmon.core.bundle.layout import RunEntry, proof_path
from offmon.core.errors import NotAuthentic
from offmon.core.ids import Ms
from offmon.core.keys import PublicKey
from offmon.core.tlog.checkpoint import Checkpoint, check_checkpoint
from offmon.core.tlog.cosignature import Cosigned, check_cosigned
from offmon.core.tlog.merkle import check_inclusion, leaf_hash
from offmon.core.tlog.note import Note
from offmon.core.tlog.proof import Proof
from offmon.core.trust import KeyRing, KeyRole
from offmon.core.trustfile import TrustFile
from offmon.verify.verdict import Check

MAX_AHEAD_MS = clock.MINUTE_MS  # clocks differ by seconds, and a cosignature's time is of whole seconds


@dataclass(frozen=True, slots=True)
class Seen:
    """A checkpoint that counts, and since when."""

    checkpoint: Checkpoint
    at: Ms


@dataclass(slots=True)
class Log:
    """What the log proves: the agency's ring, and when each entry was witnessed. Entries without a time are proved by nothing."""

    ring: KeyRing
    witnessed: dict[int, Ms] = field(default_factory=dict)
    by: tuple[Cosigned, ...] = ()

    def time(self, number: int) -> Ms:
        """When an entry was witnessed. Raises NotAuthentic where it was not."""
        if number not in self.witnessed:
            raise NotAuthentic("not-witnessed", "No witnessed checkpoint holds the entry that this rests on.")
        return self.witnessed[number]


def open_log(case: Case, brought: TrustFile, check: Check) -> Log:
    """The log, with every line of the run tried. Raises what leaves nothing to try: no ring, or no witness for the export."""
    agency = brought.agency(case.index.agency)
    if agency.origin != case.index.origin:
        raise NotAuthentic("wrong-log", "The bundle is of another log than the one that your trust file names.")
    lines = list(case.lines())
    if not lines:
        raise NotAuthentic("run-empty", "The bundle holds no run of audit entries.")
    until, by = _witnesses(_proof(case, lines[-1]).note, brought)
    log = Log(_ring(case, brought, until), by=by)
    tried = _Lines(case, brought, log.ring)
    record = audit.FIRST
    for line in lines:
        record = audit.record_of(case.index.case, line.number, record, line.commit)
        with check.at(f"run entry {line.number}"):
            log.witnessed[line.number] = tried.check(line, record)
    return log


@dataclass(slots=True)
class _Lines:
    """Tries one line after the other; a checkpoint that many lines share is checked once."""

    case: Case
    brought: TrustFile
    ring: KeyRing
    seen: dict[bytes, Seen] = field(default_factory=dict)

    def check(self, line: RunEntry, record: bytes) -> Ms:
        """When the line was witnessed. Raises Malformed or NotAuthentic."""
        proof = _proof(self.case, line)
        if proof.index != line.index:
            raise NotAuthentic("wrong-index", "A proof is of another place in the log than the run says.")
        text = proof.note.data
        if text not in self.seen:
            self.seen[text] = self._see(proof.note)
        seen = self.seen[text]
        check_inclusion(leaf_hash(record), line.index, seen.checkpoint.size, proof.hashes, seen.checkpoint.root)
        if line.number in self.case.entries:
            self._check_lag(seen.at - self.case.entries[line.number].it.at)
        return seen.at

    def _check_lag(self, lag: int) -> None:
        if lag > self.brought.max_lag_s * clock.SECOND_MS:
            hours = lag // clock.HOUR_MS
            sentence = f"An entry was first witnessed {hours} hours after its own time: the run was appended afresh."
            raise NotAuthentic("witnessed-late", sentence)
        if lag < -MAX_AHEAD_MS:
            raise NotAuthentic("witnessed-early", "An entry was witnessed before the time that it gives itself.")

    def _see(self, note: Note) -> Seen:
        keys = [PublicKey.parse(listed.vkey) for listed in self.ring.keys if listed.role is KeyRole.LOG]
        checkpoint, signers = check_checkpoint(note, self.case.index.origin, keys)
        at, _ = _witnesses(note, self.brought)
        if not set(signers) & set(self.ring.current(KeyRole.LOG, at)):
            raise NotAuthentic("log-key-out-of-time", "A checkpoint is signed by a log key outside that key's time.")
        return Seen(checkpoint, at)


def _witnesses(note: Note, brought: TrustFile) -> tuple[Ms, tuple[Cosigned, ...]]:
    periods = {PublicKey.parse(listed.vkey): listed.period for listed in brought.witnesses}
    cosigned = sorted(
        (one for one in check_cosigned(note, periods) if one.at in periods[one.witness]), key=lambda one: one.at
    )
    needed = max(1, brought.quorum)
    if len(cosigned) < needed:
        sentence = f"A checkpoint is cosigned by {len(cosigned)} of the witnesses that you trust; {needed} are needed."
        raise NotAuthentic("too-few-witnesses", sentence)
    counted = tuple(cosigned[:needed])
    return counted[-1].at, counted


def _ring(case: Case, brought: TrustFile, until: Ms) -> KeyRing:
    """The ring at the time of the export. A root that is past its time may have begun the chain; it may not speak last."""
    statements = [case.files.keys[version] for version in sorted(case.files.keys)]
    listed = [root for root in brought.agency(case.index.agency).roots if root.period.since <= until]
    ring = trust.walk(statements, [PublicKey.parse(root.vkey) for root in listed])
    last = dsse.signer_of(statements[-1])
    if any(PublicKey.parse(root.vkey).keyid == last and until not in root.period for root in listed):
        raise NotAuthentic("root-out-of-time", "The agency's newest keys are signed by a root outside its time.")
    if ring.agency != case.index.agency:
        raise NotAuthentic("other-agency", "The keys in the bundle are another agency's.")
    return ring


def _proof(case: Case, line: RunEntry) -> Proof:
    data = case.files.proofs.get(line.number)
    if data is None:
        raise NotAuthentic("proof-missing", f"The proof {proof_path(line.number)} is not in the bundle.")
    return Proof.parse(data)
