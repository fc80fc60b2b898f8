"""Every read of agencies. The directory holds nothing about a case, so reading it is no consultation."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import OuterRef, Q, QuerySet

from offmon.core.access import roles
from offmon.core.access.roles import Permission, Role
from offmon.core.access.sharing import SharingGround
from offmon.core.errors import Refused, passes
from offmon.core.formats.event import Gravity
from offmon.core.formats.trust import KeyRing
from offmon.core.formats.trust_file import TrustFile
from offmon.core.ids import CHECKS, Digest, Id, Ms
from offmon.core.log.witnessing import ring_at
from offmon.server.agencies.leads.queries import home, leads_of
from offmon.server.agencies.models import Agency, Caseload, GuestOffer, KeysStatement, Party, Staff, Team
from offmon.server.audit import queries as log
from offmon.server.base import clock
from offmon.server.base.actor import Actor, Service, service
from offmon.server.base.prepared import Given
from offmon.server.base.scope import scope

ACCOUNT: Final = ("agency_id", "team_id", "role", "is_active", "given_until")
"""The columns of an account that its commitment names, but for names and password."""


@dataclass(frozen=True, slots=True)
class AgencyView:
    """An agency as the directory has it."""

    id: Id
    name: str
    origin: str
    root: str
    contact: str
    office_hours: str
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


@dataclass(frozen=True, slots=True)
class SignedInView(StaffView):
    """The same of somebody who signs in. `given_until`: until when a password that somebody else gave may be used."""

    credentials: Digest
    given_until: Ms | None


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account as the operator sees it. `team`: its name. `is_logged`: the log says of it what its row says."""

    id: Id
    agency: Id
    sign_in: str
    display_name: str
    role: Role
    team: str
    is_active: bool
    is_logged: bool


@dataclass(frozen=True, slots=True)
class WorkerView:
    """That somebody works on a case: since when, and why it was opened to them. `covers`: for whom, of a cover, which ends by itself."""

    staff: StaffView
    since: Ms
    reason: str
    until: Ms | None
    covers: str | None


@dataclass(frozen=True, slots=True)
class PartyView:
    """An agency that a case is shared with, and who of its staff works on it."""

    id: Id
    partner: Id
    name: str
    ground: SharingGround
    ground_words: str
    reason: str
    since: Ms
    workers: tuple[WorkerView, ...]


@dataclass(frozen=True, slots=True)
class WorkersView:
    """Who works on a case: the staff of the agency that leads it, and its parties."""

    lead: str
    own: tuple[WorkerView, ...]
    parties: tuple[PartyView, ...]


def agency(agency_id: Id) -> AgencyView:
    """One agency."""
    return _agency(Agency.objects.get(id=agency_id))


def _agency(row: Agency) -> AgencyView:
    return AgencyView(
        id=row.id,
        name=row.name,
        origin=row.origin,
        root=row.root,
        contact=row.contact,
        office_hours=row.office_hours,
        on_call={one: getattr(row, f"on_call_{one.value}") for one in Gravity},
        duty_inspector=row.duty_inspector,
        delay_days=row.delay_days,
    )


def contact_checked_at(agency_id: Id) -> Ms | None:
    """When somebody of the agency, whose role may, last checked how people reach it, as the log says; None where nobody did.

    Neither an id nor a day in the row is enough, nor a check of what has changed since (`agencies_contact_checked`).
    """
    may_check = [role.value for role in roles.those_who_may(Permission.STAFF_MANAGE)]
    with connection.cursor() as cursor:
        cursor.execute("select agencies_contact_checked(%s, %s)", [agency_id, may_check])
        (at,) = cursor.fetchone()
    return None if at is None else Ms(at)


def agency_named(text: str) -> AgencyView | None:
    """The agency of that id or force code; None for none."""
    field = "id" if CHECKS[Id](text) else "force_code"
    row = Agency.objects.filter(**{field: text}).first()
    return None if row is None else _agency(row)


def agencies() -> list[AgencyView]:
    """Every agency of this installation."""
    return [_agency(row) for row in Agency.objects.order_by("force_code")]


def agency_ids() -> list[Id]:
    """The id of every agency, for who may read no more of it."""
    return list(Agency.objects.order_by("id").values_list("id", flat=True))


def reachable_staff(agency_id: Id) -> set[Id]:
    """The staff of an agency whose accounts are open, by id: whoever asks may read no name."""
    return set(Staff.objects.filter(agency_id=agency_id, is_active=True).values_list("id", flat=True))


