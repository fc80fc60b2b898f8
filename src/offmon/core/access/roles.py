"""Who may do what: roles × permissions, as one table (requirements §0.4; design §2).

Rules
- A permission is `<thing>.<act>`. Reading and writing are always two permissions.
- The table says what a *role* may do at all. The caseload (scope) says to which *case*, and the state says when.
- Separation of duties: no role both drafts and authorises monitoring. No role asks for an export and approves one, or seals an exhibit and
  approves what leaves with it. No role prepares and signs an impact assessment, or prepares and agrees to a
  policy document, or asks for and decides a restriction.
- Only officers of the case and their supervisor see a person's own protected contacts. One officer proposes them and another agrees.
- The officer who keeps a case asks that its key is destroyed. A supervisor approves, who reads the whole case and answers for it.
- The officer who keeps a case does not answer the person's requests. The role that does is the desk (`core/person/request_desk.py`): it
  reads them without access to the case, and gets that access when it takes one up.
- An officer may confirm a term that a colleague recorded.
- The act itself, a database constraint, the signer and the vault each check that two people acted (R-LEG-24, R-SEC-9).
- No case is ever opened to a supplier's operator (R-SEC-12) or to the role that manages staff.
- The auditor reads the agency's log and figures, never content. No case is opened to them, and they decide nothing. They and the data
  protection officer take an extract of it (`audit.take`), since the Commissioner and others ask for the log (DPA 2018 s.62(5)).
- The duty inspector sees nobody's case. They see that an alert was passed to them, and how grave it is, and acknowledge it.
  In an emergency they open that one alert for an hour (`core/alerts/emergency.py`). A supervisor of the case reviews that.
- Administrators keep the rota of the agency (`rota.keep`), and a supervisor that of their own team. Who may be on it reads it.
- Only the supervised person reads the portal and asks there. They hold no other permission.
- The case's officer and their supervisor open the case to others (`caseload.manage`), since both answer for it. Account managers do not.
- A *party* is an agency with which a case is shared. Its staff read and work on the case as far as their own role and `AS_PARTY` allow.
- An officer corrects their own decision within a day. A supervisor of the lead agency corrects any, at any time (`decision.correct`).
- A supervisor of the lead agency puts a review off once, and does not record it (`review.put_off`).
- A supervisor of the lead agency looks at decisions again that chance drew, and sees the first one after their own (`decision.sample`).
- The data protection officer alone sees how the agency stands by its duties to people (`data_protection.read`): of a case that is not open
  to them by dates and grounds, without the case or the person.
- The case's officer proposes that another agency takes the case over. A supervisor of the lead approves, one of the other agency accepts.
  From then on its staff do there all that is about a case, and nothing that is the first agency's own (`OF_AN_AGENCY`).
- The lead agency alone decides what it answers for: monitoring, lists, exhibits, bundles and access to the case.
"""

