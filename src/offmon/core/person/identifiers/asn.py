"""Arrest summons numbers (appendix A).

Rules
- `YY/FFUU/SS/NNNNNNNNNNNL`: year, force, unit, system, serial and letter. Slashes may be left out.
- The letter is of force, system, year and the serial of eleven digits. A force or system with a letter in it counts as nothing.
- The force is one of the table. A code that is reserved is refused: no real arrest has it.
"""

import re
from typing import Final

from offmon.core.errors import Refused
from offmon.core.person.identifiers.forces import FORCES, RESERVED
from offmon.core.person.identifiers.kinds import Identifier, IdentifierKind, check_letter, wrong_form, wrong_letter

LIKE: Final = "year/force and unit/system/number and letter, with or without the slashes"
_FORM: Final = re.compile(
    r"(?P<year>[0-9]{2})/?(?P<force>[0-9A-Z]{2})(?P<unit>[0-9A-Z]{2})/?(?P<system>[0-9A-Z]{2})/?(?P<serial>[0-9]{1,11})(?P<letter>[A-Z])"
)


def read_asn(typed: str, plain: str) -> Identifier:
    """The arrest summons number in `plain`, which is `typed` in capitals without spaces. Raises Refused."""
    found = _FORM.fullmatch(plain)
    if found is None:
        raise wrong_form(IdentifierKind.ASN, LIKE)
    year, force, unit, system, serial, letter = found.groups()
    if force in RESERVED or force not in FORCES:
        raise Refused(
            "identifier-force", "No force has the code in this arrest summons number. Compare it with the source."
        )
    serial = serial.zfill(11)
    counted = "".join(part for part in (force, system) if part.isdecimal())
    if letter != check_letter(f"{counted}{year}{serial}"):
        raise wrong_letter(IdentifierKind.ASN)
    return Identifier(IdentifierKind.ASN, f"{year}/{force}{unit}/{system}/{serial}{letter}", typed)
