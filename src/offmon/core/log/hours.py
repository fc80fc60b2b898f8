"""Records of what monitoring covered: the hours of each day, and which of the known devices (issue 20).

Rules
- A day's record says how each of its devices spent it, its parts in order and without a hole. It is made a day after the day is over.
- The worker writes it again where a device told more of that day since. The newest entry counts.
- A record of the register says which devices a person is known to have, by codes alone. It is made anew with each change.
- A device that the person may have at hand counts, and so does an enrolled one that nobody recorded.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from offmon.core.ids import Id, Ms, Slug
from offmon.core.log.kinds import RecordKind, at
from offmon.core.log.verbs import Verb


class Spent(StrEnum):
    """How a time was spent, in the order in which one thing counts before another."""

    AHEAD = "ahead"
    NOT_DUE = "not_due"
    OFF = "off"
    SERVICE_FAULT = "service_fault"
    DEVICE_FAULT = "device_fault"
    USER_ACTION = "user_action"
    UNKNOWN = "unknown"
    COVERED = "covered"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time that is known to have been spent in a way, `[since, until)` by the true clock."""

    since: Ms
    until: Ms
    spent: Spent


@dataclass(frozen=True, slots=True)
class DeviceHours:
    """How a device spent a day."""

    device: Id
    parts: tuple[Stretch, ...]

    def ms(self, spent: Spent) -> int:
        """How much of the day was spent so."""
        return sum(one.until - one.since for one in self.parts if one.spent is spent)


@dataclass(frozen=True, slots=True)
class HoursRecord:
    """How each device of a case spent a London day, as `2026-06-09`."""

    KIND: ClassVar[str] = "hours"
    RECORD: ClassVar = RecordKind(made={Verb.HOURS_RECORDED}, changed={Verb.HOURS_RECORDED})

    id: Id
    day: str
    devices: tuple[DeviceHours, ...]


class Whereabouts(StrEnum):
    """What became of a device."""

    AT_HAND = "at_hand"
    LOST = "lost"
    SEIZED = "seized"
    REPLACED = "replaced"
    RETIRED = "retired"


AT_HAND: Final = frozenset({Whereabouts.AT_HAND, Whereabouts.LOST})
"""Where the person may have a device at hand."""


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A known device. `known`: the code of how it, or what is now so of it, is known. `enrolled`: as which device it is monitored;
    `why_not`: the code of why it is not.
    """

    kind: Slug
    whereabouts: Whereabouts
    known: Slug
    enrolled: Id | None
    why_not: Slug | None


@dataclass(frozen=True, slots=True)
class RegisterRecord:
    """The devices that the person of a case is known to have, as an officer's entry left them."""

    KIND: ClassVar[str] = "register"
    RECORD: ClassVar = RecordKind(
        made={Verb.DEVICE_RECORDED, Verb.ENTRY_MARKED},
        times=(at("recorded_at", Verb.DEVICE_RECORDED, Verb.ENTRY_MARKED),),
    )

    id: Id
    devices: tuple[KnownDevice, ...]
    recorded_at: Ms


@dataclass(frozen=True, slots=True)
class Covered:
    """How many of the devices that a person may have at hand monitoring covers."""

    monitored: int
    known: int

    @property
    def is_whole(self) -> bool:
        """Whether it covers all that are known."""
        return self.monitored == self.known

    @property
    def sentence(self) -> str:
        """What staff, verifier and report say of it."""
        return f"Monitoring covers {self.monitored} of {self.known} known device{'' if self.known == 1 else 's'}."


def covered(recorded: Collection[KnownDevice], enrolled: Collection[Id]) -> Covered:
    """What monitoring covers. `enrolled`: the devices that monitoring runs on, recorded or not."""
    monitored = {one.enrolled for one in recorded if one.whereabouts is Whereabouts.AT_HAND} & set(enrolled)
    besides = set(enrolled) - {one.enrolled for one in recorded}
    at_hand = sum(one.whereabouts in AT_HAND for one in recorded)
    return Covered(len(monitored | besides), at_hand + len(besides))
