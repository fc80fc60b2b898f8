"""What looks like a power to monitor a device, and is none (R-LEG-2, R-LEG-17).

Rules
- Each is named where an officer chooses the type of a document, and refused with its reason. It is recorded with the person's details.
- Post-sentence supervision ended on 2026-05-11 for everybody (Sentencing Act 2026 s.34, SI 2026/402).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from offmon.core.errors import Refused


class NoBasis(StrEnum):
    """What looks like a power to monitor a device, and is none."""

    MAPPA = "mappa_only"
    NOTIFICATION = "notification_only"
    VOO = "voo"
    PSS = "pss"


@dataclass(frozen=True, slots=True)
class NoBasisRule:
    """What it is called, by which law, and why it allows no monitoring."""

    title: str
    law: str
    why: str


NO_BASIS: Final[Mapping[NoBasis, NoBasisRule]] = {
    NoBasis.MAPPA: NoBasisRule(
        "MAPPA management",
        "Criminal Justice Act 2003, sections 325 to 327B",
        "MAPPA is how agencies work together. It gives no power over a person’s device.",
    ),
    NoBasis.NOTIFICATION: NoBasisRule(
        "Notification requirements (the sex offenders register)",
        "Sexual Offences Act 2003, sections 80 to 92",
        "Registration makes a person tell the police facts. It gives no power to monitor a device.",
    ),
    NoBasis.VOO: NoBasisRule(
        "Violent Offender Order",
        "Criminal Justice and Immigration Act 2008, sections 98 to 117",
        "Its conditions are about places, events and contact alone (section 102). It gives no power to monitor a device.",
    ),
    NoBasis.PSS: NoBasisRule(
        "Post-sentence supervision",
        "Criminal Justice Act 2003, section 256AA, repealed",
        "Post-sentence supervision ended on 11 May 2026 (Sentencing Act 2026, section 34). It gives no power any more.",
    ),
}


def check_is_basis(chosen: str) -> None:
    """Raises Refused, with the reason, where what was chosen allows no monitoring."""
    for one, rule in NO_BASIS.items():
        if chosen == one:
            raise Refused("no-basis", f"{rule.why} Record it with the person's details, and an order or licence here.")
