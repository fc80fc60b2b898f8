"""Who a supervised person is, how to reach them safely, and how things stand.

Rules
- Nothing is changed: what is recorded anew counts, and what was recorded earlier stays.
- An assessed level has the day on which it was assessed, so that nobody takes an old one for a new one.
- An assessment counts as old after twelve months. It is an input to authorisation: shown there, with a warning, and no bar.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Final, Self

from offmon.core.authority.offences import OFFENCES
from offmon.core.errors import Refused
from offmon.core.formats.canon import Json
from offmon.core.person.age import anniversary

ASSESSED_YEARS: Final = 1


class Risk(StrEnum):
    """A level of risk of serious harm, as probation assesses it."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    VERY_HIGH = "very_high"


class RiskTool(StrEnum):
    """By which tool a risk was assessed."""

    OASYS = "oasys"
    ARMS = "arms"
    OSP = "osp"
    RM2000 = "rm2000"
    OTHER = "other"


RISK_TOOLS: Final[Mapping[RiskTool, str]] = {
    RiskTool.OASYS: "OASys",
    RiskTool.ARMS: "ARMS",
    RiskTool.OSP: "OSP",
    RiskTool.RM2000: "RM2000",
    RiskTool.OTHER: "Another tool",
}


class ContactBy(StrEnum):
    """A way to reach a person that is safe for them."""

    POST = "post"
    VOICEMAIL = "voicemail"
    PHONE = "phone"
    IN_PERSON = "in_person"


class Assessed(StrEnum):
    """How an assessment stands on a day."""

    MISSING = "missing"
    OLD = "old"
    CURRENT = "current"


@dataclass(frozen=True, slots=True)
class PersonDetails:
    """Who the person is, and how things stand. Days are as an agency writes them, `2026-06-09`; empty where nothing is recorded.

    `other_users`: who else uses the person's devices. `index_offence`: a code of `OFFENCES`. `safe_contact`: in free words.
    """

    born_on: str = ""
    index_offence: str = ""
    household: str = ""
    other_users: str = ""
    contact_by: tuple[str, ...] = ()
    contact_language: str = ""
    safe_contact: str = ""
    risk: str = ""
    risk_on: str = ""
    risk_tool: str = ""
    risk_tool_name: str = ""
    risk_assessor: str = ""
    next_visit_on: str = ""

    def to_doc(self) -> Json:
        """Each field by name."""
        doc: dict[str, Json] = {one.name: getattr(self, one.name) for one in fields(self)}
        return doc | {"contact_by": list(self.contact_by)}

    @classmethod
    def of(cls, doc: Json) -> Self:
        """What `to_doc` gave; a field that it did not have is empty."""
        kept = doc if isinstance(doc, dict) else {}
        by = kept.get("contact_by")
        words = {one.name: str(kept.get(one.name, "")) for one in fields(cls) if one.name != "contact_by"}
        return cls(**words, contact_by=tuple(map(str, by)) if isinstance(by, list) else ())

    @property
    def tool(self) -> str:
        """The tool of the assessment by its name; empty where none is recorded."""
        if not self.risk_tool:
            return ""
        return self.risk_tool_name or RISK_TOOLS[RiskTool(self.risk_tool)]


def assessed(details: PersonDetails, today: date) -> Assessed:
    """How the risk assessment stands on `today`: on its first anniversary it is current, and old from the next day on."""
    if not details.risk:
        return Assessed.MISSING
    return (
        Assessed.OLD if today > anniversary(date.fromisoformat(details.risk_on), ASSESSED_YEARS) else Assessed.CURRENT
    )


def months_since(then: date, today: date) -> int:
    """Whole months from one day to another."""
    return (today.year - then.year) * 12 + today.month - then.month - (today.day < then.day)


def check_details(details: PersonDetails, today: date) -> None:
    """Raises Refused where a level has no day, or a day, tool or assessor no level; or where a day that is past lies ahead."""
    beside = (details.risk_tool, details.risk_tool_name, details.risk_assessor)
    if bool(details.risk) != bool(details.risk_on) or (any(beside) and not details.risk):
        raise Refused("level-and-day", "Record the risk level together with the day on which it was assessed.")
    if bool(details.risk_tool_name) != (details.risk_tool == RiskTool.OTHER):
        raise Refused("tool-name", "Enter the name of the risk tool if it is another one, and select “Another tool”.")
    if details.index_offence and details.index_offence not in OFFENCES:
        raise Refused(
            "unknown-offence", "Select the index offence from those offered. Ask the operator for a new type."
        )
    if any(on and date.fromisoformat(on) > today for on in (details.born_on, details.risk_on)):
        raise Refused("day-ahead", "A date of birth or of an assessment cannot be in the future.")
