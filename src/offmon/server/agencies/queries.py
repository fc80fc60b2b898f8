"""Every read of agencies. The directory says nothing of a case, so reading it is no consultation."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet

from offmon.core import roles
from offmon.core.errors import Refused
from offmon.core.event import Gravity
from offmon.core.ids import Id, Ms
from offmon.core.roles import Permission, Role
from offmon.server.agencies.models import Agency, Caseload, KeysStatement, Staff
from offmon.server.base.actor import Actor, Service, service
from offmon.server.base.scope import scope


@dataclass(frozen=True, slots=True)
class AgencyView:
    """An agency as the directory has it."""

    id: Id
    name: str
    origin: str
    root: str
    contact: str
    on_call: dict[Gravity, str]
    duty_inspector: str
    delay_days: int


@dataclass(frozen=True, slots=True)
class StaffView:
    """A member of staff as colleagues see them."""

    id: Id
    agency: Id
    team: Id
    role: Role
    display_name: str


def agency(agency_id: Id) -> AgencyView:
    """One agency."""
    row = Agency.objects.get(id=agency_id)
    return AgencyView(
        id=row.id,
        name=row.name,
        origin=row.origin,
        root=row.root,
        contact=row.contact,
        on_call={
            Gravity.URGENT: row.on_call_urgent,
            Gravity.HIGH: row.on_call_high,
            Gravity.STANDARD: row.on_call_standard,
        },
        duty_inspector=row.duty_inspector,
        delay_days=row.delay_days,
    )


def agencies() -> list[AgencyView]:
    """Every agency of this installation."""
    return [agency(row.id) for row in Agency.objects.order_by("force_code")]


def keys_of(agency_id: Id) -> tuple[bytes, ...]:
    """The agency's signed Keys statements, in order."""
    return tuple(row.document for row in KeysStatement.objects.filter(agency_id=agency_id).order_by("version"))


def staff(staff_id: Id) -> StaffView:
    """One member of staff."""
    return _view(Staff.objects.get(id=staff_id, is_active=True))


def credentials(sign_in: str) -> tuple[Id, str] | None:
    """Whose sign-in name that is, and the hash of their password; None for a name that nobody has, or that is closed."""
    row = Staff.objects.filter(sign_in=sign_in, is_active=True).first()
    return None if row is None else (row.id, row.password)


def active_staff(staff_id: Id) -> StaffView | None:
    """One member of staff; None where the account is closed or gone."""
    row = Staff.objects.filter(id=staff_id, is_active=True).first()
    return None if row is None else _view(row)


def acting(staff_id: Id) -> Actor:
    """A member of staff as an actor, from the few columns that the vault may read. Raises Staff.DoesNotExist for one who left."""
    row = Staff.objects.only("agency_id", "team_id", "role").get(id=staff_id, is_active=True)
    return Actor(row.id, Role(row.role), row.team_id, row.agency_id)


def whose(process: Service, holds: Callable[[], bool]) -> Actor | None:
    """The process, acting for the agency in whose scope `holds` is true; None for none. For who is given an id and no more."""
    for row in Agency.objects.only("id").order_by("force_code"):
        actor = service(process, row.id)
        with scope(actor):
            if holds():
                return actor
    return None


def check_on_caseload(case: Id, staff_id: Id, at: Ms) -> None:
    """Raises Refused unless the case is open to that member of staff at the instant. Inside the scope that is open."""
    grants = Caseload.objects.filter(case=case, staff_id=staff_id, since__lte=at)
    if not any(grant.until is None or grant.until > at for grant in grants):
        raise Refused("not-on-caseload", "This case is not open to you; ask its supervisor for it, with a reason.")


def caseload_of(staff_id: Id, at: Ms) -> list[Id]:
    """The cases that are open to a member of staff at the instant. Inside the scope that is open."""
    grants = Caseload.objects.filter(staff_id=staff_id, since__lte=at).exclude(until__lte=at)
    return list(grants.values_list("case", flat=True))


def keeper_of(case: Id, at: Ms) -> Id | None:
    """Whose case it is: the offender manager who has had it longest, of those it is open to. Inside the scope that is open."""
    grants = _working_on(case, Role.OFFENDER_MANAGER, at)
    return grants.values_list("staff_id", flat=True).first()


def supervisor_of(case: Id, owner: Id | None, at: Ms) -> Id | None:
    """The supervisor to whom an owner's case is open: of the owner's team, where there is an owner. Inside the scope that is open.

    One who cannot see the case is no help, so that None leads on to the next.
    """
    grants = _working_on(case, Role.SUPERVISOR, at).exclude(staff_id=owner)
    if owner is not None:
        grants = grants.filter(staff__team_id__in=Staff.objects.filter(id=owner).values("team_id"))
    return grants.values_list("staff_id", flat=True).first()


def _working_on(case: Id, role: Role, at: Ms) -> "QuerySet[Caseload]":
    grants = Caseload.objects.filter(case=case, since__lte=at, staff__is_active=True, staff__role=role)
    return grants.exclude(until__lte=at).order_by("since", "id")


def colleagues_on(case: Id, permission: Permission, at: Ms) -> list[StaffView]:
    """Who works on a case at the instant in a role that has the permission, by name. Inside the scope that is open."""
    grants = Caseload.objects.filter(case=case, since__lte=at).exclude(until__lte=at)
    able = [role for role in Role if roles.may(role, permission)]
    found = Staff.objects.filter(id__in=grants.values("staff_id"), is_active=True, role__in=able)
    return [_view(row) for row in found.order_by("display_name", "id")]


def names_of(staff_ids: set[Id]) -> dict[Id, str]:
    """Display names, for colleagues' pages."""
    return {row.id: row.display_name for row in Staff.objects.filter(id__in=staff_ids)}


def _view(row: Staff) -> StaffView:
    return StaffView(row.id, row.agency_id, row.team_id, Role(row.role), row.display_name)
