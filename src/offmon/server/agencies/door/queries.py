"""Every read of the door. It says nothing of a case, so reading it is no consultation."""

from dataclasses import dataclass

from offmon.core.ids import Id
from offmon.core.roles import Permission, Role
from offmon.server.agencies.door.models import SecondFactor
from offmon.server.agencies.models import Staff
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of staff as whoever manages accounts sees them. `has_factor`: an authenticator app is set up."""

    id: Id
    sign_in: str
    display_name: str
    role: Role
    has_factor: bool


def has_factor(*, actor: Actor) -> bool:
    """Whether the actor has set an authenticator app up."""
    with scope(actor):
        return SecondFactor.objects.filter(staff_id=actor.id, confirmed_at__isnull=False).exists()


def recovery_codes_left(*, actor: Actor) -> int:
    """How many of the actor's recovery codes are unused."""
    with scope(actor):
        row = SecondFactor.objects.filter(staff_id=actor.id).first()
        return 0 if row is None else len(row.recovery)


def sign_in_name(*, actor: Actor) -> str:
    """The name that the actor signs in with: what an app calls the account."""
    return Staff.objects.get(id=actor.id).sign_in


def colleagues(*, actor: Actor) -> list[Colleague]:
    """The active staff of the actor's agency, by name. Raises Refused `not-permitted`."""
    actor.check(Permission.STAFF_MANAGE)
    with scope(actor):
        rows = Staff.objects.filter(agency_id=actor.agency, is_active=True).order_by("display_name", "sign_in")
        ready = set(SecondFactor.objects.filter(confirmed_at__isnull=False).values_list("staff_id", flat=True))
        return [Colleague(row.id, row.sign_in, row.display_name, Role(row.role), row.id in ready) for row in rows]
