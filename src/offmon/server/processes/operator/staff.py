"""The accounts of an agency's staff, opened, changed and closed, on the migrating role.

Each act is an entry of the agency's log, with the account on this machine that ran the command. A password comes from the terminal: no list
of processes and no history shows it.
"""

import getpass
import sys
from typing import Final

from offmon.core.access.accounts import SHORTEST
from offmon.core.access.roles import Role
from offmon.core.errors import Refused
from offmon.core.ids import Id
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.accounts import actions as accounts
from offmon.server.agencies.accounts.actions import NewStaff, StaffChange
from offmon.server.agencies.queries import AccountView
from offmon.server.base.actor import Actor, Service, service
from offmon.server.processes.operator.account import account

_IS: Final = {"open": True, "closed": False}


def listed(agency: str) -> str:
    """Every account of an agency, and whether the log says of it what its row says."""
    found = agencies.accounts_of(_agency(agency))
    return "".join(f"{_said(one)}\n" for one in found) + f"{len(found)} accounts.\n"


def added(agency: str, sign_in: str, name: str, role: str, team: str) -> str:
    """Open an account. The password is asked for. Raises Refused."""
    of = _agency(agency)
    new = NewStaff(sign_in, name, _role(role), _password())
    accounts.do_add_staff(new, _team(team, of), account(), actor=_operator(of))
    return f"{sign_in} can sign in, and sets an app up then. The log names the account.\n"


def changed(sign_in: str, what: str, value: str | None = None) -> str:
    """Change one thing of an account: name, role, team, or whether it is open or closed; or ask for a new password. Raises Refused."""
    one = _one(sign_in)
    match what, value:
        case "password", None:
            change = StaffChange(password=_password())
        case "name", str():
            change = StaffChange(display_name=value)
        case "role", str():
            change = StaffChange(role=_role(value))
        case "team", str():
            change = StaffChange(team=_team(value, one.agency))
        case (("open" | "closed"), None):
            change = StaffChange(is_active=_IS[what])
        case _:
            raise Refused("unknown-change", "Say password, name NAME, role ROLE, team TEAM, open or closed.")
    accounts.do_change_staff(one.id, change, account(), actor=_operator(one.agency))
    return f"{sign_in} is changed. The log says so.\n"


def confirmed(sign_in: str) -> str:
    """Say in the log that an account stands as it is now: somebody changed its row by hand, and it is right again. Raises Refused."""
    one = _one(sign_in)
    accounts.do_confirm_staff(one.id, account(), actor=_operator(one.agency))
    return f"The log says that this account stands so:\n{_said(_one(sign_in))}\n"


def _said(one: AccountView) -> str:
    state = "open" if one.is_active else "closed"
    return f"{one.sign_in}  {one.display_name}  {one.role.value}  {one.team}  {state}{'' if one.is_logged else '  NOT AS THE LOG SAYS'}"


def _operator(agency: Id) -> Actor:
    return service(Service.OPERATOR, agency)


def _agency(text: str) -> Id:
    found = agencies.agency_named(text)
    if found is None:
        raise Refused("unknown-agency", "No agency of this installation has that id or force code.")
    return found.id


def _one(sign_in: str) -> AccountView:
    found = agencies.account_named(sign_in)
    if found is None:
        raise Refused("unknown-staff", "Nobody signs in by that name. Take one from the list.")
    return found


def _team(name: str, agency: Id) -> Id:
    found = agencies.team_named(name, agency)
    if found is None:
        raise Refused("unknown-team", "The agency has no such team. Take one from the list.")
    return found


def _role(text: str) -> Role:
    able = [role for role in Role if role not in {Role.SERVICE, Role.SUPERVISED_PERSON}]
    if text not in able:
        raise Refused("unknown-role", f"A role is one of: {', '.join(role.value for role in able)}.")
    return Role(text)


def _password() -> str:
    given = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if len(given) < SHORTEST:
        raise Refused("short-password", f"A password has at least {SHORTEST} characters.")
    return given