from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What a person is to the agency. One role an account; the supervised person has none of staff, and a view of their own."""

    OFFENDER_MANAGER = "offender_manager"
    SUPERVISOR = "supervisor"
    AUTHORISING_OFFICER = "authorising_officer"
    EVIDENCE_OFFICER = "evidence_officer"
    DATA_PROTECTION = "data_protection"
    AUDITOR = "auditor"
    TENANT_ADMIN = "tenant_admin"
    DUTY_INSPECTOR = "duty_inspector"
    SUPPLIER_OPERATOR = "supplier_operator"
    SERVICE = "service"
    SUPERVISED_PERSON = "supervised_person"


class Permission(StrEnum):
    """What may be done. Alphabetical."""

    ACTION_COMPLETE = "action.complete"
    ACTION_READ = "action.read"
    ALERT_ACKNOWLEDGE = "alert.acknowledge"
    ALERT_DECIDE = "alert.decide"
    ALERT_READ = "alert.read"
    ASSESSMENT_PREPARE = "assessment.prepare"
    ASSESSMENT_READ = "assessment.read"
    ASSESSMENT_SIGN = "assessment.sign"
    ATTESTATION_READ = "attestation.read"
    ATTESTATION_RECORD = "attestation.record"
    AUDIT_READ = "audit.read"
    AUDIT_TAKE = "audit.take"
    CASELOAD_MANAGE = "caseload.manage"
    CONTACTS_AGREE = "contacts.agree"
    CONTACTS_PROPOSE = "contacts.propose"
    CONTACTS_READ = "contacts.read"
    CONTENT_REVEAL = "content.reveal"
    DATA_PROTECTION_READ = "data_protection.read"
    DECISION_CORRECT = "decision.correct"
    DECISION_SAMPLE = "decision.sample"
    DEPLOYMENT_AUTHORISE = "deployment.authorise"
    DEPLOYMENT_DRAFT = "deployment.draft"
    DEPLOYMENT_READ = "deployment.read"
    DESTRUCTION_APPROVE = "destruction.approve"
    DESTRUCTION_ASK = "destruction.ask"
    EMERGENCY_OPEN = "emergency.open"
    EMERGENCY_REVIEW = "emergency.review"
    EXHIBIT_READ = "exhibit.read"
    EXHIBIT_SEAL = "exhibit.seal"
    EXPORT_APPROVE = "export.approve"
    EXPORT_ASK = "export.ask"
    INSTRUMENT_CONFIRM = "instrument.confirm"
    INSTRUMENT_RECORD = "instrument.record"
    LIST_APPROVE = "list.approve"
    LIST_DRAFT = "list.draft"
    LIST_READ = "list.read"
    LOOK_UP_EXAMINE = "look_up.examine"
    NOTICE_SERVE = "notice.serve"
    POLICY_AGREE = "policy.agree"
    POLICY_PREPARE = "policy.prepare"
    POLICY_READ = "policy.read"
    PORTAL_ASK = "portal.ask"
    PORTAL_READ = "portal.read"
    QUEUE_READ = "queue.read"
    REQUEST_ANSWER = "request.answer"
    REQUEST_READ = "request.read"
    REQUEST_RECORD = "request.record"
    RESTRICTION_ASK = "restriction.ask"
    RESTRICTION_DECIDE = "restriction.decide"
    RESTRICTION_READ = "restriction.read"
    REVIEW_PUT_OFF = "review.put_off"
    ROTA_KEEP = "rota.keep"
    ROTA_READ = "rota.read"
    STAFF_MANAGE = "staff.manage"
    TEAM_READ = "team.read"
    TRANSFER_ACCEPT = "transfer.accept"
    TRANSFER_APPROVE = "transfer.approve"
    TRANSFER_PROPOSE = "transfer.propose"


_P = Permission

MATRIX: Final[dict[Role, frozenset[Permission]]] = {
    Role.OFFENDER_MANAGER: frozenset(
        {
            _P.ACTION_COMPLETE,
            _P.ACTION_READ,
            _P.ALERT_ACKNOWLEDGE,
            _P.ALERT_DECIDE,
            _P.ALERT_READ,
            _P.CASELOAD_MANAGE,
            _P.CONTACTS_AGREE,
            _P.CONTACTS_PROPOSE,
            _P.CONTACTS_READ,
            _P.CONTENT_REVEAL,
            _P.DEPLOYMENT_DRAFT,
            _P.DEPLOYMENT_READ,
            _P.DESTRUCTION_ASK,
            _P.EXHIBIT_READ,
            _P.EXHIBIT_SEAL,
            _P.EXPORT_ASK,
            _P.INSTRUMENT_CONFIRM,
            _P.INSTRUMENT_RECORD,
            _P.LIST_DRAFT,
            _P.LIST_READ,
            _P.NOTICE_SERVE,
            _P.POLICY_READ,
            _P.QUEUE_READ,
            _P.REQUEST_READ,
            _P.REQUEST_RECORD,
            _P.RESTRICTION_ASK,
            _P.RESTRICTION_READ,
            _P.ROTA_READ,
            _P.TRANSFER_PROPOSE,
        }
    ),
    Role.SUPERVISOR: frozenset(
        {
            _P.ACTION_COMPLETE,
            _P.ACTION_READ,
            _P.ALERT_ACKNOWLEDGE,
            _P.ALERT_DECIDE,
            _P.ALERT_READ,
            _P.ASSESSMENT_PREPARE,
            _P.ASSESSMENT_READ,
            _P.CASELOAD_MANAGE,
            _P.CONTACTS_AGREE,
            _P.CONTACTS_READ,
            _P.CONTENT_REVEAL,
            _P.DECISION_CORRECT,
            _P.DECISION_SAMPLE,
            _P.DEPLOYMENT_READ,
            _P.DESTRUCTION_APPROVE,
            _P.EMERGENCY_REVIEW,
            _P.EXHIBIT_READ,
            _P.EXPORT_APPROVE,
            _P.INSTRUMENT_CONFIRM,
            _P.LIST_APPROVE,
            _P.LIST_READ,
            _P.POLICY_PREPARE,
            _P.POLICY_READ,
            _P.QUEUE_READ,
            _P.REQUEST_ANSWER,
            _P.REQUEST_READ,
            _P.REQUEST_RECORD,
            _P.RESTRICTION_DECIDE,
            _P.RESTRICTION_READ,
            _P.REVIEW_PUT_OFF,
            _P.ROTA_KEEP,
            _P.ROTA_READ,
            _P.TEAM_READ,
            _P.TRANSFER_ACCEPT,
            _P.TRANSFER_APPROVE,
        }
    ),
    Role.AUTHORISING_OFFICER: frozenset(
        {_P.ALERT_READ, _P.ASSESSMENT_READ, _P.DEPLOYMENT_AUTHORISE, _P.DEPLOYMENT_READ, _P.LIST_READ, _P.POLICY_READ}
    ),
    Role.EVIDENCE_OFFICER: frozenset(
        {_P.ALERT_READ, _P.CONTENT_REVEAL, _P.DEPLOYMENT_READ, _P.EXHIBIT_READ, _P.EXHIBIT_SEAL, _P.EXPORT_ASK}
    ),
    Role.DATA_PROTECTION: frozenset(
        {
            _P.ALERT_READ,
            _P.ATTESTATION_READ,
            _P.ATTESTATION_RECORD,
            _P.ASSESSMENT_READ,
            _P.ASSESSMENT_SIGN,
            _P.AUDIT_READ,
            _P.AUDIT_TAKE,
            _P.DATA_PROTECTION_READ,
            _P.DEPLOYMENT_READ,
            _P.LIST_READ,
            _P.LOOK_UP_EXAMINE,
            _P.POLICY_AGREE,
            _P.POLICY_READ,
            _P.REQUEST_ANSWER,
            _P.REQUEST_READ,
            _P.RESTRICTION_DECIDE,
            _P.RESTRICTION_READ,
        }
    ),
    Role.AUDITOR: frozenset({_P.AUDIT_READ, _P.AUDIT_TAKE, _P.LOOK_UP_EXAMINE}),
    Role.TENANT_ADMIN: frozenset({_P.ROTA_KEEP, _P.ROTA_READ, _P.STAFF_MANAGE}),
    Role.DUTY_INSPECTOR: frozenset({_P.ALERT_ACKNOWLEDGE, _P.EMERGENCY_OPEN, _P.ROTA_READ}),
    Role.SUPPLIER_OPERATOR: frozenset(),
    Role.SERVICE: frozenset(),
    Role.SUPERVISED_PERSON: frozenset({_P.PORTAL_ASK, _P.PORTAL_READ}),
}

AS_PARTY: Final[frozenset[Permission]] = frozenset(
    {
        _P.ACTION_COMPLETE,
        _P.ACTION_READ,
        _P.ALERT_ACKNOWLEDGE,
        _P.ALERT_DECIDE,
        _P.ALERT_READ,
        _P.CONTENT_REVEAL,
        _P.DEPLOYMENT_READ,
        _P.EXHIBIT_READ,
        _P.INSTRUMENT_CONFIRM,
        _P.INSTRUMENT_RECORD,
        _P.NOTICE_SERVE,
        _P.QUEUE_READ,
        _P.TRANSFER_ACCEPT,
    }
)

_OF_AGENCIES: Final = {"attestation", "audit", "data_protection", "look_up", "rota", "staff", "team"}
OF_AN_AGENCY: Final = frozenset(one for one in Permission if one.split(".")[0] in _OF_AGENCIES) | {
    *(_P.ASSESSMENT_PREPARE, _P.ASSESSMENT_SIGN, _P.DECISION_SAMPLE, _P.LIST_APPROVE, _P.LIST_DRAFT),
    *(_P.POLICY_AGREE, _P.POLICY_PREPARE),
}
"""About an agency and no case. Whoever took a case over from another agency does none of it there."""

AT_HOME_ALONE: Final[frozenset[Role]] = frozenset({Role.DATA_PROTECTION})
"""On a shared case the lead agency's own answers for the data."""

NO_CASE: Final[frozenset[Role]] = frozenset(
    {
        *(Role.AUDITOR, Role.TENANT_ADMIN, Role.DUTY_INSPECTOR),
        *(Role.SUPPLIER_OPERATOR, Role.SERVICE, Role.SUPERVISED_PERSON),
    }
)


def may(role: Role, permission: StrEnum, *, guest: bool = False, took_over: bool = False) -> bool:
    """Whether the role may do this at all. Default deny.

    `guest`: on another agency's case. `took_over`: on a case that their agency took over from the one in whose log it lies.
    """
    if permission not in MATRIX[role] or (took_over and permission in OF_AN_AGENCY):
        return False
    return not guest or (permission in AS_PARTY and role not in AT_HOME_ALONE)


def those_who_may(permission: StrEnum) -> list[Role]:
    """The roles that may do this at all, in the order in which they are written down."""
    return [role for role in Role if may(role, permission)]


def sees_cases(role: Role, *, guest: bool = False) -> bool:
    """Whether a case may be opened to that role; as a guest, whether it could do anything there."""
    return role not in NO_CASE and (not guest or any(may(role, one, guest=True) for one in MATRIX[role]))
