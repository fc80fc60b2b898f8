"""Who may open a case to whom, and who can have authorised what (R-SEC-9, R-LEG-24; design §5, "Scope")."""

from collections.abc import Iterable

from offmon.core.access import roles
from offmon.core.access.roles import Permission, Role
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.attribution import check_act
from offmon.core.log.audit import AuditEntry, Touched, Verb
from offmon.server.agencies.models import Caseload, Party
from offmon.server.agencies.queries import StaffView, check_logged_on, open_at, who_may
from offmon.server.base.actor import Actor


def check_manages(case: Id, reason: str, actor: Actor, at: Ms) -> None:
    """Raises Refused unless the actor may say who works on the case: by role, working on it themselves, for a reason."""
    actor.check(Permission.CASELOAD_MANAGE)
    check_logged_on(case, actor.id, at)
    if not reason.strip():
        raise Refused("no-reason", "Enter a reason. It is recorded in the log.")


def check_open_to(staff: StaffView | None, party: Party | None, actor: Actor) -> None:
    """Raises Refused unless a case may be opened to that person: there, in a role that works on cases, of this agency or of a party."""
    if staff is None or not roles.sees_cases(staff.role, guest=staff.agency != actor.lead):
        raise Refused("sees-no-case", "Choose someone whose role works on cases.")
    if staff.agency != actor.lead and (party is None or party.partner_id != staff.agency or party.until is not None):
        raise Refused("no-party", "They belong to another agency. Share the case with it first, on a lawful ground.")


def check_supervised(grant: Caseload, actor: Actor) -> None:
    """Raises Refused (`own-supervisor`) where somebody else than a supervisor would end a supervisor's access: whoever is supervised."""
    ends_supervisor = grant.party_id is None and grant.staff.role is Role.SUPERVISOR and grant.staff.is_active
    if ends_supervisor and actor.role is not Role.SUPERVISOR:
        raise Refused("own-supervisor", "Only a supervisor can end a supervisor's access to a case. Ask one.")


def check_leaves_someone(grant: Caseload, others: Iterable[Caseload]) -> None:
    """Raises Refused where, without this grant, nobody of the lead agency is left for good who could open the case to anyone."""
    own = [one.staff for one in (grant, *others) if one.party_id is None and (one is grant or one.covers_id is None)]
    able = [one.id for one in own if one.is_active and roles.may(one.role, Permission.CASELOAD_MANAGE)]
    if able == [grant.staff_id]:
        raise Refused(
            "nobody-left",
            "Nobody else could manage access to this case. First give access to another colleague who can.",
        )


def check_agreed(by: Id | None, permission: Permission, what: str, case: Id | None = None) -> None:
    """Raises Refused (`not-permitted`) unless who a row says agreed is somebody of staff whose role includes it (R-LEG-24).

    The console writes such rows and cannot write the directory: it can invent no second person, nor lend one another role. The role is
    today's, for none is kept of before. `case`: the case that it is about.
    """
    if by is None or by not in who_may([by], permission, case):
        raise Refused(
            "not-permitted",
            f"{what} has no approval from a person with that permission. A colleague must approve again.",
        )


def check_agreed_on(case: Id, by: Id | None, at: Ms | None, permission: Permission, what: str) -> None:
    """The same for an act on a case. Raises Refused (`not-on-caseload`) too, unless the case was open to them when they agreed."""
    check_agreed(by, permission, what, case)
    if at is None or not open_at(at).filter(case=case, staff_id=by).exists():
        raise Refused(
            "not-on-caseload",
            f"{what} was approved by a person without access to the case. A colleague must approve again.",
        )


def check_begun_on(case: Id, by: Id | None, verb: Verb, row: Touched, log: Iterable[AuditEntry]) -> None:
    """The same of the first of two, whose row has no time of its own: when they did it, the log says. Raises as `acts.check_act` too.

    An entry may be written by any process, of an id that is nobody's: with one person's honest word a taken console would have two.
    """
    begun = check_act(log, verb, row, by, final=False)
    check_agreed_on(case, by, begun.at, verb.permission, f"The act {verb.value}")
