"""The install visit: what is settled at the doorstep before a device is enrolled, and in which order (R-LEG-15, R-LEG-32).

Rules
- Six steps, each recorded when it is taken. The first that is not done comes next, and an earlier one can be looked at again.
- Access to a computer needs authority (CMA 1990 ss.1, 17(5)). If someone else owns the device, nothing is installed until they permit it.
- If a condition names kinds of device, no other kind is enrolled under an authorisation that rests on it.
- Everybody else who uses the device is told, before it is enrolled.
"""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from offmon.core.authority.order import DeviceKind, Term
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms


class VisitStep(StrEnum):
    """What is done at a visit, in its order."""

    OTHERS = "others"
    DEVICE = "device"
    NOTICE = "notice"
    INSTALL = "install"
    TEST = "test"
    HAND_OVER = "hand-over"


class Told(StrEnum):
    """How the other users of a device were told."""

    SPOKEN = "spoken"
    WRITTEN = "written"
    BOTH = "both"


class Access(StrEnum):
    """By what right a device is accessed (R-LEG-32)."""

    OWN_AGREED = "own_agreed"
    OWN_REQUIRED = "own_required"
    OWNER_PERMITS = "owner_permits"
    NO_PERMISSION = "no_permission"


class PasswordKeeper(StrEnum):
    """Who keeps the administrator's password of a device."""

    PERSON = "person"
    OTHER_USER = "other_user"
    OWNER = "owner"
    AGENCY = "agency"


class Accounts(StrEnum):
    """Whether the other users of a device have accounts of their own, which nothing looks at."""

    OWN = "own"
    SHARED = "shared"


class Signature(StrEnum):
    """What the person did with the hand-over sheet. A refusal is recorded and stops nothing."""

    SIGNED = "signed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Others:
    """The other users of a device: how many, how many of them were met, how they were told, whether they have accounts of their own."""

    there: int
    met: int
    told: Told | None
    accounts: Accounts | None


@dataclass(frozen=True, slots=True)
class DeviceAnswers:
    """What is settled of a device. `permission`: who of its owners permitted it, when and how; empty where the person owns it."""

    kind: DeviceKind
    access: Access
    permission: str
    password: PasswordKeeper


@dataclass(frozen=True, slots=True)
class InstallVisit:
    """One visit, from its first step to its last. Times in ms UTC. None: that step is not taken yet.

    `about`: what is settled of the device. `marked_at`: when the note of the marker page arrived from the enrolled `device`.
    """

    id: Id
    begun_by: Id
    begun_at: Ms
    others: Others
    about: DeviceAnswers | None
    device: Id | None
    marked_at: Ms | None
    ended_at: Ms | None
    signature: Signature | None


MOST: Final = 50


def check_others(others: Others) -> None:
    """Raises Refused unless the numbers agree, and whoever else uses the device was told."""
    if not 0 <= others.met <= others.there <= MOST:
        raise Refused("others-met", "You cannot have met more of the other users than there are. Compare the numbers.")
    if others.there and (others.told is None or others.accounts is None):
        raise Refused("others-not-told", "Tell the other users before you go on. Then record how, and their accounts.")


def check_device(answers: DeviceAnswers, terms: Iterable[Term]) -> None:
    """Raises Refused unless somebody with authority lets the device be accessed, and each of these conditions allows its kind."""
    if answers.access is Access.NO_PERMISSION:
        raise Refused(
            "no-permission",
            "Install nothing: somebody else owns this device and has not permitted it. Ask the owner, then record the permission.",
        )
    if answers.access is Access.OWNER_PERMITS and not answers.permission.strip():
        raise Refused("permission-not-recorded", "Record the owner’s permission: who gave it, when, and how.")
    if any(term.device_kinds and answers.kind not in term.device_kinds for term in terms):
        raise Refused(
            "kind-not-covered",
            "A condition of this authorisation names kinds of device, and not this one. Enrol no such device under it.",
        )


def steps_done(visit: InstallVisit | None, *, noticed: bool) -> frozenset[VisitStep]:
    """The steps that are done. `noticed`: the person was told of all that is authorised."""
    if visit is None:
        return frozenset()
    found = {
        VisitStep.OTHERS: True,
        VisitStep.DEVICE: visit.about is not None,
        VisitStep.NOTICE: noticed,
        VisitStep.INSTALL: visit.device is not None,
        VisitStep.TEST: visit.marked_at is not None,
        VisitStep.HAND_OVER: visit.ended_at is not None,
    }
    return frozenset(step for step, done in found.items() if done)


def next_step(done: Set[VisitStep]) -> VisitStep:
    """The first step that is not done; the last where all are."""
    return next((step for step in VisitStep if step not in done), VisitStep.HAND_OVER)


def may_open(step: VisitStep, done: Set[VisitStep]) -> bool:
    """Whether every step before it is done."""
    return all(one in done for one in list(VisitStep)[: list(VisitStep).index(step)])
