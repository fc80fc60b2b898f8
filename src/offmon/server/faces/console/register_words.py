"""What the codes of the device register are called, and how its figure is said (`core.person.device_register`)."""

from typing import Final

from offmon.core.authority.order import DeviceKind
from offmon.core.log.hours import Covered, Whereabouts
from offmon.core.person.device_register import DeviceEntry, Known, Owner, WhyNot
from offmon.server.faces.console.visit_words import DEVICE_KIND

OWNER: Final = {
    Owner.PERSON: "The person",
    Owner.HOUSEHOLD: "Somebody in the household",
    Owner.EMPLOYER: "An employer",
    Owner.AGENCY: "An agency",
    Owner.OTHER: "Somebody else",
}
WHEREABOUTS: Final = {
    Whereabouts.AT_HAND: "The person has it, or can use it",
    Whereabouts.LOST: "Lost",
    Whereabouts.SEIZED: "Seized, or handed in",
    Whereabouts.REPLACED: "Replaced by another device",
    Whereabouts.RETIRED: "Retired: sold, broken or given away",
}
WHY_NOT: Final = {
    WhyNot.NO_CONDITION: "No condition covers it",
    WhyNot.NO_SOFTWARE: "There is no software for this kind of device",
    WhyNot.NO_PERMISSION: "Its owner has not permitted it",
    WhyNot.VISIT_AHEAD: "It waits for an install visit",
    WhyNot.DECLINED: "The person declined, and nothing obliges them",
    WhyNot.NOT_NECESSARY: "It is not necessary: the reason is in the authorisation",
}
KNOWN: Final = {
    Known.SEEN: "An officer saw it",
    Known.PERSON: "The person said so",
    Known.OTHER: "Somebody else said so",
    Known.RECORD: "From a record, such as a search list",
}


def covers(one: Covered) -> str:
    """How many of the known devices monitoring covers, as a sentence without its stop."""
    if not one.known:
        return "No device is known"
    return one.sentence.removesuffix(".")


def kind(one: DeviceEntry) -> str:
    """What kind of device it is."""
    return DEVICE_KIND[DeviceKind(one.kind)]


def monitored(one: DeviceEntry) -> str:
    """Whether it is monitored, as which enrolled device, or why not."""
    if one.enrolled:
        return f"Yes, as device {one.enrolled[:8]}"
    return f"No. {WHY_NOT[WhyNot(one.why_not)]}" if one.why_not else "No"


def device(one: DeviceEntry) -> str:
    """What it is, where it stands and whether it is monitored, in one line."""
    said = [kind(one), OWNER[Owner(one.owner)], WHEREABOUTS[Whereabouts(one.whereabouts)], one.place]
    said += [f"expected until {one.until}"] if one.until else []
    said += ["photograph of its label kept"] if one.photograph else []
    return ", ".join((*filter(None, said), f"monitored: {monitored(one)}"))
