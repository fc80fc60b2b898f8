"""Whether a row that lets somebody in is what the log says of it: who may sign in, by what, and who works on a case (ADR 4, 6).

Rules
- A row counts only as the newest entry that names it left it. Who owns the database can write any row; in the log that shows.
- Only entries of the acts that write such a row count (`WRITES`), and only where the act was done. An app or passkey is its own person's:
  of others' acts only a reset counts. So is a password that its owner chose.
- An account has a first authenticator app once. The log must say that it was taken away before a first one is set up again.
- What is refused says only that it does not agree, and whom to tell: whoever wrote the row learns nothing by it.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from offmon.core.errors import NotAuthentic
from offmon.core.ids import Digest
from offmon.core.log.audit import Touched
from offmon.core.log.verbs import Verb

STAFF, SECOND_FACTOR, PASSKEY, FACTOR_SHOWN = "staff", "second_factor", "passkey", "factor_shown"
CASELOAD = "caseload"
ACCOUNT: Final = "account-not-as-logged"
ACCESS: Final = "access-not-as-logged"

SENTENCES: Final[Mapping[str, str]] = {
    ACCOUNT: "The log does not confirm this account, so nothing was done. Tell your administrator, who can look in the log.",
    ACCESS: "The log does not confirm this access to the case, so nothing was done. Ask a supervisor to end it and give it again.",
}

_SHOWN: Final = frozenset({Verb.SIGNED_IN, Verb.FACTOR_SHOWN})
WRITES: Final[Mapping[str, frozenset[Verb]]] = {
    STAFF: frozenset(
        {Verb.STAFF_ADDED, Verb.STAFF_CHANGED, Verb.STAFF_LEFT, Verb.PASSWORD_CHANGED, Verb.PASSWORD_GIVEN}
    ),
    SECOND_FACTOR: _SHOWN | {Verb.FACTOR_SET_UP, Verb.FACTOR_REPLACED, Verb.FACTOR_RESET, Verb.RECOVERY_CODE_USED},
    PASSKEY: _SHOWN | {Verb.PASSKEY_ADDED, Verb.PASSKEY_REMOVED, Verb.FACTOR_RESET},
    FACTOR_SHOWN: _SHOWN,
    CASELOAD: frozenset(
        {
            Verb.CASELOAD_GRANTED,
            Verb.CASELOAD_ENDED,
            Verb.REQUEST_TAKEN_UP,
            Verb.REQUEST_CASE_OPENED,
            Verb.REQUEST_ANSWERED,
        }
    ),
}
"""The acts that write a row of each kind, and name it in their entry."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the newest entry that names a row says of it: by which act, and the commitment to it since."""

    verb: Verb
    commit: Digest


def check_as_logged(row: Touched, said: Said | None) -> None:
    """Raises NotAuthentic (`account-not-as-logged`, `access-not-as-logged`) unless the row is as the log's newest entry of it left it."""
    if said is None or not hmac.compare_digest(row.commit, said.commit):
        raise _differs(row.table)


def check_first_app(row: Touched | None, said: Said | None, *, set_up_before: bool) -> None:
    """Raises NotAuthentic unless, by the log, somebody's first app may be set up: they had none, or it was taken away and is as it was.

    `row`: the one that is kept of an app, and what the log says of it. `set_up_before`: whether the log says that they set one up.
    """
    if row is None:
        if set_up_before:
            raise _differs(SECOND_FACTOR)
        return
    check_as_logged(row, said)
    if said is not None and said.verb is not Verb.FACTOR_RESET:
        raise _differs(SECOND_FACTOR)


def _differs(table: str) -> NotAuthentic:
    code = ACCESS if table == CASELOAD else ACCOUNT
    return NotAuthentic(code, SENTENCES[code])
