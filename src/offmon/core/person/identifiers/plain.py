"""Identifiers without a check letter: prison number, CRN, the IMEI of a device, and references that are anybody's own (R-ID-5, R-ID-6).

Rules
- No check is invented where none is published. A shape is checked alone.
- A ViSOR or MAPPS reference is any text of at most 50 characters: its form is not published.
- An IMEI has 15 digits, and the last is its Luhn digit (R-ID-11).
"""

import re
from collections.abc import Mapping
from typing import Final

from offmon.core.errors import Refused
from offmon.core.person.identifiers.kinds import Identifier, IdentifierKind, wrong_form

_SHAPES: Final[Mapping[IdentifierKind, tuple[re.Pattern[str], str]]] = {
    IdentifierKind.PRISON: (re.compile(r"[A-Z][0-9]{4}[A-Z]{2}"), "a letter, four digits and two letters"),
    IdentifierKind.CRN: (re.compile(r"[A-Z][0-9]{6}"), "a letter and six digits"),
    IdentifierKind.IMEI: (re.compile(r"[0-9]{15}"), "15 digits"),
}


def read_shaped(kind: IdentifierKind, typed: str, plain: str) -> Identifier:
    """A prison number, CRN or IMEI. Raises Refused."""
    shape, like = _SHAPES[kind]
    if shape.fullmatch(plain) is None:
        raise wrong_form(kind, like)
    if kind is IdentifierKind.IMEI and not _luhn(plain):
        raise Refused(
            "identifier-digit", "The last digit does not fit this IMEI. Compare it with the device: dial *#06#."
        )
    return Identifier(kind, plain, typed)


def read_opaque(kind: IdentifierKind, typed: str) -> Identifier:
    """A reference of which no form is known: kept as it is, with single spaces."""
    return Identifier(kind, " ".join(typed.split()), typed)


def _luhn(digits: str) -> bool:
    doubled = (int(one) * (1 + nth % 2) for nth, one in enumerate(reversed(digits)))
    return sum(one // 10 + one % 10 for one in doubled) % 10 == 0
