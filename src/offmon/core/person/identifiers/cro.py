"""CRO numbers (R-ID-4; appendix A).

Rules
- The standard form is `123456/08T`: the letter is of the year and the serial of six digits. A wrong letter is refused.
- The special form is `SF83/50058Z`: the letter is of the year and the serial as it is written.
- Systems disagree on special forms outside 1939 to 1995, and on a serial that begins with 0. There a wrong letter is a caution.
"""

import re
from typing import Final

from offmon.core.person.identifiers.kinds import (
    Caution,
    Identifier,
    IdentifierKind,
    check_letter,
    wrong_form,
    wrong_letter,
)

LIKE: Final = (
    "up to six digits, a slash, two digits of the year and a letter; or SF, the year, a slash, digits and a letter"
)
_STANDARD: Final = re.compile(r"(?P<serial>[0-9]{1,6})/(?P<year>[0-9]{2})(?P<letter>[A-Z])")
_SPECIAL: Final = re.compile(r"SF(?P<year>[0-9]{2})/(?P<serial>[0-9]{1,6})(?P<letter>[A-Z])")
_AGREED_YEARS: Final = range(39, 96)


def read_cro(typed: str, plain: str) -> Identifier:
    """The CRO number in `plain`, which is `typed` in capitals without spaces. Raises Refused."""
    special = _SPECIAL.fullmatch(plain)
    if special is not None:
        return _special(typed, special)
    found = _STANDARD.fullmatch(plain)
    if found is None:
        raise wrong_form(IdentifierKind.CRO, LIKE)
    serial = found["serial"].zfill(6)
    if found["letter"] != check_letter(found["year"] + serial):
        raise wrong_letter(IdentifierKind.CRO)
    return Identifier(IdentifierKind.CRO, f"{serial}/{found['year']}{found['letter']}", typed)


def _special(typed: str, found: re.Match[str]) -> Identifier:
    year, serial, letter = found.groups()
    agreed = int(year) in _AGREED_YEARS and not serial.startswith("0")
    if agreed and letter != check_letter(year + serial):
        raise wrong_letter(IdentifierKind.CRO)
    return Identifier(
        IdentifierKind.CRO, f"SF{year}/{serial}{letter}", typed, () if agreed else (Caution.SYSTEMS_DISAGREE,)
    )
