"""What an audit entry says, and what the log commits to (DPA 2018 s.62; R-DPA-14, R-DPA-15; formats §7).

Rules
- Every verb is one of the six operations of s.62, or `OTHER` (`core/log/verbs.py`).
- An entry is committed field by field (`commitment`), so that it can be shown in part.
- `touched` names each changed row and the commitment to it *after* the write. This is how an edited reason of a decision shows.
- Each case has one case log (`run`), whoever acts. The agency has one of its own, for entries that concern no case.
- `record_of` chains an entry into its case log, and is what the log's tree holds. Without the salt its 32 bytes say nothing of anyone.
- No source address, no content, no query (R-SEC-15, appendix D).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from offmon.core.access.roles import Role
from offmon.core.errors import Malformed
from offmon.core.formats import codec, commitment
from offmon.core.formats.canon import MAX_INT, Json, Tag, digest
from offmon.core.ids import Digest, Id, Ms, Slug
from offmon.core.log.verbs import Operation, Verb

__all__ = [
    "FIRST",
    "INTEGRITY",
    "LEAF",
    "SIGNER",
    "VAULT",
    "WORKER",
    "AuditEntry",
    "EntryActor",
    "EntryOutcome",
    "Operation",
    "Touched",
    "Verb",
    "commit_of",
    "fields_of",
    "record_of",
]


class EntryOutcome(StrEnum):
    """How an attempt ended."""

    ALLOWED = "allowed"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class EntryActor:
    """Who acted: a person or one of our processes (role `service`). Pseudonymous ids; never a name."""

    id: Id
    role: Role
    team: Id | None
    agency: Id


# As every process of ours: its name in ASCII, padded with zeros.
INTEGRITY, SIGNER, VAULT, WORKER = (
    Id(name.encode().hex().ljust(32, "0")) for name in ("integrity", "signer", "vault", "worker")
)
LEAF: Final = Slug("leaf")  # how an entry names a body that was opened: by its row's id, and its own commitment


@dataclass(frozen=True, slots=True)
class Touched:
    """A row that the act wrote: which table, which row (or which batch of rows), and the commitment to it after the write."""

    table: Slug
    id: Id
    commit: Digest


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One audit entry, as committed. `at` in ms UTC. `case` None: it concerns no case and stands in the agency's own run.

    `alert` and `decision` name what the act was about; `manifest` is the digest of an exported payload (EXPORTED and its like);
    `recipient` says to whom (s.62(3)(b)). Reason is a code of the agency's list or the words given.
    """

    KIND: ClassVar[str] = "audit"

    at: Ms
    agency: Id
    case: Id | None
    verb: Verb
    operation: Operation
    outcome: EntryOutcome
    actor: EntryActor
    session: Id | None
    request: Id | None
    reason: str | None
    recipient: str | None
    alert: Id | None
    decision: Id | None
    manifest: Digest | None
    touched: tuple[Touched, ...]


def fields_of(entry: AuditEntry) -> dict[str, Json]:
    """The entry's fields as they are committed to, by name."""
    doc = codec.to_doc(entry)
    del doc["kind"]
    return doc


def commit_of(entry: AuditEntry, salt: bytes) -> Digest:
    """The commitment that the log holds of an entry."""
    return commitment.commit(AuditEntry.KIND, salt, fields_of(entry))


FIRST = bytes(32)  # "previous" of a run's first record


def record_of(run: Id, number: int, previous: bytes, entry: Digest) -> bytes:
    """The 32 bytes that the log's tree holds: an entry's place in its run. `run` is the case's id, or the agency's for its own run.

    Raises Malformed for a number that no run has.
    """
    if not 0 <= number < MAX_INT:
        raise Malformed("bad-number", "A run counts its records from 0; this number is none of them.")
    return digest(Tag.RUN, bytes.fromhex(run), number.to_bytes(8, "big"), previous, bytes.fromhex(entry))
