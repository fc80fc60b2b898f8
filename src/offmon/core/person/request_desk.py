"""Whom a person's request is for, by its kind (DPA 2018 ss.45 to 48, 71, 164A; R-RGT-12, R-DPA-35).

Rules
- A data request, an objection and a complaint are for the agency's data protection officer (DPO). Somebody outside the case answers them.
- A review of the monitoring is for a supervisor of the case. If the case has none, it is for every supervisor of the agency.
- The desk sees the request at once, without access to the case, and it alone answers.
- Whoever takes a request up gets access to the case, with that reason in its log. The access ends with their last answer there.
"""

from collections.abc import Mapping
from typing import Final

from offmon.core.access.roles import Role
from offmon.core.person.deadlines import RequestKind

DESK: Final[Mapping[RequestKind, Role]] = {
    RequestKind.DATA: Role.DATA_PROTECTION,
    RequestKind.OBJECTION: Role.DATA_PROTECTION,
    RequestKind.COMPLAINT: Role.DATA_PROTECTION,
    RequestKind.REVIEW: Role.SUPERVISOR,
}
TO_ANSWER: Final = "to answer a request of the person"
"""Why a case was opened to whoever took a request up. It names no kind: colleagues on the case read it."""


def kinds_for(role: Role) -> frozenset[RequestKind]:
    """The kinds of request that somebody in that role answers."""
    return frozenset(kind for kind, desk in DESK.items() if desk is role)