def keys_of(agency_id: Id) -> tuple[bytes, ...]:
    """The agency's signed Keys statements, in order."""
    return tuple(row.document for row in KeysStatement.objects.filter(agency_id=agency_id).order_by("version"))


def ring_of(agency_id: Id, brought: TrustFile) -> KeyRing:
    """The agency's keys as they stand now, walked from the roots that the process was given. Raises Malformed or NotAuthentic.

    Never from the root that the directory's own row names: who can write the database would sign with a root of their own.
    """
    return ring_at(keys_of(agency_id), brought, agency_id, clock.now())


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


def logged_staff(staff_id: Id) -> SignedInView | None:
    """The same, for whoever is about to act by it. Raises NotAuthentic unless the log says of the account what its row says."""
    row = Staff.objects.filter(id=staff_id, is_active=True).first()
    if row is None:
        return None
    log.check_logged(row, row.agency_id)
    if not row.is_active:
        return None
    role, of = Role(row.role), (row.credentials, row.given_until)
    return SignedInView(row.id, row.agency_id, row.team_id, role, row.display_name, *of)


def accounts_of(agency_id: Id) -> list[AccountView]:
    """Every account of an agency, closed ones too, by the name that it signs in with. For the operator."""
    return [
        _account(row) for row in Staff.objects.filter(agency_id=agency_id).select_related("team").order_by("sign_in")
    ]


def account_named(sign_in: str) -> AccountView | None:
    """The account that signs in by that name; None for none. For the operator."""
    row = Staff.objects.filter(sign_in=sign_in).select_related("team").first()
    return None if row is None else _account(row)


def team_named(name: str, agency_id: Id) -> Id | None:
    """The team of that name of an agency; None for none."""
    return Team.objects.filter(name=name, agency_id=agency_id).values_list("id", flat=True).first()


def _account(row: Staff) -> AccountView:
    return AccountView(
        id=row.id,
        agency=row.agency_id,
        sign_in=row.sign_in,
        display_name=row.display_name,
        role=Role(row.role),
        team=row.team.name,
        is_active=row.is_active,
        is_logged=passes(log.check_logged, row, row.agency_id),
    )


def check_account(staff_id: Id) -> None:
    """Raises NotAuthentic unless the log says of an account what its row says, but for names and password: what the vault may read."""
    row = Staff.objects.only(*ACCOUNT, "salt", "credentials").get(id=staff_id)
    log.check_logged(row, row.agency_id)


def check_logged_on(case: Id, staff_id: Id, at: Ms) -> None:
    """Raises unless the case was open to that member of staff at the instant, and the log says so of their account and of that access.

    Refused (`not-on-caseload`), or NotAuthentic where a row is not what the log says. Inside the scope that is open.
    """
    check_account(staff_id)
    grants = list(open_at(at).filter(case=case, staff_id=staff_id))
    if not grants:
        raise Refused(
            "not-on-caseload", "You have no access to this case. Ask its supervisor for access, with a reason."
        )
    for grant in grants:
        log.check_logged(grant, grant.agency, grant.case)


def is_open_to(case: Id, actor: Actor) -> bool:
    """Whether the log says that the case is open to them: a row alone, which whoever owns the database could write, opens nothing."""
    return passes(check_logged_on, case, actor.id, clock.now())


def lead_of(case: Id) -> AgencyView:
    """The agency that leads a case now. Inside the scope that is open."""
    return agency(leads_of(case)[-1])


def acting(staff_id: Id, case: Id) -> Actor:
    """A member of staff as an actor on a case of the scope that is open, a guest on another agency's.

    From the few columns that the vault may read. Raises Staff.DoesNotExist for one who left.
    """
    row = Staff.objects.only("agency_id", "team_id", "role").get(id=staff_id, is_active=True)
    here = home()
    took_over = row.agency_id not in {here} and row.agency_id == leads_of(case)[-1]
    return Actor(row.id, Role(row.role), row.team_id, here, home=row.agency_id, took_over=took_over)


def may_here(staff: StaffView, permission: Permission, case: Id) -> bool:
    """Whether someone's role has the permission on a case of the scope that is open: a guest's has fewer."""
    return roles.may(staff.role, permission, guest=staff.agency != leads_of(case)[-1])


def who_may(people: Collection[Id], permission: Permission, case: Id | None = None) -> frozenset[Id]:
    """Those of these ids that are staff in a role that has the permission on a case of the scope that is open: a guest's has fewer.

    `case` None: on what is the agency's own. Of a case, staff of each agency that ever led it count: what they lawfully did then stays.

    From the few columns that the signer may read. Who has left counts: what somebody lawfully agreed to outlives their leaving.
    """
    rows = Staff.objects.filter(id__in=people).only("agency_id", "role")
    leads = (home(),) if case is None else leads_of(case)
    return frozenset(row.id for row in rows if roles.may(row.role, permission, guest=row.agency_id not in leads))


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
    if not open_at(at).filter(case=case, staff_id=staff_id).exists():
        raise Refused(
            "not-on-caseload", "You have no access to this case. Ask its supervisor for access, with a reason."
        )


