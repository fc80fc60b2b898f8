"""Every act that an entry can name, declared once: `Verb` is the table, one line a verb (DPA 2018 s.62; formats §7).

Rules
- A verb is `<thing>.<act>`, a past act, in the order of the thread. It is never renamed, and never used for another act.
- Each is one of the six operations of DPA 2018 s.62, or none of them (`OTHER`).
- `by`: the processes that write entries of it. Empty: nobody does; the word is kept for entries to come.
- `takes`: the permission that a person needs who does it. None: each may, or several permissions lead there, and the action asks.
- `alone`: a process does it for itself. An entry of it counts only in a process's name; in the vault's where the vault alone writes it.
- `rests`: before a signature the signer asks for these entries, and reads no others.
- `told`: the person is told that somebody looked (`core/person/delay.py`).
- `refuses`: an entry that was denied writes its record too: a profile is refused, a document is found damaged.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Self

from offmon.core.access.roles import Permission


class Operation(StrEnum):
    """The six operations of DPA 2018 s.62(1), and OTHER for acts that are none of them."""

    COLLECTION = "collection"
    ALTERATION = "alteration"
    CONSULTATION = "consultation"
    DISCLOSURE = "disclosure"
    COMBINATION = "combination"
    ERASURE = "erasure"
    OTHER = "other"


class Writer(StrEnum):
    """A process of ours that writes entries, or the operator's commands. No other does."""

    CONSOLE = "console"
    INGEST = "ingest"
    INTEGRITY = "integrity"
    NOTIFY = "notify"
    OPERATOR = "operator"
    PORTAL = "portal"
    SIGNER = "signer"
    VAULT = "vault"
    WORKER = "worker"


class Rests(StrEnum):
    """What the signer asks the log about before it signs."""

    CASE = "case"
    LIST = "list"
    ASSESSMENT = "assessment"
    POLICY = "policy"
    RECORDS = "records"


class LookAt(StrEnum):
    """Which look at a person's data it is. `SENT`: one that cannot be where the device sent nothing."""

    HELD = "held"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class VerbSpec:
    """All that is declared of a verb. The module's rules say what each field means."""

    word: str
    operation: Operation
    by: frozenset[Writer]
    takes: Permission | None = None
    alone: bool = False
    rests: Rests | None = None
    told: LookAt | None = None
    refuses: bool = False


_COLLECT, _ALTER, _CONSULT, _DISCLOSE, _COMBINE, _ERASE, _OTHER = Operation
_NOBODY: Final = frozenset[Writer]()
_CONSOLE, _INGEST, _INTEGRITY, _NOTIFY, _OPERATOR, _PORTAL, _SIGNER, _VAULT, _WORKER = (
    frozenset({one}) for one in Writer
)
(_CASE, _LIST, _ASSESSMENT, _POLICY, _RECORDS), (_HELD, _SENT) = Rests, LookAt
_P, _S = Permission, VerbSpec


