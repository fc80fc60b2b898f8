"""What may follow what: transition tables as data, for everything that has a state (requirements §0.3).

Rules
- Only the moves in the table exist. Everything else is refused with the code `bad-move`.
- `docs/reference/states.md` is drawn from these tables and compared in CI. It marks states to which nothing leads yet.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from offmon.core.errors import Refused
from offmon.core.states import (
    AlertState,
    DeploymentState,
    DestructionState,
    ExportState,
    ListState,
    ProfileState,
    QuarantineState,
)

_D, _A, _E, _P, _L = DeploymentState, AlertState, ExportState, ProfileState, ListState
_K = DestructionState
_Q = QuarantineState

DEPLOYMENT: Final[Mapping[DeploymentState, frozenset[DeploymentState]]] = {
    _D.DRAFT: frozenset({_D.AUTHORISED, _D.ENDED}),
    _D.AUTHORISED: frozenset({_D.NOTICE_SERVED, _D.ENDED}),
    _D.NOTICE_SERVED: frozenset({_D.ACTIVE, _D.SUSPENDED, _D.ENDED}),
    _D.ACTIVE: frozenset({_D.SUSPENDED, _D.ENDED}),
    _D.SUSPENDED: frozenset({_D.NOTICE_SERVED, _D.ENDED}),  # active again once the marker page's note is there
    _D.ENDED: frozenset(),
}
ALERT: Final[Mapping[AlertState, frozenset[AlertState]]] = {
    _A.OPEN: frozenset({_A.IN_REVIEW, _A.DECIDED}),
    _A.IN_REVIEW: frozenset({_A.DECIDED}),
    _A.DECIDED: frozenset(),
}
EXPORT: Final[Mapping[ExportState, frozenset[ExportState]]] = {
    _E.ASKED: frozenset({_E.OPENED, _E.REFUSED}),
    _E.OPENED: frozenset({_E.BUILT, _E.REFUSED}),
    _E.BUILT: frozenset({_E.APPROVED, _E.REFUSED}),
    _E.APPROVED: frozenset({_E.READY, _E.REFUSED}),
    _E.READY: frozenset(),
    _E.REFUSED: frozenset(),
}
DESTRUCTION: Final[Mapping[DestructionState, frozenset[DestructionState]]] = {
    _K.ASKED: frozenset({_K.APPROVED, _K.REFUSED}),
    _K.APPROVED: frozenset({_K.STOPPED, _K.DONE}),
    _K.REFUSED: frozenset(),
    _K.STOPPED: frozenset(),
    _K.DONE: frozenset(),
}
QUARANTINE: Final[Mapping[QuarantineState, frozenset[QuarantineState]]] = {
    _Q.ASKED: frozenset({_Q.AGREED, _Q.REFUSED}),
    _Q.AGREED: frozenset({_Q.DONE}),
    _Q.REFUSED: frozenset(),
    _Q.DONE: frozenset(),
}
PROFILE: Final[Mapping[ProfileState, frozenset[ProfileState]]] = {
    _P.ASKED: frozenset({_P.SIGNED, _P.REFUSED}),
    _P.SIGNED: frozenset(),
    _P.REFUSED: frozenset(),
}
LIST: Final[Mapping[ListState, frozenset[ListState]]] = {
    _L.DRAFT: frozenset({_L.APPROVED, _L.REFUSED, _L.REPLACED}),
    _L.REFUSED: frozenset({_L.REPLACED}),
    _L.APPROVED: frozenset({_L.LIVE, _L.REPLACED}),
    _L.LIVE: frozenset({_L.PAUSED, _L.REPLACED}),
    _L.PAUSED: frozenset({_L.REPLACED}),  # it is used again only as a new version, by two people
    _L.REPLACED: frozenset(),
}


def check_move[S: StrEnum](table: Mapping[S, frozenset[S]], now: S, then: S) -> None:
    """Raises Refused unless the table has the move."""
    if then not in table[now]:
        raise Refused("bad-move", f"This is {now.value}. It cannot become {then.value} from there.")
