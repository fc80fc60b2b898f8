"""Which checkpoints of an agency's log count for a reader, and since when (formats §2, §7, §10).

Rules
- A checkpoint counts if a log key of the agency, good at the witnessed time, signed it. `quorum` witnesses of the reader's trust file must
  also have cosigned it, each inside its own period. The witnessed time is when the last of the quorum saw it.
- The ring is walked from the reader's roots that had begun by then. A root whose time was over must not sign its newest statement.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from offmon.core.errors import NotAuthentic
from offmon.core.formats import dsse, trust
from offmon.core.formats.keys import PublicKey
from offmon.core.formats.trust import KeyRing, KeyRole
from offmon.core.formats.trust_file import TrustFile
from offmon.core.ids import Id, Ms
from offmon.core.log.tlog.checkpoint import Checkpoint, check_checkpoint
from offmon.core.log.tlog.cosignature import Cosigned, by_anyone, check_cosigned
from offmon.core.log.tlog.note import SignedNote


@dataclass(frozen=True, slots=True)
class WitnessedCheckpoint:
    """A checkpoint that counts, and since when."""

    checkpoint: Checkpoint
    at: Ms


@dataclass(slots=True)
class Checkpoints:
    """A log's checkpoints that count. One that is asked for again is not checked again."""

    origin: str
    brought: TrustFile
    ring: KeyRing
    seen: dict[bytes, WitnessedCheckpoint] = field(default_factory=dict)

    def see(self, note: SignedNote) -> WitnessedCheckpoint:
        """The checkpoint in a note. Raises Malformed or NotAuthentic."""
        if note.data not in self.seen:
            self.seen[note.data] = self._see(note)
        return self.seen[note.data]

    def _see(self, note: SignedNote) -> WitnessedCheckpoint:
        keys = [PublicKey.parse(listed.vkey) for listed in self.ring.keys if listed.role is KeyRole.LOG]
        checkpoint, signers = check_checkpoint(note, self.origin, keys)
        at, _ = witnesses_of(note, self.brought)
        if not set(signers) & set(self.ring.current(KeyRole.LOG, at)):
            raise NotAuthentic("log-key-out-of-time", "A checkpoint is signed by a log key outside that key's time.")
        return WitnessedCheckpoint(checkpoint, at)


def witnesses_of(note: SignedNote, brought: TrustFile) -> tuple[Ms, tuple[Cosigned, ...]]:
    """When a checkpoint was witnessed, and by whom: the first of the reader's witnesses, as many as are needed. Raises NotAuthentic."""
    periods = {PublicKey.parse(listed.vkey): listed.period for listed in brought.witnesses}
    cosigned = sorted(
        (one for one in check_cosigned(note, periods) if one.at in periods[one.witness]), key=lambda one: one.at
    )
    needed = max(1, brought.quorum)
    if not by_anyone(note):
        raise NotAuthentic(
            "not-cosigned", "A checkpoint has no cosignature at all: no witness saw it, or it was removed."
        )
    if len(cosigned) < needed:
        others = by_anyone(note) - len(cosigned)
        sentence = f"A checkpoint is cosigned by {len(cosigned)} of the witnesses that you trust; {needed} are needed."
        sentence += f" Others that cosigned it, or did so out of their time: {others}." if others else ""
        raise NotAuthentic("too-few-witnesses", sentence)
    counted = tuple(cosigned[:needed])
    return counted[-1].at, counted


def ring_at(statements: Sequence[bytes], brought: TrustFile, agency: Id, until: Ms) -> KeyRing:
    """The agency's ring at a witnessed time. A root past its time may have begun the chain; it may not speak last. Raises NotAuthentic."""
    listed = [root for root in brought.agency(agency).roots if root.period.since <= until]
    ring = trust.walk(statements, [PublicKey.parse(root.vkey) for root in listed])
    last = dsse.signer_of(statements[-1])
    if any(PublicKey.parse(root.vkey).keyid == last and until not in root.period for root in listed):
        raise NotAuthentic("root-out-of-time", "The agency's newest keys are signed by a root outside its time.")
    if ring.agency != agency:
        raise NotAuthentic("other-agency", "The keys in the bundle are another agency's.")
    return ring
