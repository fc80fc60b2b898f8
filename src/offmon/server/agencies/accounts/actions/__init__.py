"""Writes of accounts by the operator's commands, which open, change and close them, on the migrating role.

What administrators ask from the console is written by `changes`, one's own password by `passwords`.

Rules
- Each act is an entry of the agency's log that names the row and commits to it. Console and vault go by it (`core.log.as_logged`).
- The entry says which of the columns changed, and on whose word: the account on the operator's machine. It holds no name and no password.
- A row that is not what the log says is changed no further: `do_confirm_staff` first says in the log that it stands as it is now.
"""

from dataclasses import dataclass, field, fields

from offmon.core.access.roles import Role
from offmon.core.errors import Refused
from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.server.agencies.models import Staff, Team
from offmon.server.audit.actions import append
from offmon.server.audit.queries import check_logged
from offmon.server.base.actor import Actor
from offmon.server.base.ids import new_id
from offmon.server.base.rows import once
from offmon.server.base.scope import action


@dataclass(frozen=True, slots=True)
class NewStaff:
    """A member of staff to begin with. The password is hashed as it is written."""

    sign_in: str
    display_name: str
    role: Role
    password: str = field(repr=False)
    id: Id = field(default_factory=new_id)


@dataclass(frozen=True, slots=True)
class StaffChange:
    """What becomes otherwise of an account; None: that stays."""

    display_name: str | None = None
    role: Role | None = None
    team: Id | None = None
    is_active: bool | None = None
    password: str | None = field(default=None, repr=False)


def add_staff(new: NewStaff, team: Id, by: str, *, actor: Actor) -> None:
    """Open an account in a team of the actor's agency, inside the caller's scope. `by`: on whose word."""
    row = Staff(
        id=new.id,
        agency_id=actor.agency,
        team_id=team,
        sign_in=new.sign_in,
        display_name=new.display_name,
        role=new.role,
    )
    row.set_password(new.password)
    row.credentials = row.digest()
    with once("agencies_staff_sign_in_key", "sign-in-taken", "Somebody signs in by that name already. Choose another."):
        row.save(force_insert=True)
    append(actor, Verb.STAFF_ADDED, case=None, touched=(row.touched(),), reason=f"by {by}")


@action
def do_add_staff(new: NewStaff, team: Id, by: str, *, actor: Actor) -> None:
    """Open an account in a team of the actor's agency. Raises Refused (`unknown-team`, `sign-in-taken`)."""
    check_team(team, actor)
    add_staff(new, team, by, actor=actor)


@action
def do_change_staff(staff: Id, change: StaffChange, by: str, *, actor: Actor) -> None:
    """Change an account of the actor's agency. Raises Refused, and NotAuthentic where it is not what the log says."""
    row = locked(staff, actor)
    check_logged(row, row.agency_id)
    if change.team is not None:
        check_team(change.team, actor)
    asked = {one.name: getattr(change, one.name) for one in fields(change)}
    changed = [name for name, value in asked.items() if value is not None]
    for name in changed:
        if name == "password":
            row.set_password(asked[name])
        else:
            setattr(row, "team_id" if name == "team" else name, asked[name])
    _keep(row, f"{', '.join(changed)}, by {by}", actor)


@action
def do_confirm_staff(staff: Id, by: str, *, actor: Actor) -> None:
    """Say in the log that an account stands as it is now: after a row was mended that is not what the log says. Raises Refused."""
    _keep(locked(staff, actor), f"confirmed as it stands, by {by}", actor)


def _keep(row: Staff, why: str, actor: Actor) -> None:
    row.credentials = row.digest()
    row.save()
    append(actor, Verb.STAFF_CHANGED, case=None, touched=(row.touched(),), reason=why)


def locked(staff: Id, actor: Actor) -> Staff:
    """An account of the actor's agency, held until the transaction ends. Raises Refused (`unknown-staff`)."""
    row = Staff.objects.select_for_update().filter(id=staff, agency_id=actor.agency).first()
    if row is None:
        raise Refused("unknown-staff", "Nobody of that agency has that account. Take one from the list.")
    return row


def check_team(team: Id, actor: Actor) -> None:
    """Raises Refused (`unknown-team`) unless the actor's agency has that team."""
    if not Team.objects.filter(id=team, agency_id=actor.agency).exists():
        raise Refused("unknown-team", "The agency has no such team. Take one from the list.")