class Verb(StrEnum):
    """What was done. Its value is the word that an entry holds; `spec` is the rest of its line."""

    spec: VerbSpec

    def __new__(cls, spec: Any) -> Self:
        """A member is its word and carries its line, a `VerbSpec`. (`Verb("case.opened")` looks one up and does not come here.)"""
        member = str.__new__(cls, spec.word)
        member._value_ = spec.word
        member.spec = spec
        return member

    AGENCY_SET_UP = _S("agency.set_up", _OTHER, _NOBODY)  # the log begins with its staff
    ON_CALL_CHANGED = _S("agency.on_call_changed", _OTHER, _CONSOLE, _P.STAFF_MANAGE)
    SHIFT_SET = _S("agency.shift_set", _OTHER, _CONSOLE, _P.ROTA_KEEP)
    SHIFT_ENDED = _S("agency.shift_ended", _OTHER, _CONSOLE, _P.ROTA_KEEP)
    TIMES_PROPOSED = _S("agency.times_proposed", _OTHER, _CONSOLE, _P.STAFF_MANAGE)
    TIMES_AGREED = _S("agency.times_agreed", _OTHER, _CONSOLE, _P.STAFF_MANAGE)
    TIMES_REFUSED = _S("agency.times_refused", _OTHER, _CONSOLE, _P.STAFF_MANAGE)
    CONTACT_CHECKED = _S("agency.contact_checked", _OTHER, _CONSOLE, _P.STAFF_MANAGE)
    STAFF_ADDED = _S("staff.added", _OTHER, _OPERATOR | _WORKER, alone=True)
    STAFF_CHANGED = _S(
        "staff.changed", _OTHER, _OPERATOR | _WORKER, alone=True
    )  # password, role, team, a name, open or closed
    STAFF_CHANGE_ASKED = _S("staff.change_asked", _OTHER, _CONSOLE, _P.STAFF_MANAGE)
    STAFF_CHANGE_AGREED = _S("staff.change_agreed", _OTHER, _CONSOLE, _P.STAFF_MANAGE)
    STAFF_CHANGE_REFUSED = _S("staff.change_refused", _OTHER, _CONSOLE, _P.STAFF_MANAGE)
    STAFF_LEFT = _S("staff.left", _OTHER, _CONSOLE, _P.STAFF_MANAGE)
    STAFF_STILL_NEEDED = _S("staff.still_needed", _OTHER, _CONSOLE, _P.STAFF_MANAGE)
    PASSWORD_GIVEN = _S("staff.password_given", _OTHER, _CONSOLE, _P.STAFF_MANAGE)
    PASSWORD_CHANGED = _S("staff.password_changed", _OTHER, _CONSOLE)
    TEAM_ADDED = _S("staff.team_added", _OTHER, _CONSOLE, _P.STAFF_MANAGE)
    SIGNED_IN = _S("staff.signed_in", _OTHER, _CONSOLE)
    CAME_AS_GUEST = _S("staff.came_as_guest", _OTHER, _CONSOLE)
    FACTOR_SET_UP = _S("staff.factor_set_up", _OTHER, _CONSOLE)
    FACTOR_REPLACED = _S("staff.factor_replaced", _OTHER, _CONSOLE)
    FACTOR_RESET = _S("staff.factor_reset", _OTHER, _CONSOLE, _P.STAFF_MANAGE)
    RECOVERY_CODE_USED = _S("staff.recovery_code_used", _OTHER, _CONSOLE)
    FACTOR_SHOWN = _S("staff.factor_shown", _OTHER, _CONSOLE)
    PASSKEY_ADDED = _S("staff.passkey_added", _OTHER, _CONSOLE)
    PASSKEY_REMOVED = _S("staff.passkey_removed", _OTHER, _CONSOLE)
    CHANNEL_ADDED = _S("channel.added", _OTHER, _CONSOLE)
    CHANNEL_REMOVED = _S("channel.removed", _OTHER, _CONSOLE)
    MESSAGE_ASKED = _S("message.asked", _OTHER, _CONSOLE | _NOTIFY | _WORKER)
    MESSAGE_TRIED = _S("message.tried", _OTHER, _NOTIFY, alone=True)  # before it is sent
    MESSAGE_ENDED = _S(
        "message.ended", _OTHER, _NOTIFY | _WORKER, alone=True
    )  # a try, with how it went; or the last of a message
    CASE_OPENED = _S("case.opened", _COLLECT, _CONSOLE, _P.DEPLOYMENT_DRAFT)
    CASE_CONSULTED = _S("case.consulted", _CONSULT, _CONSOLE, told=_HELD)
    DETAILS_RECORDED = _S("case.details_recorded", _COLLECT, _CONSOLE, _P.INSTRUMENT_RECORD)
    NOTE_WRITTEN = _S("case.note_written", _COLLECT, _CONSOLE, _P.ALERT_DECIDE)
    MAPPA_RECORDED = _S("case.mappa_recorded", _COLLECT, _CONSOLE, _P.INSTRUMENT_RECORD)
    DUTY_RECORDED = _S("case.duty_recorded", _COLLECT, _CONSOLE, _P.INSTRUMENT_RECORD)
    IDENTIFIER_RECORDED = _S("case.identifier_recorded", _COLLECT, _CONSOLE, _P.INSTRUMENT_RECORD)
    DEVICE_RECORDED = _S("case.device_recorded", _COLLECT, _CONSOLE, _P.INSTRUMENT_RECORD)
    ENTRY_MARKED = _S("case.entry_marked", _ALTER, _CONSOLE, _P.INSTRUMENT_RECORD)
    CASELOAD_GRANTED = _S("caseload.granted", _ALTER, _CONSOLE, _P.CASELOAD_MANAGE)
    CASELOAD_ENDED = _S("caseload.ended", _ALTER, _CONSOLE, _P.CASELOAD_MANAGE)
    CASE_SHARED = _S("case.shared", _DISCLOSE, _CONSOLE, _P.CASELOAD_MANAGE, told=_HELD)
    CASE_SHARING_ENDED = _S("case.sharing_ended", _ALTER, _CONSOLE, _P.CASELOAD_MANAGE)
    TRANSFER_PROPOSED = _S("case.transfer_proposed", _OTHER, _CONSOLE, _P.TRANSFER_PROPOSE)
    TRANSFER_APPROVED = _S("case.transfer_approved", _DISCLOSE, _CONSOLE, _P.TRANSFER_APPROVE, rests=_CASE)
    TRANSFER_REFUSED = _S("case.transfer_refused", _OTHER, _CONSOLE, _P.TRANSFER_APPROVE)
    TRANSFER_ACCEPTED = _S("case.transfer_accepted", _DISCLOSE, _CONSOLE, _P.TRANSFER_ACCEPT, rests=_CASE, told=_HELD)
    TRANSFER_DECLINED = _S("case.transfer_declined", _OTHER, _CONSOLE, _P.TRANSFER_ACCEPT)
    TRANSFER_WITHDRAWN = _S("case.transfer_withdrawn", _OTHER, _CONSOLE, _P.TRANSFER_PROPOSE)
    INSTRUMENT_RECORDED = _S("instrument.recorded", _COLLECT, _CONSOLE, _P.INSTRUMENT_RECORD, rests=_CASE)
    TERM_RECORDED = _S("term.recorded", _COLLECT, _CONSOLE, _P.INSTRUMENT_RECORD, rests=_CASE)
    TERM_CONFIRMED = _S("term.confirmed", _ALTER, _CONSOLE, _P.INSTRUMENT_CONFIRM, rests=_CASE)
    TERM_REFUSED = _S("term.refused", _ALTER, _CONSOLE, _P.INSTRUMENT_CONFIRM, rests=_CASE)
    TERM_WITHDRAWN = _S("term.withdrawn", _ALTER, _CONSOLE | _PORTAL | _WORKER, rests=_CASE)  # by the person
    INSTRUMENT_ENDED = _S("instrument.ended", _ALTER, _CONSOLE, _P.INSTRUMENT_RECORD, rests=_CASE)
    LICENCE_RECORDED = _S("licence.recorded", _COLLECT, _CONSOLE, _P.INSTRUMENT_RECORD)
    LICENCE_CHANGED = _S("licence.changed", _COLLECT, _WORKER, alone=True)  # as the licence feed said
    EVENT_CONFIRMED = _S("instrument.event_confirmed", _COLLECT, _CONSOLE, _P.INSTRUMENT_RECORD, rests=_CASE)
    SILENCE_RECORDED = _S("silence.recorded", _COLLECT, _CONSOLE, _P.INSTRUMENT_RECORD)  # a permission or an exclusion
    SILENCE_ENDED = _S("silence.ended", _ALTER, _CONSOLE, _P.INSTRUMENT_RECORD)
    DOCUMENT_KEPT = _S("document.kept", _COLLECT, _CONSOLE, _P.INSTRUMENT_RECORD)
    DOCUMENT_DISCARDED = _S("document.discarded", _ERASE, _CONSOLE, _P.INSTRUMENT_RECORD)
    DOCUMENT_OPENED = _S("document.opened", _CONSULT, _CONSOLE, told=_HELD)
    DOCUMENT_CHECKED = _S("document.checked", _ALTER, _CONSOLE, _P.DEPLOYMENT_READ, refuses=True)
    LIST_DRAFTED = _S("list.drafted", _OTHER, _CONSOLE, _P.LIST_DRAFT, rests=_LIST)
    LIST_APPROVED = _S("list.approved", _OTHER, _CONSOLE, _P.LIST_APPROVE, rests=_LIST)
    LIST_REFUSED = _S("list.refused", _OTHER, _CONSOLE, _P.LIST_APPROVE, rests=_LIST)
    LIST_PUBLISHED = _S("list.published", _OTHER, _SIGNER)
    LIST_PAUSED = _S("list.paused", _OTHER, _CONSOLE, _P.LIST_APPROVE)
    ASSESSMENT_PREPARED = _S("assessment.prepared", _OTHER, _CONSOLE, _P.ASSESSMENT_PREPARE, rests=_ASSESSMENT)
    ASSESSMENT_OPENED = _S("assessment.opened", _OTHER, _CONSOLE, _P.ASSESSMENT_READ)  # its document
    ASSESSMENT_SIGNED = _S("assessment.signed", _OTHER, _CONSOLE, _P.ASSESSMENT_SIGN, rests=_ASSESSMENT)
    ASSESSMENT_REFUSED = _S("assessment.refused", _OTHER, _CONSOLE, _P.ASSESSMENT_SIGN, rests=_ASSESSMENT)
    ASSESSMENT_PUT_TO_ICO = _S("assessment.put_to_ico", _OTHER, _CONSOLE, _P.ASSESSMENT_SIGN, rests=_ASSESSMENT)
    POLICY_PREPARED = _S("policy.prepared", _OTHER, _CONSOLE, _P.POLICY_PREPARE, rests=_POLICY)
    POLICY_OPENED = _S("policy.opened", _OTHER, _CONSOLE, _P.POLICY_READ)  # its document, which is about no person
    POLICY_AGREED = _S("policy.agreed", _OTHER, _CONSOLE, _P.POLICY_AGREE, rests=_POLICY)
    POLICY_REFUSED = _S("policy.refused", _OTHER, _CONSOLE, _P.POLICY_AGREE, rests=_POLICY)
    DEPLOYMENT_DRAFTED = _S("deployment.drafted", _COLLECT, _CONSOLE, _P.DEPLOYMENT_DRAFT, rests=_CASE)
    DEPLOYMENT_AUTHORISED = _S("deployment.authorised", _ALTER, _CONSOLE, _P.DEPLOYMENT_AUTHORISE, rests=_CASE)
    DEPLOYMENT_REFUSED = _S("deployment.refused", _ALTER, _CONSOLE, _P.DEPLOYMENT_AUTHORISE, rests=_CASE)
    DEPLOYMENT_WITHDRAWN = _S("deployment.withdrawn", _ALTER, _CONSOLE, _P.DEPLOYMENT_DRAFT, rests=_CASE)  # a draft
    DEPLOYMENT_MOVED = _S("deployment.moved", _ALTER, _SIGNER | _WORKER, rests=_CASE)  # the signer until 0.1
    DEPLOYMENT_REVIEWED = _S("deployment.reviewed", _ALTER, _CONSOLE, _P.DEPLOYMENT_AUTHORISE, rests=_CASE)
    REVIEW_PUT_OFF = _S("review.put_off", _ALTER, _CONSOLE, _P.REVIEW_PUT_OFF, rests=_CASE)
    DEPLOYMENT_SUSPENDED = _S("deployment.suspended", _ALTER, _CONSOLE | _WORKER, _P.DEPLOYMENT_DRAFT, rests=_CASE)
    DEPLOYMENT_RESUMED = _S("deployment.resumed", _ALTER, _CONSOLE, _P.DEPLOYMENT_DRAFT, rests=_CASE)
    DEPLOYMENT_ENDED = _S("deployment.ended", _ALTER, _CONSOLE, _P.DEPLOYMENT_DRAFT, rests=_CASE)
    END_CERTIFICATE_MADE = _S("end_certificate.made", _COMBINE, _CONSOLE, _P.NOTICE_SERVE)
    END_CERTIFICATE_HANDED_OVER = _S("end_certificate.handed_over", _ALTER, _CONSOLE, _P.NOTICE_SERVE)
    NOTICE_MADE = _S("notice.made", _COMBINE, _CONSOLE, _P.NOTICE_SERVE)
    NOTICE_SERVED = _S("notice.served", _ALTER, _CONSOLE, _P.NOTICE_SERVE, rests=_CASE)
    ENROLMENT_OFFERED = _S("enrolment.offered", _ALTER, _CONSOLE, _P.NOTICE_SERVE, rests=_CASE)
    VISIT_BEGUN = _S("visit.begun", _COLLECT, _CONSOLE, _P.NOTICE_SERVE)
    VISIT_RECORDED = _S("visit.recorded", _ALTER, _CONSOLE, _P.NOTICE_SERVE)
    VISIT_ENDED = _S("visit.ended", _ALTER, _CONSOLE, _P.NOTICE_SERVE)
    CONTACTS_PROPOSED = _S("contacts.proposed", _COLLECT, _CONSOLE, _P.CONTACTS_PROPOSE, rests=_CASE)
    CONTACTS_AGREED = _S("contacts.agreed", _ALTER, _CONSOLE, _P.CONTACTS_AGREE, rests=_CASE)
    CONTACTS_REFUSED = _S("contacts.refused", _ALTER, _CONSOLE, rests=_CASE)
    EVIDENCE_KEY_MADE = _S("evidence_key.made", _ALTER, _VAULT, alone=True)
    DEVICE_ENROLLED = _S("device.enrolled", _COLLECT, _INGEST, alone=True)
    PROFILE_ASKED = _S("profile.asked", _ALTER, _CONSOLE | _WORKER, _P.NOTICE_SERVE)
    PROFILE_SIGNED = _S("profile.signed", _ALTER, _SIGNER, alone=True, refuses=True)
    BATCH_RECEIVED = _S("batch.received", _COLLECT, _INGEST, alone=True)
    BATCH_REFUSED = _S("batch.refused", _COLLECT, _INGEST)
    DEVICE_DAY = _S("device.day", _COLLECT, _WORKER, alone=True)  # a heartbeat came on the day in `reason`
    HOURS_RECORDED = _S("hours.recorded", _COLLECT, _WORKER, alone=True)  # how the devices of a case spent a day
    DEVICE_LOOKED_AFTER = _S("device.looked_after", _COLLECT, _CONSOLE, _P.ALERT_DECIDE)  # what somebody found
    ALERT_RAISED = _S("alert.raised", _COMBINE, _WORKER, alone=True)
    ALERT_PASSED_ON = _S("alert.passed_on", _ALTER, _WORKER, alone=True)
    START_PAGE_CONSULTED = _S("start_page.consulted", _CONSULT, _CONSOLE, told=_HELD)
    QUEUE_CONSULTED = _S("queue.consulted", _CONSULT, _CONSOLE, _P.QUEUE_READ, told=_SENT)  # it holds alerts alone
    ALERT_REVIEW = _S("alert.review", _CONSULT, _CONSOLE, _P.ALERT_READ, told=_SENT)
    ALERT_CONSULTED = _S("alert.consulted", _CONSULT, _CONSOLE, _P.ALERT_READ, told=_SENT)
    REVEAL_ASKED = _S("reveal.asked", _ALTER, _CONSOLE, _P.CONTENT_REVEAL, told=_SENT)
    CONTENT_REVEALED = _S("content.revealed", _CONSULT, _VAULT, _P.CONTENT_REVEAL)
    HISTORY_ASKED = _S("history.asked", _COLLECT, _INGEST, alone=True)  # by the person's device: how much there is
    HISTORY_OPENING_ASKED = _S("history.opening_asked", _ALTER, _CONSOLE, _P.CONTENT_REVEAL)
    HISTORY_OPENED = _S("history.opened", _CONSULT, _VAULT, _P.CONTENT_REVEAL, told=_HELD)
    ALERT_ACKNOWLEDGED = _S("alert.acknowledged", _ALTER, _CONSOLE, _P.ALERT_ACKNOWLEDGE)
    EMERGENCY_OPENED = _S("alert.emergency_opened", _ALTER, _CONSOLE, _P.EMERGENCY_OPEN)
    EMERGENCY_CONSULTED = _S("alert.emergency_consulted", _CONSULT, _CONSOLE, _P.EMERGENCY_OPEN, told=_SENT)
    EMERGENCY_REVIEWED = _S("alert.emergency_reviewed", _ALTER, _CONSOLE, _P.EMERGENCY_REVIEW)
    ALERT_ASSIGNED = _S("alert.assigned", _ALTER, _CONSOLE, _P.ALERT_DECIDE)
    ALERT_DECIDED = _S("alert.decided", _ALTER, _CONSOLE, _P.ALERT_DECIDE)
    DECISION_DRAWN = _S("decision.drawn", _ALTER, _CONSOLE, _P.DECISION_SAMPLE)
    DECISION_LOOKED_AT_AGAIN = _S("decision.looked_at_again", _ALTER, _CONSOLE, _P.DECISION_SAMPLE)
    DECISION_CORRECTED = _S("decision.corrected", _ALTER, _CONSOLE, _P.ALERT_DECIDE)
    ACTION_CONSULTED = _S("action.consulted", _CONSULT, _CONSOLE, _P.ACTION_READ, told=_SENT)
    ACTION_WELFARE = _S("action.welfare_asked", _ALTER, _CONSOLE, _P.ACTION_COMPLETE)
    ACTION_DONE = _S("action.done", _ALTER, _CONSOLE, _P.ACTION_COMPLETE)
    EXHIBIT_ASKED = _S("exhibit.asked", _ALTER, _CONSOLE, _P.EXHIBIT_SEAL)
    EXHIBIT_OPENED = _S("exhibit.opened", _CONSULT, _VAULT)
    EXHIBIT_SEALED = _S("exhibit.sealed", _ALTER, _VAULT, alone=True)
    EXHIBIT_CONSULTED = _S("exhibit.consulted", _CONSULT, _CONSOLE, _P.EXHIBIT_READ, told=_SENT)
    EXHIBIT_HANDED_OVER = _S("exhibit.handed_over", _ALTER, _CONSOLE, _P.EXHIBIT_SEAL)
    EXPORT_ASKED = _S("export.asked", _ALTER, _CONSOLE, _P.EXPORT_ASK)
    EXPORT_OPENED = _S("export.opened", _CONSULT, _VAULT)
    EXPORT_BODY_OPENED = _S("export.body_opened", _CONSULT, _VAULT)
    EXPORT_BUILT = _S("export.built", _COMBINE, _VAULT, alone=True)
    EXPORT_CONSULTED = _S("export.consulted", _CONSULT, _CONSOLE, _P.EXPORT_APPROVE, told=_SENT)
    EXPORT_APPROVED = _S("export.approved", _ALTER, _CONSOLE, _P.EXPORT_APPROVE)
    EXPORT_REFUSED = _S("export.refused", _ALTER, _CONSOLE, _P.EXPORT_APPROVE)
    EXPORTED = _S("export.exported", _DISCLOSE, _VAULT, alone=True)
    EXPORT_DOWNLOADED = _S("export.downloaded", _DISCLOSE, _CONSOLE, _P.EXPORT_ASK, told=_SENT)
    ATTESTATION_RECORDED = _S("attestation.recorded", _OTHER, _CONSOLE, _P.ATTESTATION_RECORD)
    ATTESTATION_WITHDRAWN = _S("attestation.withdrawn", _OTHER, _CONSOLE, _P.ATTESTATION_RECORD)
    LOG_OPENED = _S("log.opened", _OTHER, _CONSOLE, _P.AUDIT_READ)  # for which purpose
    LOG_READ = _S("log.read", _CONSULT, _CONSOLE, _P.AUDIT_READ)  # a page of it, and what was searched for
    LOG_TAKEN = _S("log.taken", _DISCLOSE, _CONSOLE, _P.AUDIT_TAKE)  # an extract, of which it names the digest
    OWN_NAME_SOUGHT = _S("search.own_name", _OTHER, _CONSOLE)
    LOOK_UP_PICKED = _S("look_up.picked", _OTHER, _WORKER, alone=True)
    LOOK_UP_EXAMINED = _S("look_up.examined", _OTHER, _CONSOLE, _P.LOOK_UP_EXAMINE)
    SAMPLE_DRAWN = _S("look_up.sample_drawn", _OTHER, _CONSOLE, _P.LOOK_UP_EXAMINE)
    SAMPLE_MARKED = _S("look_up.sample_marked", _OTHER, _CONSOLE, _P.LOOK_UP_EXAMINE)
    LOOKS_SEALED = _S("looks.sealed", _OTHER, _WORKER)
    MISMATCH_FOUND = _S("mismatch.found", _OTHER, _VAULT | _INTEGRITY, rests=_RECORDS)  # by the log, or by the device
    MISMATCH_ENDED = _S("mismatch.ended", _OTHER, _INTEGRITY, rests=_RECORDS)  # the record is as the log says again
    DESTRUCTION_ASKED = _S("destruction.asked", _ALTER, _CONSOLE, _P.DESTRUCTION_ASK)
    DESTRUCTION_APPROVED = _S("destruction.approved", _ALTER, _CONSOLE, _P.DESTRUCTION_APPROVE)
    DESTRUCTION_REFUSED = _S("destruction.refused", _ALTER, _CONSOLE, _P.DESTRUCTION_APPROVE)
    DESTRUCTION_STOPPED = _S("destruction.stopped", _ALTER, _VAULT, alone=True)
    DISPOSED = _S("retention.disposed", _ERASE, _VAULT, alone=True)  # before the key goes
    DESTRUCTION_DONE = _S("destruction.done", _ERASE, _VAULT, alone=True)  # after
    QUARANTINE_MADE = _S("quarantine.made", _ALTER, _VAULT, alone=True)
    QUARANTINE_DECISION_ASKED = _S("quarantine.decision_asked", _ALTER, _CONSOLE, _P.DESTRUCTION_ASK)
    QUARANTINE_DECISION_AGREED = _S("quarantine.decision_agreed", _ALTER, _CONSOLE, _P.DESTRUCTION_APPROVE)
    QUARANTINE_DECISION_REFUSED = _S("quarantine.decision_refused", _ALTER, _CONSOLE, _P.DESTRUCTION_APPROVE)
    QUARANTINE_PURGED = _S("quarantine.purged", _ERASE, _VAULT, alone=True)
    PERSON_ACCESS_MADE = _S("person.access_made", _OTHER, _CONSOLE, _P.NOTICE_SERVE)
    DEVICE_ACCESS_MADE = _S("device.access_made", _OTHER, _INGEST)
    PERSON_SIGNED_IN = _S("person.signed_in", _OTHER, _PORTAL)
    PERSON_LOOKED = _S("person.looked", _CONSULT, _PORTAL, _P.PORTAL_READ)
    PERSON_ASKED = _S("person.asked", _COLLECT, _PORTAL, _P.PORTAL_ASK)
    REQUEST_TAKEN_DOWN = _S("request.taken_down", _COLLECT, _CONSOLE, _P.REQUEST_RECORD)
    REQUEST_CONSULTED = _S("request.consulted", _CONSULT, _CONSOLE, told=_HELD)
    REQUEST_TAKEN_UP = _S("request.taken_up", _ALTER, _CONSOLE, _P.REQUEST_ANSWER)
    REQUEST_CASE_OPENED = _S("request.case_opened", _ALTER, _CONSOLE, _P.REQUEST_ANSWER)
    REQUEST_SHARED = _S("request.shared", _ALTER, _CONSOLE, _P.REQUEST_ANSWER)
    REQUEST_EXTENDED = _S("request.extended", _ALTER, _CONSOLE, _P.REQUEST_ANSWER)
    REQUEST_ANSWERED = _S("request.answered", _ALTER, _CONSOLE, _P.REQUEST_ANSWER)
    RESTRICTION_ASKED = _S("restriction.asked", _ALTER, _CONSOLE, _P.RESTRICTION_ASK)
    RESTRICTION_CONSULTED = _S("restriction.consulted", _CONSULT, _CONSOLE)
    RESTRICTION_DECIDED = _S("restriction.decided", _ALTER, _CONSOLE, _P.RESTRICTION_DECIDE)
    RESTRICTION_LIFTED = _S("restriction.lifted", _ALTER, _CONSOLE, _P.RESTRICTION_DECIDE)
    ACCESS_DENIED = _S("access.denied", _CONSULT, _CONSOLE | _PORTAL | _VAULT)

    @property
    def operation(self) -> Operation:
        """Which operation of DPA 2018 s.62 it is."""
        return self.spec.operation

    @property
    def is_look(self) -> bool:
        """Whether somebody looks at a person's data by it. A reveal is asked for by who looks; the vault then opens it."""
        return self.operation is Operation.CONSULTATION or self is Verb.REVEAL_ASKED

    @property
    def permission(self) -> Permission:
        """The permission that a person needs for it. Raises LookupError where none is declared: nothing may rest on its actor."""
        if self.spec.takes is None:
            raise LookupError(f"{self.value} declares no permission")
        return self.spec.takes


def those_that_rest(*what: Rests) -> frozenset[Verb]:
    """The verbs that the signer asks for, about any of these."""
    return frozenset(verb for verb in Verb if verb.spec.rests in what)


def those_told(*which: LookAt) -> tuple[Verb, ...]:
    """The verbs of looks that the person is told of, in the order of the table."""
    return tuple(verb for verb in Verb if verb.spec.told in which)
