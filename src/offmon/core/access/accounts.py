"""Who may open, change and close the accounts of staff, and when two people must (R-SEC-9; ASVS 5.0 §6).

Rules
- A role that answers others' questions, watches them or manages staff is *privileged*. Two administrators give it to somebody, and two
  change the role of anybody: so nobody makes a watcher of theirs an officer.
- One administrator is enough to close an account, or to ask for anything.
- A new password for a colleague takes two: whoever gives it learns it, and did not ask for it. It opens nothing without their app.
- Nobody closes their own account, or the last account that manages staff, or that reads the log.
- A password that somebody else gave lasts `GIVEN_MS`, and opens only the page where its owner chooses their own.
- Each account is confirmed once in `CONFIRM_MS`: somebody still needs it.
"""

from collections.abc import Collection
from enum import StrEnum
from typing import Final

from offmon.core.access.roles import MATRIX, Permission, Role
from offmon.core.clock import DAY_MS
from offmon.core.errors import Refused
from offmon.core.ids import Id

SHORTEST: Final = 12
LONGEST: Final = 200
GIVEN_MS: Final = 7 * DAY_MS
CONFIRM_MS: Final = 92 * DAY_MS

_ANSWERS: Final = frozenset(
    {
        Permission.ASSESSMENT_SIGN,
        Permission.AUDIT_READ,
        Permission.DEPLOYMENT_AUTHORISE,
        Permission.DESTRUCTION_APPROVE,
        Permission.EXPORT_APPROVE,
        Permission.LIST_APPROVE,
        Permission.POLICY_AGREE,
        Permission.RESTRICTION_DECIDE,
        Permission.STAFF_MANAGE,
    }
)
PRIVILEGED: Final = frozenset(role for role in Role if MATRIX[role] & _ANSWERS)
STAFF_ROLES: Final = tuple(
    role for role in Role if role not in {Role.SUPPLIER_OPERATOR, Role.SERVICE, Role.SUPERVISED_PERSON}
)
"""The roles that an administrator can give. The supplier's operator and the processes get theirs at the machine."""


class AccountAct(StrEnum):
    """What is asked of an account: that it is opened, that its role changes or only its team, that its owner gets a new password."""

    JOIN = "join"
    ROLE = "role"
    MOVE = "move"
    RESET = "reset"


ALWAYS_TWO: Final = frozenset({AccountAct.ROLE, AccountAct.RESET})


def takes_two(act: AccountAct, role: Role) -> bool:
    """Whether a second administrator must agree. `role`: the one that the account has afterwards."""
    return act in ALWAYS_TWO or role in PRIVILEGED


def check_closes(whose: Id, by: Id, managers: Collection[Id], watchers: Collection[Id]) -> None:
    """Raises Refused (`own-account`, `last-…`) where that account may not be closed, or lose its role, by that person.

    `managers`: the open accounts of the agency that manage staff. `watchers`: those that read the log.
    """
    if whose == by:
        raise Refused("own-account", "This is your own account. Ask another administrator.")
    if set(managers) == {whose}:
        raise Refused(
            "last-administrator", "Nobody else could manage staff. First open another administrator’s account."
        )
    if set(watchers) == {whose}:
        raise Refused(
            "last-watcher", "Nobody else could read the log. First open another auditor’s or data protection account."
        )


def check_password(new: str, sign_in: str, name: str) -> None:
    """Raises Refused (`short-password`, `long-password`, `own-name-password`) for a password that its owner may not choose.

    Whether it is one of the common ones, the caller asks a list.
    """
    if len(new) < SHORTEST:
        raise Refused(
            "short-password",
            f"A password has at least {SHORTEST} characters. Three words that you choose by chance will do.",
        )
    if len(new) > LONGEST:
        raise Refused("long-password", f"A password has at most {LONGEST} characters.")
    parts = {part for part in (sign_in, *sign_in.split("."), *name.split()) if len(part) > 3}
    left = new.casefold()
    for part in parts:
        left = left.replace(part.casefold(), "")
    if len(left) < SHORTEST // 2:
        raise Refused("own-name-password", "Your name makes up most of that password. Choose other words.")
