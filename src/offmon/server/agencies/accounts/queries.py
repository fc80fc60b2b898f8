"""Every read of accounts for whoever manages them, and of what was asked of them. The directory says nothing about a case."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q, QuerySet

from offmon.core.access.accounts import CONFIRM_MS, AccountAct, takes_two
from offmon.core.access.roles import Permission, Role
from offmon.core.ids import Id, Ms
from offmon.core.log.verbs import Verb
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.accounts.models import TAKES_TWO, AccountChange
from offmon.server.agencies.models import Staff, Team
from offmon.server.audit import queries as log
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.ids import uuid_text
from offmon.server.base.scope import scope
from offmon.server.base.sessions import Refusal

_CONFIRMS = (Verb.STAFF_STILL_NEEDED, Verb.STAFF_ADDED, Verb.AGENCY_SET_UP)


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account as the list has it. `confirmed`: within the quarter somebody said that it is needed, or opened it."""

    id: Id
    display_name: str
    sign_in: str
    role: Role
    team: str
    last_used: Ms | None
    confirmed: bool
    is_active: bool
    given_until: Ms | None


@dataclass(frozen=True, slots=True)
class ChangeView:
    """What was asked of an account, by whom and why, and how it stands. `now`: role and team before, of an account that is there."""

    id: Id
    staff: Id
    act: AccountAct
    sign_in: str
    display_name: str
    role: Role
    team: str
    now: tuple[Role, str] | None
    reason: str
    asked_by: Id
    asker: str
    asked_at: Ms
    agreed: bool
    refused: Refusal | None
    applied_at: Ms | None

    @property
    def waits(self) -> bool:
        """Whether a second administrator must answer it."""
        return takes_two(self.act, self.role) and not self.agreed and self.refused is None and self.applied_at is None


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """How many cases are open to somebody, and how many of them nobody else keeps."""

    cases: int
    alone: int


def accounts(*, actor: Actor) -> list[AccountLine]:
    """Every account of the actor's agency, open ones first, by name. Raises Refused `not-permitted`."""
    actor.check(Permission.STAFF_MANAGE)
    with scope(actor):
        teams, used, confirmed = agencies.team_names(), _last_used(actor), _confirmed(actor)
        rows = Staff.objects.filter(agency_id=actor.agency).defer("password")
        return [
            AccountLine(
                row.id,
                row.display_name,
                row.sign_in,
                Role(row.role),
                teams[row.team_id],
                used.get(row.id),
                row.id in confirmed,
                row.is_active,
                row.given_until,
            )
            for row in rows.order_by("-is_active", "display_name", "sign_in")
        ]


def changes(*, actor: Actor) -> list[ChangeView]:
    """What was asked and is not done yet, the oldest first. Raises Refused `not-permitted`."""
    actor.check(Permission.STAFF_MANAGE)
    with scope(actor):
        rows = _open_changes().select_related("team")
        return [_view(row) for row in rows.order_by("asked_at")]


def a_change(change: Id, *, actor: Actor) -> ChangeView | None:
    """One of them, however it stands; None for none."""
    actor.check(Permission.STAFF_MANAGE)
    with scope(actor):
        row = AccountChange.objects.select_related("team").filter(id=change).first()
        return None if row is None else _view(row)


def teams(*, actor: Actor) -> dict[Id, str]:
    """The teams of the actor's agency, by name."""
    return dict(Team.objects.filter(agency_id=actor.agency).order_by("name").values_list("id", "name"))


def left_behind(staff: Id, *, actor: Actor) -> LeftBehind:
    """What would be nobody's, if that account were closed: numbers, for whoever manages accounts may know no case."""
    actor.check(Permission.STAFF_MANAGE)
    with scope(actor), connection.cursor() as cursor:
        cursor.execute("select cases, alone from agencies_left_behind(%s, %s)", [staff, clock.now()])
        [(cases, alone)] = cursor.fetchall()
        return LeftBehind(int(cases), int(alone))


def to_carry_out(*, actor: Actor) -> list[Id]:
    """What the worker has to carry out: asked, agreed to where two must, not refused, and not done yet."""
    with scope(actor):
        ready = _open_changes().exclude(act=AccountAct.RESET).filter(~TAKES_TWO | Q(agreed_by__isnull=False))
        return list(ready.order_by("asked_at").values_list("id", flat=True))


def _open_changes() -> "QuerySet[AccountChange]":
    """Those that were neither carried out nor refused, but for what was asked of an account that was closed since."""
    closed = Staff.objects.filter(is_active=False).values("id")
    return AccountChange.objects.filter(applied_at=None, refused_by=None).exclude(staff__in=closed)


def _last_used(actor: Actor) -> Mapping[Id, Ms]:
    return log.newest_by_person([Verb.SIGNED_IN], Ms(clock.now() - 4 * CONFIRM_MS), actor.agency)


def _confirmed(actor: Actor) -> set[Id]:
    named = log.named_since(_CONFIRMS, Ms(clock.now() - CONFIRM_MS), actor.agency)
    ids = Staff.objects.filter(agency_id=actor.agency).values_list("id", flat=True)
    return {one for one in ids if f"agencies_staff:{uuid_text(one)}" in named}


def _view(row: AccountChange) -> ChangeView:
    held = Staff.objects.filter(id=row.staff).select_related("team").defer("password").first()
    names = agencies.names_of({row.asked_by})
    return ChangeView(
        row.id,
        row.staff,
        AccountAct(row.act),
        row.sign_in,
        row.display_name,
        Role(row.role),
        row.team.name,
        None if held is None else (Role(held.role), held.team.name),
        row.reason,
        row.asked_by,
        names.get(row.asked_by, ""),
        row.asked_at,
        row.agreed_by is not None,
        row.said_no,
        row.applied_at,
    )
