"""Locks that allow one transaction at a time for a device, a deployment's authorisations, one account's authentication, or a log.

Take the lock before the transaction writes. The second transaction then sees what the first did, and its entry follows the first's. For the
log orders transactions by when they began to write (`audit/actions/sequence`). So a verifier sees the same profiles and authorisations that
intake and signer saw. Take a device's lock first.

Each is a function of the database (`audit/migrations/0003_locks.py`), which only the processes may call whose work it is. Whoever waits too
long is refused by the database (`base/limits.py`), and is asked to try again.
"""

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from offmon.core.ids import Id


def hold_device(device: Id) -> None:
    """Wait until no other transaction holds the device; held until this one ends. The device need have no row."""
    _hold("select audit_hold_device(%s)", device)


def hold_deployment(deployment: Id) -> None:
    """The same of a deployment: while one of its profiles is signed nothing of it is authorised, nor the other way round."""
    _hold("select audit_hold_deployment(%s)", deployment)


def hold_account(staff: Id) -> None:
    """The same of a member of staff: two uses of one code at once are one use. (Their row the console may not change, nor so lock.)"""
    _hold("select audit_hold_account(%s)", staff)


def hold_log(agency: Id) -> None:
    """The same of an agency's log: one transaction at a time gives places in it."""
    _hold("select audit_hold_log(%s)", agency)


def hold_tries() -> None:
    """The same of the tries at this process's own door."""
    with connection.cursor() as cursor:
        cursor.execute("select audit_hold_tries()")


def claim_agency(held: BaseDatabaseWrapper, agency: Id) -> bool:
    """Have the agency for as long as that connection lives; False where another has it."""
    return _ask(held, "select audit_claim_agency(%s)", agency)


def leave_agency(held: BaseDatabaseWrapper, agency: Id) -> None:
    """Let another have it at once."""
    _ask(held, "select audit_leave_agency(%s)", agency)


def _hold(statement: str, one: Id) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [one])


def _ask(held: BaseDatabaseWrapper, statement: str, one: Id) -> bool:
    with held.cursor() as cursor:
        cursor.execute(statement, [one])
        return bool(cursor.fetchone() == (True,))
