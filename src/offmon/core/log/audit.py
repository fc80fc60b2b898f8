"""What an audit entry says, and what the log commits to (DPA 2018 s.62; R-DPA-14, R-DPA-15; formats §7).

Rules
- Every verb is one of the six operations of s.62, or `OTHER` (sign-ins and the like). A verb is never renamed or reused.
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


class Operation(StrEnum):
    """The six operations of DPA 2018 s.62(1), and OTHER for acts that are none of them."""

    COLLECTION = "collection"
    ALTERATION = "alteration"
    CONSULTATION = "consultation"
    DISCLOSURE = "disclosure"
    COMBINATION = "combination"
    ERASURE = "erasure"
    OTHER = "other"


class Outcome(StrEnum):
    """How an attempt ended."""

    ALLOWED = "allowed"
    DENIED = "denied"


class Verb(StrEnum):
    """What was done. `<thing>.<act>`, past acts, in the order of the thread."""

    AGENCY_SET_UP = "agency.set_up"  # nor `STAFF_ADDED`: kept, and appended by nobody, for the operator writes no entry
    ON_CALL_CHANGED = "agency.on_call_changed"
    CONTACT_CHECKED = "agency.contact_checked"
    STAFF_ADDED = "staff.added"
    SIGNED_IN = "staff.signed_in"
    CAME_AS_GUEST = "staff.came_as_guest"
    FACTOR_SET_UP = "staff.factor_set_up"
    FACTOR_REPLACED = "staff.factor_replaced"
    FACTOR_RESET = "staff.factor_reset"
    RECOVERY_CODE_USED = "staff.recovery_code_used"
    FACTOR_SHOWN = "staff.factor_shown"
    PASSKEY_ADDED = "staff.passkey_added"
    PASSKEY_REMOVED = "staff.passkey_removed"
    CASE_OPENED = "case.opened"
    CASE_CONSULTED = "case.consulted"
    CASELOAD_GRANTED = "caseload.granted"
    CASELOAD_ENDED = "caseload.ended"
    CASE_SHARED = "case.shared"
    CASE_SHARING_ENDED = "case.sharing_ended"
    INSTRUMENT_RECORDED = "instrument.recorded"
    TERM_RECORDED = "term.recorded"
    TERM_CONFIRMED = "term.confirmed"
    INSTRUMENT_ENDED = "instrument.ended"
    DOCUMENT_KEPT = "document.kept"
    DOCUMENT_DISCARDED = "document.discarded"
    DOCUMENT_OPENED = "document.opened"
    DOCUMENT_CHECKED = "document.checked"
    LIST_DRAFTED = "list.drafted"
    LIST_APPROVED = "list.approved"
    LIST_PUBLISHED = "list.published"
    LIST_PAUSED = "list.paused"
    ASSESSMENT_PREPARED = "assessment.prepared"
    ASSESSMENT_SIGNED = "assessment.signed"
    ASSESSMENT_PUT_TO_ICO = "assessment.put_to_ico"
    DEPLOYMENT_DRAFTED = "deployment.drafted"
    DEPLOYMENT_AUTHORISED = "deployment.authorised"
    DEPLOYMENT_MOVED = "deployment.moved"
    NOTICE_MADE = "notice.made"
    NOTICE_SERVED = "notice.served"
    ENROLMENT_OFFERED = "enrolment.offered"
    EVIDENCE_KEY_MADE = "evidence_key.made"
    DEVICE_ENROLLED = "device.enrolled"
    PROFILE_ASKED = "profile.asked"
    PROFILE_SIGNED = "profile.signed"
    BATCH_RECEIVED = "batch.received"
    BATCH_REFUSED = "batch.refused"
    DEVICE_DAY = "device.day"  # a heartbeat of it came on the day in `reason`
    ALERT_RAISED = "alert.raised"
    ALERT_PASSED_ON = "alert.passed_on"
    QUEUE_CONSULTED = "queue.consulted"
    ALERT_REVIEW = "alert.review"
    ALERT_CONSULTED = "alert.consulted"
    REVEAL_ASKED = "reveal.asked"
    CONTENT_REVEALED = "content.revealed"
    ALERT_DECIDED = "alert.decided"
    ACTION_CONSULTED = "action.consulted"
    ACTION_WELFARE = "action.welfare_asked"
    ACTION_DONE = "action.done"
    EXHIBIT_ASKED = "exhibit.asked"
    EXHIBIT_OPENED = "exhibit.opened"
    EXHIBIT_SEALED = "exhibit.sealed"
    EXHIBIT_CONSULTED = "exhibit.consulted"
    EXHIBIT_HANDED_OVER = "exhibit.handed_over"
    EXPORT_ASKED = "export.asked"
    EXPORT_OPENED = "export.opened"
    EXPORT_BODY_OPENED = "export.body_opened"
    EXPORT_BUILT = "export.built"
    EXPORT_CONSULTED = "export.consulted"
    EXPORT_APPROVED = "export.approved"
    EXPORTED = "export.exported"
    EXPORT_DOWNLOADED = "export.downloaded"
    ATTESTATION_RECORDED = "attestation.recorded"
    ATTESTATION_WITHDRAWN = "attestation.withdrawn"
    LOOKS_SEALED = "looks.sealed"
    MISMATCH_FOUND = "mismatch.found"  # the vault: what is held is not what the log, or the device, says
    DISPOSED = "retention.disposed"
    PERSON_ACCESS_MADE = "person.access_made"
    DEVICE_ACCESS_MADE = "device.access_made"
    PERSON_SIGNED_IN = "person.signed_in"
    PERSON_LOOKED = "person.looked"
    PERSON_ASKED = "person.asked"
    REQUEST_TAKEN_DOWN = "request.taken_down"
    REQUEST_CONSULTED = "request.consulted"
    REQUEST_TAKEN_UP = "request.taken_up"
    REQUEST_EXTENDED = "request.extended"
    REQUEST_ANSWERED = "request.answered"
    RESTRICTION_ASKED = "restriction.asked"
    RESTRICTION_CONSULTED = "restriction.consulted"
    RESTRICTION_DECIDED = "restriction.decided"
    RESTRICTION_LIFTED = "restriction.lifted"
    ACCESS_DENIED = "access.denied"


_V, _O = Verb, Operation

OPERATION: Final[dict[Verb, Operation]] = {
    _V.AGENCY_SET_UP: _O.OTHER,
    _V.ON_CALL_CHANGED: _O.OTHER,
    _V.CONTACT_CHECKED: _O.OTHER,
    _V.STAFF_ADDED: _O.OTHER,
    _V.SIGNED_IN: _O.OTHER,
    _V.CAME_AS_GUEST: _O.OTHER,
    _V.FACTOR_SET_UP: _O.OTHER,
    _V.FACTOR_REPLACED: _O.OTHER,
    _V.FACTOR_RESET: _O.OTHER,
    _V.RECOVERY_CODE_USED: _O.OTHER,
    _V.FACTOR_SHOWN: _O.OTHER,
    _V.PASSKEY_ADDED: _O.OTHER,
    _V.PASSKEY_REMOVED: _O.OTHER,
    _V.CASE_OPENED: _O.COLLECTION,
    _V.CASE_CONSULTED: _O.CONSULTATION,
    _V.CASELOAD_GRANTED: _O.ALTERATION,
    _V.CASELOAD_ENDED: _O.ALTERATION,
    _V.CASE_SHARED: _O.DISCLOSURE,
    _V.CASE_SHARING_ENDED: _O.ALTERATION,
    _V.INSTRUMENT_RECORDED: _O.COLLECTION,
    _V.TERM_RECORDED: _O.COLLECTION,
    _V.TERM_CONFIRMED: _O.ALTERATION,
    _V.INSTRUMENT_ENDED: _O.ALTERATION,
    _V.DOCUMENT_KEPT: _O.COLLECTION,
    _V.DOCUMENT_DISCARDED: _O.ERASURE,
    _V.DOCUMENT_OPENED: _O.CONSULTATION,
    _V.DOCUMENT_CHECKED: _O.ALTERATION,
    _V.LIST_DRAFTED: _O.OTHER,
    _V.LIST_APPROVED: _O.OTHER,
    _V.LIST_PUBLISHED: _O.OTHER,
    _V.LIST_PAUSED: _O.OTHER,
    _V.ASSESSMENT_PREPARED: _O.OTHER,
    _V.ASSESSMENT_SIGNED: _O.OTHER,
    _V.ASSESSMENT_PUT_TO_ICO: _O.OTHER,
    _V.DEPLOYMENT_DRAFTED: _O.COLLECTION,
    _V.DEPLOYMENT_AUTHORISED: _O.ALTERATION,
    _V.DEPLOYMENT_MOVED: _O.ALTERATION,
    _V.NOTICE_MADE: _O.COMBINATION,
    _V.NOTICE_SERVED: _O.ALTERATION,
    _V.ENROLMENT_OFFERED: _O.ALTERATION,
    _V.EVIDENCE_KEY_MADE: _O.ALTERATION,
    _V.DEVICE_ENROLLED: _O.COLLECTION,
    _V.PROFILE_ASKED: _O.ALTERATION,
    _V.PROFILE_SIGNED: _O.ALTERATION,
    _V.BATCH_RECEIVED: _O.COLLECTION,
    _V.BATCH_REFUSED: _O.COLLECTION,
    _V.DEVICE_DAY: _O.COLLECTION,
    _V.ALERT_RAISED: _O.COMBINATION,
    _V.ALERT_PASSED_ON: _O.ALTERATION,
    _V.QUEUE_CONSULTED: _O.CONSULTATION,
    _V.ALERT_REVIEW: _O.CONSULTATION,
    _V.ALERT_CONSULTED: _O.CONSULTATION,
    _V.REVEAL_ASKED: _O.ALTERATION,
    _V.CONTENT_REVEALED: _O.CONSULTATION,
    _V.ALERT_DECIDED: _O.ALTERATION,
    _V.ACTION_CONSULTED: _O.CONSULTATION,
    _V.ACTION_WELFARE: _O.ALTERATION,
    _V.ACTION_DONE: _O.ALTERATION,
    _V.EXHIBIT_ASKED: _O.ALTERATION,
    _V.EXHIBIT_OPENED: _O.CONSULTATION,
    _V.EXHIBIT_SEALED: _O.ALTERATION,
    _V.EXHIBIT_CONSULTED: _O.CONSULTATION,
    _V.EXHIBIT_HANDED_OVER: _O.ALTERATION,
    _V.EXPORT_ASKED: _O.ALTERATION,
    _V.EXPORT_OPENED: _O.CONSULTATION,
    _V.EXPORT_BODY_OPENED: _O.CONSULTATION,
    _V.EXPORT_BUILT: _O.COMBINATION,
    _V.EXPORT_CONSULTED: _O.CONSULTATION,
    _V.EXPORT_APPROVED: _O.ALTERATION,
    _V.EXPORTED: _O.DISCLOSURE,
    _V.EXPORT_DOWNLOADED: _O.DISCLOSURE,
    _V.ATTESTATION_RECORDED: _O.OTHER,
    _V.ATTESTATION_WITHDRAWN: _O.OTHER,
    _V.LOOKS_SEALED: _O.OTHER,
    _V.MISMATCH_FOUND: _O.OTHER,
    _V.DISPOSED: _O.ERASURE,
    _V.PERSON_ACCESS_MADE: _O.OTHER,
    _V.DEVICE_ACCESS_MADE: _O.OTHER,
    _V.PERSON_SIGNED_IN: _O.OTHER,
    _V.PERSON_LOOKED: _O.CONSULTATION,
    _V.PERSON_ASKED: _O.COLLECTION,
    _V.REQUEST_TAKEN_DOWN: _O.COLLECTION,
    _V.REQUEST_CONSULTED: _O.CONSULTATION,
    _V.REQUEST_TAKEN_UP: _O.ALTERATION,
    _V.REQUEST_EXTENDED: _O.ALTERATION,
    _V.REQUEST_ANSWERED: _O.ALTERATION,
    _V.RESTRICTION_ASKED: _O.ALTERATION,
    _V.RESTRICTION_CONSULTED: _O.CONSULTATION,
    _V.RESTRICTION_DECIDED: _O.ALTERATION,
    _V.RESTRICTION_LIFTED: _O.ALTERATION,
    _V.ACCESS_DENIED: _O.CONSULTATION,
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acted: a person or one of our processes (role `service`). Pseudonymous ids; never a name."""

    id: Id
    role: Role
    team: Id | None
    agency: Id


