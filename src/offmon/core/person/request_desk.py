"""Whom a person's request is for, by its kind (DPA 2018 ss.45 to 48, 71, 164A; R-RGT-12, R-DPA-35).

Rules
- A data request, an objection and a complaint are for the agency's data protection officer (DPO). Somebody outside the case answers them.
- A review of the monitoring, and what a person tells of a device, are for a supervisor of the case; if it has none, for each of the agency.
- The desk sees the request at once, without access to the case, and it alone answers.
- A complaint is hidden from the staff of the case, who may be complained of, until the DPO shares it with them. The person is told that.
- The DPO shares a complaint for a reason, once they have taken it up, and before they answer.
- Whoever takes a request up gets access to the case, with that reason in its log. The access ends with their last answer there.
- Taking up a hidden complaint gives no access, which the staff of the case would see. The DPO gets it when they ask for it.
"""

from collections.abc import Collection, Mapping
from typing import Final

from offmon.core.access.roles import Role
from offmon.core.errors import Refused
from offmon.core.person.deadlines import RequestKind, RequestStage

DESK: Final[Mapping[RequestKind, Role]] = {
    RequestKind.DATA: Role.DATA_PROTECTION,
    RequestKind.OBJECTION: Role.DATA_PROTECTION,
    RequestKind.COMPLAINT: Role.DATA_PROTECTION,
    RequestKind.REVIEW: Role.SUPERVISOR,
    RequestKind.DEVICE: Role.SUPERVISOR,
}
HIDDEN: Final = RequestKind.COMPLAINT
"""The kind that the staff of a case do not see until it is shared with them."""

TO_ANSWER: Final = "to answer a request of the person"
"""Why a case was opened to whoever took a request up. It names no kind: colleagues on the case read it."""


def kinds_for(role: Role) -> frozenset[RequestKind]:
    """The kinds of request that somebody in that role answers."""
    return frozenset(kind for kind, desk in DESK.items() if desk is role)


def check_openable(done: Collection[RequestStage]) -> None:
    """Raises Refused unless whoever answers a request may have its case opened to them: it was taken up, and not answered."""
    if RequestStage.TAKEN_UP not in done or RequestStage.ANSWERED in done:
        raise Refused("not-in-progress", "You get access while a request is in progress. Take it up first.")


def check_shareable(kind: RequestKind, done: Collection[RequestStage], reason: str) -> None:
    """Raises Refused unless a request is hidden, was taken up, and there is a reason to share it."""
    if kind is not HIDDEN:
        raise Refused("not-hidden", "The staff of the case see this request already. Only a complaint is hidden.")
    if RequestStage.TAKEN_UP not in done:
        raise Refused("not-taken-up", "Acknowledge the complaint first.")
    if not reason.strip():
        raise Refused("no-reasons", "Enter why the staff of the case need to read the complaint.")