def caseload_of(staff_id: Id, at: Ms) -> list[Id]:
    """The cases that are open to a member of staff at the instant. Inside the scope that is open."""
    return list(open_at(at).filter(staff_id=staff_id).values_list("case", flat=True))


def open_at(at: Ms | Given) -> "QuerySet[Caseload]":
    """The grants that are open at the instant. Inside the scope that is open."""
    return Caseload.objects.filter(since__lte=at).exclude(until__lte=at)


def has_a_case(staff_id: Id, at: Ms, *, took_over: bool) -> bool:
    """Whether any case here is open to a member of staff at the instant, whichever it is, or any taken over. Inside the scope that is open.

    By a function of the database: whoever asks may not see that case.
    """
    with connection.cursor() as cursor:
        cursor.execute("select agencies_has_a_case(%s, %s, %s)", [staff_id, at, took_over])
        [(found,)] = cursor.fetchall()
        return bool(found)


def keeper_of(case: Id, at: Ms) -> Id | None:
    """Whose case it is now (`keepers_of`). Inside the scope that is open."""
    return keepers_of([case], at).get(case)


def keepers_of(cases: Collection[Id], at: Ms) -> dict[Id, Id]:
    """Whose each case is now: the offender manager of the lead agency who has had it longest, or who covers for them.

    Without the cases that nobody keeps. Inside the scope that is open.
    """
    grants = defaultdict[Id, list[tuple[Id, Id | None]]](list)
    rows = _working(Role.OFFENDER_MANAGER, at).filter(case__among=cases)
    for case, staff, covers in rows.values_list("case", "staff_id", "covers_id"):
        grants[case].append((staff, covers))
    return {case: _keeper(of_it) for case, of_it in grants.items()}


def _keeper(grants: Sequence[tuple[Id, Id | None]]) -> Id:
    kept = [staff for staff, covers in grants if covers is None]
    covering = [staff for staff, covers in grants if covers is not None and covers in kept[:1]]
    return Id([*covering, *kept, *(staff for staff, _ in grants)][0])


def supervisors_of(team: Id | None) -> list[Id]:
    """The supervisors of a team who have an account. Nobody supervises whoever is in no team."""
    found = Staff.objects.filter(team_id=team, role=Role.SUPERVISOR, is_active=True).exclude(team_id=None)
    return list(found.order_by("id").values_list("id", flat=True))


def supervisor_of(case: Id, owner: Id | None, at: Ms) -> Id | None:
    """The supervisor to whom an owner's case is open: of the owner's team, where there is an owner. Inside the scope that is open.

    One who cannot see the case is no help, so that None leads on to the next.
    """
    grants = _working_on(case, Role.SUPERVISOR, at).exclude(staff_id=owner)
    if owner is not None:
        grants = grants.filter(staff__team_id__in=Staff.objects.filter(id=owner).values("team_id"))
    return grants.values_list("staff_id", flat=True).first()


def _working_on(case: Id, role: Role, at: Ms) -> "QuerySet[Caseload]":
    return _working(role, at).filter(case=case)


def _working(role: Role, at: Ms) -> "QuerySet[Caseload]":
    of_the_lead = Q(party=None, staff__is_active=True, staff__role=role)  # of the agency before it nobody's is open
    return open_at(at).filter(of_the_lead).order_by("since", "id")


def colleagues_on(case: Id, permission: Permission, at: Ms) -> list[StaffView]:
    """Who works on a case at the instant in a role that has the permission, by name. Inside the scope that is open."""
    found = Staff.objects.filter(id__in=open_at(at).filter(case=case).values("staff_id"), is_active=True)
    views, lead = [_view(row) for row in found.order_by("display_name", "role", "id")], leads_of(case)[-1]
    return [view for view in views if roles.may(view.role, permission, guest=view.agency != lead)]


def staff_with(those: Collection[Role], agency_id: Id) -> list[StaffView]:
    """Who is of an agency's staff now in one of these roles, by name."""
    found = Staff.objects.filter(agency_id=agency_id, role__in=list(those), is_active=True)
    return [_view(row) for row in found.order_by("display_name", "role", "id")]


