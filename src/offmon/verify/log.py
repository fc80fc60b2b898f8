"""Whether a witnessed checkpoint held each entry of the case log, near the entry's own time (formats §7).

Rules
- The case log's records chain from number 0, so each proof binds every entry before it.
- `core.log.witnessing` says which checkpoints count, and since when. The ring is the one from when the export was witnessed.
- An entry witnessed more than `max_lag_s` after its own time was appended afresh, whatever the log says. One witnessed before its own time
  is from the future. So every entry needs its own proof.
"""

from dataclasses import dataclass, field

from offmon.core import clock
from offmon.core.bundle.case import Case
from offmon.core.bundle.layout import RunEntry, proof_path
from offmon.core.errors import NotAuthentic
from offmon.core.formats.trust import KeyRing
from offmon.core.formats.trust_file import TrustFile
from offmon.core.ids import Ms
from offmon.core.log import audit
from offmon.core.log.tlog.cosignature import Cosigned
from offmon.core.log.tlog.merkle import check_inclusion, leaf_hash
from offmon.core.log.tlog.note import SignedNote
from offmon.core.log.tlog.proof import Proof
from offmon.core.log.witnessing import Checkpoints, ring_at, witnesses_of
from offmon.verify.verdict import Check

MAX_AHEAD_MS = clock.MINUTE_MS  # clocks differ by seconds, and a cosignature's time is of whole seconds


@dataclass(slots=True)
class ProvenLog:
    """What the log proves: the agency's ring, and when each entry was witnessed. Entries without a time are proved by nothing."""

    checkpoints: Checkpoints
    newest: SignedNote
    by: tuple[Cosigned, ...] = ()
    witnessed: dict[int, Ms] = field(default_factory=dict)

    @property
    def ring(self) -> KeyRing:
        """The agency's keys."""
        return self.checkpoints.ring

    def time(self, number: int) -> Ms:
        """When an entry was witnessed. Raises NotAuthentic where it was not."""
        if number not in self.witnessed:
            raise NotAuthentic("not-witnessed", "No witnessed checkpoint holds the entry that this rests on.")
        return self.witnessed[number]


def open_log(case: Case, brought: TrustFile, check: Check) -> ProvenLog:
    """The log, with every line of the run tried. Raises what leaves nothing to try: no ring, or no witness for the export."""
    agency = brought.agency(case.index.agency)
    if agency.origin != case.index.origin:
        raise NotAuthentic("wrong-log", "The bundle is of another log than the one that your trust file names.")
    lines = list(case.lines())
    if not lines:
        raise NotAuthentic("run-empty", "The bundle holds no run of audit entries.")
    newest = _proof(case, lines[-1]).note
    until, by = witnesses_of(newest, brought)
    ring = ring_at([case.files.keys[version] for version in sorted(case.files.keys)], brought, agency.agency, until)
    log = ProvenLog(Checkpoints(case.index.origin, brought, ring), newest, by)
    record = audit.FIRST
    for line in lines:
        record = audit.record_of(case.index.case, line.number, record, line.commit)
        with check.at(f"run entry {line.number}"):
            log.witnessed[line.number] = _check_line(case, log.checkpoints, line, record)
    return log


def _check_line(case: Case, checkpoints: Checkpoints, line: RunEntry, record: bytes) -> Ms:
    """When the line was witnessed. Raises Malformed or NotAuthentic."""
    proof = _proof(case, line)
    if proof.index != line.index:
        raise NotAuthentic("wrong-index", "A proof is of another place in the log than the run says.")
    seen = checkpoints.see(proof.note)
    check_inclusion(leaf_hash(record), line.index, seen.checkpoint.size, proof.hashes, seen.checkpoint.root)
    if line.number in case.entries:
        _check_lag(seen.at - case.entries[line.number].it.at, checkpoints.brought)
    return seen.at


def _check_lag(lag: int, brought: TrustFile) -> None:
    if lag > brought.max_lag_s * clock.SECOND_MS:
        hours = lag // clock.HOUR_MS
        sentence = f"An entry was first witnessed {hours} hours after its own time: the run was appended afresh."
        raise NotAuthentic("witnessed-late", sentence)
    if lag < -MAX_AHEAD_MS:
        raise NotAuthentic("witnessed-early", "An entry was witnessed before the time that it gives itself.")


def _proof(case: Case, line: RunEntry) -> Proof:
    data = case.files.proofs.get(line.number)
    if data is None:
        raise NotAuthentic("proof-missing", f"The proof {proof_path(line.number)} is not in the bundle.")
    proof = Proof.parse(data)
    if proof.extra is not None:
        raise NotAuthentic("proof-extra", "A proof carries an extra line, which no signature covers.")
    return proof
