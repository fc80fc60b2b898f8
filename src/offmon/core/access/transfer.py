"""When another agency may take a case over, and what stays as it is (R-SEC-9; formats §7).

Rules
- The case's officer proposes it, to one other agency, with a reason and the day from which it counts.
- A supervisor of the lead agency approves or refuses. Then one of the other agency accepts or declines: three people, of two agencies.
- An officer of the case may withdraw it, for a reason, until the other agency has accepted.
- Nobody accepts before the day from which it counts. That day is not past, and at most `MOST_DAYS` ahead.
- Nothing moves while something of the case waits for two people, or for the vault. They finish it first, or say no.
- The officer who has the case afterwards is of the agency that accepts, in a role that keeps cases.
- The case stays in the log in which it began, and under the keys that its devices know. So nothing is enrolled anew, and one run shows all.
"""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Final

from offmon.core.access.roles import Role
from offmon.core.errors import Refused
from offmon.core.ids import Id

MOST_DAYS: Final = 90


def check_proposed(lead: Id, receiver: Id, reason: str, counts_from: date, today: date) -> None:
    """Raises Refused unless the officer of the lead may propose it: to another agency, for a reason, from a day that is near."""
    if receiver == lead:
        raise Refused("not-another-agency", "Your agency leads this case. Choose another agency.")
    if not reason.strip():
        raise Refused("no-reason", "Enter why the case moves. Your reason is recorded in the log.")
    if not today <= counts_from <= today + timedelta(days=MOST_DAYS):
        raise Refused("transfer-day", f"Enter a day from today up to {MOST_DAYS} days from now.")


def check_settled(waits: Collection[str]) -> None:
    """Raises Refused (`transfer-waits`) while something of the case waits for an answer. `waits`: what, in words."""
    if waits:
        listed = "; ".join(sorted(waits))
        raise Refused(
            "transfer-waits",
            f"Something of this case is not finished: {listed}. The present agency must finish it first.",
        )


def check_accepted(counts_from: date, today: date, receiver: Id, officer: tuple[Id, Role] | None) -> None:
    """Raises Refused unless it may be accepted today, for this officer. `officer`: their agency and role; None: nobody."""
    if today < counts_from:
        raise Refused("transfer-early", "The transfer counts from a later day. Accept it on that day, or after it.")
    if officer is None or officer != (receiver, Role.OFFENDER_MANAGER):
        raise Refused("transfer-officer", "Choose an offender manager of your own agency, who will keep the case.")
