"""Who may do what: roles × permissions, as one table (requirements §0.4; design §2).

Rules
- A permission is `<thing>.<act>`; reading and writing are always two permissions.
- The table says what a *role* may do at all. Which *case* it may be done to is the caseload's (scope), and when is the state's.
- Separation of duties: no role both drafts and authorises monitoring, or asks for an export and approves one, or seals an exhibit and
  approves what leaves with it, or prepares an impact assessment and signs it, or asks that the person be told later and decides that.
  What a person asks for is answered by another than who keeps their case. An officer may confirm a term that a colleague recorded.
  That two acts were done by two people is checked where the act is done, in a constraint, and again by signer and vault (R-LEG-24,
  R-SEC-9).
- A supplier's operator sees no case at all (R-SEC-12), nor does who manages staff: no case is ever opened to them.
- The supervised person reads of their own case what the portal shows, and asks; nobody else holds either permission, and they no other.
- Who keeps a case and who supervises it open it to others (`caseload.manage`): both answer for it, and whose case it is to work on is
  not for those to say who manage accounts.
- Staff of a *party*, another agency with which a case is shared, read it and work on it (`AS_PARTY`), as far as their own role goes.
  What the lead agency answers for stays with it: who is monitored and how, its lists, its exhibits and bundles, and who else sees the case.
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
    TENANT_ADMIN = "tenant_admin"
    SUPPLIER_OPERATOR = "supplier_operator"
    SERVICE = "service"
    SUPERVISED_PERSON = "supervised_person"


class Permission(StrEnum):
    """What may be done. Alphabetical."""

    ACTION_COMPLETE = "action.complete"
    ACTION_READ = "action.read"
    ALERT_DECIDE = "alert.decide"
    ALERT_READ = "alert.read"
    ASSESSMENT_PREPARE = "assessment.prepare"
    ASSESSMENT_READ = "assessment.read"
    ASSESSMENT_SIGN = "assessment.sign"
    ATTESTATION_READ = "attestation.read"
    ATTESTATION_RECORD = "attestation.record"
    AUDIT_READ = "audit.read"
    CASELOAD_MANAGE = "caseload.manage"
    CONTENT_REVEAL = "content.reveal"
    DEPLOYMENT_AUTHORISE = "deployment.authorise"
    DEPLOYMENT_DRAFT = "deployment.draft"
    DEPLOYMENT_READ = "deployment.read"
    EXHIBIT_READ = "exhibit.read"
    EXHIBIT_SEAL = "exhibit.seal"
    EXPORT_APPROVE = "export.approve"
    EXPORT_ASK = "export.ask"
    INSTRUMENT_CONFIRM = "instrument.confirm"
    INSTRUMENT_RECORD = "instrument.record"
    LIST_APPROVE = "list.approve"
    LIST_DRAFT = "list.draft"
    LIST_READ = "list.read"
    NOTICE_SERVE = "notice.serve"
    PORTAL_ASK = "portal.ask"
    PORTAL_READ = "portal.read"
    QUEUE_READ = "queue.read"
    REQUEST_ANSWER = "request.answer"
    REQUEST_READ = "request.read"
    REQUEST_RECORD = "request.record"
    RESTRICTION_ASK = "restriction.ask"
    RESTRICTION_DECIDE = "restriction.decide"
    RESTRICTION_READ = "restriction.read"
    STAFF_MANAGE = "staff.manage"


_P = Permission

MATRIX: Final[dict[Role, frozenset[Permission]]] = {
    Role.OFFENDER_MANAGER: frozenset(
        {
            _P.ACTION_COMPLETE,
            _P.ACTION_READ,
            _P.ALERT_DECIDE,
            _P.ALERT_READ,
            _P.CASELOAD_MANAGE,
            _P.CONTENT_REVEAL,
            _P.DEPLOYMENT_DRAFT,
            _P.DEPLOYMENT_READ,
            _P.EXHIBIT_READ,
            _P.EXHIBIT_SEAL,
            _P.EXPORT_ASK,
            _P.INSTRUMENT_CONFIRM,
            _P.INSTRUMENT_RECORD,
            _P.LIST_DRAFT,
            _P.LIST_READ,
            _P.NOTICE_SERVE,
            _P.QUEUE_READ,
            _P.REQUEST_READ,
            _P.REQUEST_RECORD,
            _P.RESTRICTION_ASK,
            _P.RESTRICTION_READ,
        }
    ),
    Role.SUPERVISOR: frozenset(
        {
            _P.ACTION_COMPLETE,
            _P.ACTION_READ,
            _P.ALERT_DECIDE,
            _P.ALERT_READ,
            _P.ASSESSMENT_PREPARE,
            _P.ASSESSMENT_READ,
            _P.CASELOAD_MANAGE,
            _P.CONTENT_REVEAL,
            _P.DEPLOYMENT_READ,
            _P.EXHIBIT_READ,
            _P.EXPORT_APPROVE,
            _P.INSTRUMENT_CONFIRM,
            _P.LIST_APPROVE,
            _P.LIST_READ,
            _P.QUEUE_READ,
            _P.REQUEST_ANSWER,
            _P.REQUEST_READ,
            _P.REQUEST_RECORD,
            _P.RESTRICTION_DECIDE,
            _P.RESTRICTION_READ,
        }
    ),
    Role.AUTHORISING_OFFICER: frozenset(
        {_P.ALERT_READ, _P.ASSESSMENT_READ, _P.DEPLOYMENT_AUTHORISE, _P.DEPLOYMENT_READ, _P.LIST_READ}
    ),
    Role.EVIDENCE_OFFICER: frozenset(
        {
            _P.ALERT_READ,
            _P.CONTENT_REVEAL,
            _P.DEPLOYMENT_READ,
            _P.EXHIBIT_READ,
            _P.EXHIBIT_SEAL,
            _P.EXPORT_ASK,
        }
    ),
    Role.DATA_PROTECTION: frozenset(
        {
            _P.ATTESTATION_READ,
            _P.ATTESTATION_RECORD,
            _P.ASSESSMENT_READ,
            _P.ASSESSMENT_SIGN,
            _P.AUDIT_READ,
            _P.LIST_READ,
            _P.REQUEST_ANSWER,
            _P.REQUEST_READ,
            _P.RESTRICTION_DECIDE,
            _P.RESTRICTION_READ,
        }
    ),
    Role.TENANT_ADMIN: frozenset({_P.STAFF_MANAGE}),
    Role.SUPPLIER_OPERATOR: frozenset(),
    Role.SERVICE: frozenset(),
    Role.SUPERVISED_PERSON: frozenset({_P.PORTAL_ASK, _P.PORTAL_READ}),
}

AS_PARTY: Final[frozenset[Permission]] = frozenset(
    {
        _P.ACTION_COMPLETE,
        _P.ACTION_READ,
        _P.ALERT_DECIDE,
        _P.ALERT_READ,
        _P.CONTENT_REVEAL,
        _P.DEPLOYMENT_READ,
        _P.EXHIBIT_READ,
        _P.INSTRUMENT_CONFIRM,
        _P.INSTRUMENT_RECORD,
        _P.NOTICE_SERVE,
        _P.QUEUE_READ,
    }
)

NO_CASE: Final[frozenset[Role]] = frozenset(
    {Role.TENANT_ADMIN, Role.SUPPLIER_OPERATOR, Role.SERVICE, Role.SUPERVISED_PERSON}
)


def may(role: Role, permission: StrEnum, *, guest: bool = False) -> bool:
    """Whether the role may do this at all; as a guest, on another agency's case. Default deny."""
    return permission in MATRIX[role] and (permission in AS_PARTY or not guest)


def those_who_may(permission: StrEnum) -> list[Role]:
    """The roles that may do this at all, in the order in which they are written down."""
    return [role for role in Role if may(role, permission)]


def sees_cases(role: Role, *, guest: bool = False) -> bool:
    """Whether a case may be opened to that role; as a guest, whether it could do anything there."""
    return role not in NO_CASE and (not guest or bool(MATRIX[role] & AS_PARTY))
