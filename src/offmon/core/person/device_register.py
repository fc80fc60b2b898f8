"""The devices that a person is known to have: which of them monitoring covers, and why it does not cover the others.

Rules
- A device is recorded once, and again after each change. The newest entry that nobody marked as wrong counts; the earlier ones are history.
- Each device that the person may have at hand is monitored, or an officer says why not. Nothing is concluded from that about the person.
- A device that is seized, replaced or retired is not at hand. One that is lost may be: it counts, and is not covered.
- An enrolled device that nobody recorded counts as well. So no page says that monitoring covers more or less than it does.
- The register widens nothing: no rule of what is collected reads it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from offmon.core.authority.order import DeviceKind
from offmon.core.errors import Refused
from offmon.core.formats.canon import Json
from offmon.core.ids import Id, Slug
from offmon.core.log.hours import KnownDevice, Whereabouts


class Owner(StrEnum):
    """Whose a device is."""

    PERSON = "person"
    HOUSEHOLD = "household"
    EMPLOYER = "employer"
    AGENCY = "agency"
    OTHER = "other"


class WhyNot(StrEnum):
    """Why monitoring does not cover a device."""

    NO_CONDITION = "no_condition"
    NO_SOFTWARE = "no_software"
    NO_PERMISSION = "no_permission"
    VISIT_AHEAD = "visit_ahead"
    DECLINED = "declined"
    NOT_NECESSARY = "not_necessary"


class Known(StrEnum):
    """How the agency knows of a device, or of a change."""

    SEEN = "seen"
    PERSON = "person"
    OTHER = "other"
    RECORD = "record"


ENDED: Final = frozenset({Whereabouts.REPLACED, Whereabouts.RETIRED})
"""What no device comes back from: a newcomer is another device."""
MOST_CALLED: Final = 60


@dataclass(frozen=True, slots=True)
class DeviceEntry:
    """One entry of a device. `device`: which of the register, empty in its first. `enrolled`: as which device it is monitored, or empty.

    `why_not`: a `WhyNot`, or empty. `seen_on`: the day an officer last had it in the hand, `2026-06-09`, or empty. `until`: the last day on
    which the person is expected to have it, or empty. `photograph`: the name under which the picture of its label lies enclosed, or empty;
    `picture`: of which kind that is.
    """

    kind: str
    called: str
    owner: str
    place: str
    whereabouts: str
    known: str
    enrolled: str = ""
    why_not: str = ""
    seen_on: str = ""
    until: str = ""
    photograph: str = ""
    picture: str = ""
    device: str = ""

    def to_doc(self) -> dict[str, Json]:
        """Each field by name."""
        return {name: getattr(self, name) for name in self.__slots__}


def check_device_entry(
    entry: DeviceEntry, before: DeviceEntry | None, others: Iterable[DeviceEntry], enrolled: Collection[Id], today: date
) -> None:
    """Raises Refused for an entry that does not hold together, or does not follow from the one `before` it.

    `others`: the newest entry of each other device; `enrolled`: the devices of the case that are enrolled.
    """
    _check_words(entry)
    if entry.seen_on and date.fromisoformat(entry.seen_on) > today:
        raise Refused("day-ahead", "The day on which the device was seen cannot be in the future.")
    if before is not None and before.whereabouts in ENDED:
        raise Refused("device-ended", "This device was replaced or retired. Record the other one as another device.")
    if before is not None and entry == before:
        raise Refused("nothing-changed", "Nothing was changed. Change what is no longer so, or leave it.")
    if entry.enrolled and entry.enrolled not in enrolled:
        raise Refused(
            "not-enrolled", "Select one of the enrolled devices of this case, or say why it is not monitored."
        )
    if entry.enrolled and entry.enrolled in {one.enrolled for one in others}:
        raise Refused("device-linked", "Another device of the register has this enrolment. Correct that one first.")
    if entry.whereabouts == Whereabouts.AT_HAND and bool(entry.enrolled) == bool(entry.why_not):
        raise Refused("why-not", "Select the enrolment by which it is monitored, or say why it is not monitored.")


def _check_words(entry: DeviceEntry) -> None:
    if entry.kind not in set(DeviceKind) or entry.owner not in set(Owner) or entry.whereabouts not in set(Whereabouts):
        raise Refused("device-unknown", "Select the kind, the owner and where the device is from those offered.")
    if entry.known not in set(Known) or entry.why_not not in {"", *WhyNot}:
        raise Refused("device-unknown", "Select how you know, and why it is not monitored, from those offered.")
    if not 0 < len(entry.called.strip()) <= MOST_CALLED:
        raise Refused("device-called", f"Say what the device is called, in {MOST_CALLED} characters or fewer.")


def register(devices: Iterable[DeviceEntry]) -> tuple[KnownDevice, ...]:
    """Of the newest entry of each device, what a record of the register says: codes alone."""
    return tuple(
        KnownDevice(
            Slug(one.kind),
            Whereabouts(one.whereabouts),
            Slug(one.known),
            Id(one.enrolled) if one.enrolled else None,
            Slug(one.why_not) if one.why_not else None,
        )
        for one in devices
    )


def told_to_the_person(recorded: Iterable[KnownDevice]) -> tuple[KnownDevice, ...]:
    """Those that the person's own page may count: what somebody else told of a device, the page gives away to nobody."""
    return tuple(one for one in recorded if one.known != Known.OTHER.value)


def unrecorded(devices: Iterable[DeviceEntry], enrolled: Collection[Id]) -> set[Id]:
    """The devices that monitoring runs on, and of which the register says nothing."""
    return {*enrolled} - {one.enrolled for one in devices}


def newest(entries: Mapping[Id, DeviceEntry]) -> dict[Id, DeviceEntry]:
    """The newest entry of each device. `entries`: by id, the newest first, without those that were marked as wrong."""
    found: dict[Id, DeviceEntry] = {}
    for entry, says in entries.items():
        found.setdefault(Id(says.device) if says.device else entry, says)
    return found