VAULT: Final = Id(b"vault".hex().ljust(32, "0"))  # as every process of ours: its name in ASCII, padded with zeros
SIGNER: Final = Id(b"signer".hex().ljust(32, "0"))
LEAF: Final = Slug("leaf")  # how an entry names a body that was opened: by its row's id, and its own commitment


@dataclass(frozen=True, slots=True)
class Touched:
    """A row that the act wrote: which table, which row (or which batch of rows), and the commitment to it after the write."""

    table: Slug
    id: Id
    commit: Digest


@dataclass(frozen=True, slots=True)
class Entry:
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
    outcome: Outcome
    actor: Actor
    session: Id | None
    request: Id | None
    reason: str | None
    recipient: str | None
    alert: Id | None
    decision: Id | None
    manifest: Digest | None
    touched: tuple[Touched, ...]


def fields_of(entry: Entry) -> dict[str, Json]:
    """The entry's fields as they are committed to, by name."""
    doc = codec.to_doc(entry)
    del doc["kind"]
    return doc


def commit_of(entry: Entry, salt: bytes) -> Digest:
    """The commitment that the log holds of an entry."""
    return commitment.commit(Entry.KIND, salt, fields_of(entry))


FIRST = bytes(32)  # "previous" of a run's first record


def record_of(run: Id, number: int, previous: bytes, entry: Digest) -> bytes:
    """The 32 bytes that the log's tree holds: an entry's place in its run. `run` is the case's id, or the agency's for its own run.

    Raises Malformed for a number that no run has.
    """
    if not 0 <= number < MAX_INT:
        raise Malformed("bad-number", "A run counts its records from 0; this number is none of them.")
    return digest(Tag.RUN, bytes.fromhex(run), number.to_bytes(8, "big"), previous, bytes.fromhex(entry))
