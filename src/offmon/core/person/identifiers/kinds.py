"""What an identifier is: its kind, its value as we keep it, and what to be careful about.

Rules
- An identifier with a wrong letter is refused. It is never corrected (R-ID-2).
- The text as it was typed is kept beside the value (R-ID-1).
- A refusal never repeats what was typed: an error holds no personal data.
- A list shows the last three characters alone (R-ID-10). A ViSOR or MAPPS reference is shown to few (R-ID-6).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from offmon.core.errors import Refused

MOST_TYPED: Final = 50
SHOWN: Final = 3
_LETTERS: Final = "ZABCDEFGHJKLMNPQRTUVWXY"  # no I, O or S; the letter of remainder 0 is Z


class IdentifierKind(StrEnum):
    """Whose record it is a number of."""

    PNC = "pnc"
    CRO = "cro"
    ASN = "asn"
    PRISON = "prison"
    CRN = "crn"
    VISOR = "visor"
    IMEI = "imei"
    OTHER = "other"


IDENTIFIERS: Final[Mapping[IdentifierKind, str]] = {
    IdentifierKind.PNC: "PNC number",
    IdentifierKind.CRO: "CRO number",
    IdentifierKind.ASN: "Arrest summons number",
    IdentifierKind.PRISON: "Prison number",
    IdentifierKind.CRN: "Probation case reference (CRN)",
    IdentifierKind.VISOR: "ViSOR or MAPPS reference",
    IdentifierKind.IMEI: "IMEI of a device",
    IdentifierKind.OTHER: "Another reference",
}
RESTRICTED: Final = frozenset({IdentifierKind.VISOR})
"""Kinds that only whoever may record identifiers reads in full (R-ID-6)."""


class Caution(StrEnum):
    """What the check cannot tell, so that somebody compares it."""

    CENTURY = "century"
    SYSTEMS_DISAGREE = "systems_disagree"


CAUTIONS: Final[Mapping[Caution, str]] = {
    Caution.CENTURY: "Its year was typed with two digits, and its letter cannot show a wrong century. Compare the year.",
    Caution.SYSTEMS_DISAGREE: "Not every system accepts a number of this form, so its letter refuses nothing. Compare each character.",
}


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier that passed its check. `value`: as we keep and compare it. `typed`: as somebody typed it."""

    kind: IdentifierKind
    value: str
    typed: str
    cautions: tuple[Caution, ...] = ()


def check_letter(number: str) -> str:
    """The check letter of a number: its remainder on division by 23, in the alphabet of the Police National Computer (appendix A)."""
    return _LETTERS[int(number) % len(_LETTERS)]


def wrong_letter(kind: IdentifierKind) -> Refused:
    """That the letter does not fit the numbers."""
    called = IDENTIFIERS[kind]
    return Refused(
        "identifier-letter", f"The last letter does not fit the numbers of this {called}. Compare it with the source."
    )


def wrong_form(kind: IdentifierKind, like: str) -> Refused:
    """That it does not look like one of its kind. `like`: what one looks like."""
    return Refused("identifier-form", f"This is no {IDENTIFIERS[kind]}. Enter it as {like}.")


def masked(value: str) -> str:
    """All but the last three characters hidden (R-ID-10). A short value is hidden whole."""
    return "…" + (value[-SHOWN:] if len(value) > 2 * SHOWN else "")