def workers_on(case: Id, *, actor: Actor) -> WorkersView:
    """Who works on a case, by name, and which agencies are party to it. For who works on it too: the caller's query logs the case.

    Raises Refused (`not-on-caseload`).
    """
    with scope(actor):
        now = clock.now()
        check_on_caseload(case, actor.id, now)
        grants = open_at(now).filter(case=case).select_related("staff", "covers").order_by("staff__display_name", "id")
        working = [(row.party_id, _worker(row)) for row in grants]
        parties = Party.objects.filter(case=case, until=None).select_related("partner").order_by("partner__name")
        return WorkersView(
            lead=lead_of(case).name,
            own=tuple(worker for party, worker in working if party is None),
            parties=tuple(
                _party_view(row, tuple(worker for party, worker in working if party == row.id)) for row in parties
            ),
        )


def _worker(row: Caseload) -> WorkerView:
    return WorkerView(
        _view(row.staff), row.since, row.reason, row.until, row.covers.display_name if row.covers else None
    )


def _party_view(row: Party, workers: tuple[WorkerView, ...]) -> PartyView:
    return PartyView(
        row.id, row.partner_id, row.partner.name, row.ground, row.ground_words, row.reason, row.since, workers
    )


def not_yet_on(case: Id, agency_id: Id, *, actor: Actor) -> list[tuple[StaffView, str]]:
    """Staff of an agency to whom a case could be opened and is not, each with their team's name: the actor's own team first."""
    with scope(actor):
        there = open_at(clock.now()).filter(case=case).values("staff_id")
        found = Staff.objects.filter(agency_id=agency_id, is_active=True).exclude(id__in=there)
        teams = dict(Team.objects.filter(agency_id=agency_id).values_list("id", "name"))
        able = [row for row in found if roles.sees_cases(row.role, guest=agency_id != actor.lead)]
        by_team = sorted(able, key=lambda row: (row.team_id != actor.team, teams[row.team_id], row.display_name))
        return [(_view(row), teams[row.team_id]) for row in by_team]


def not_yet_parties(case: Id, *, actor: Actor) -> list[AgencyView]:
    """The agencies that a case could be shared with, and is not."""
    with scope(actor):
        sharing = set(Party.objects.filter(case=case, until=None).values_list("partner_id", flat=True))
    return [one for one in agencies() if one.id not in sharing | {actor.agency, actor.lead}]


@dataclass(frozen=True, slots=True)
class Workplace:
    """An agency in whose log cases lie that somebody works on. `took_over`: those that their own agency took over from it."""

    agency: AgencyView
    took_over: bool = False


def hosts_of(staff_id: Id) -> list[Workplace]:
    """Where else this member of staff works, by name. An offer: row-level security says which cases, if any."""
    return around(staff_id, ())[1]


def around(staff_id: Id, own: Collection[Id]) -> tuple[dict[Id, AgencyView], list[Workplace]]:
    """These agencies by id, and `hosts_of` that member of staff: both by one question, for every page asks it."""
    offers = GuestOffer.objects.filter(staff_id=staff_id)
    to_here = offers.filter(agency=OuterRef("id")).order_by("took_over").values("took_over")
    rows = Agency.objects.filter(Q(id__in=own) | Q(id__in=offers.values("agency"))).order_by("name")
    found = [(_agency(row), vars(row)["offered"]) for row in rows.annotate(offered=ArraySubquery(to_here))]
    hosts = [Workplace(one, took_over) for one, offered in found for took_over in offered]
    return {one.id: one for one, _ in found}, hosts


def working_for(staff: StaffView, chosen: Id | None, *, took_over: bool) -> tuple[Id, bool]:
    """On whose cases someone works: as they chose, for as long as that is offered; otherwise on their own agency's."""
    if (
        chosen is None
        or not GuestOffer.objects.filter(staff_id=staff.id, agency_id=chosen, took_over=took_over).exists()
    ):
        return staff.agency, False
    return chosen, took_over


def names_of(staff_ids: set[Id]) -> dict[Id, str]:
    """Display names, for colleagues' pages."""
    return {row.id: row.display_name for row in Staff.objects.filter(id__in=staff_ids)}


def staff_named(staff_ids: set[Id]) -> dict[Id, StaffView]:
    """These members of staff, without those who are not in the directory that the actor may read."""
    return {row.id: _view(row) for row in Staff.objects.filter(id__in=staff_ids)}


def team_names() -> dict[Id, str]:
    """What each team is called. A directory read: the person sees role and team, never a name."""
    return dict(Team.objects.values_list("id", "name"))


def _view(row: Staff) -> StaffView:
    return StaffView(row.id, row.agency_id, row.team_id, Role(row.role), row.display_name)
