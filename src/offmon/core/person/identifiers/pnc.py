"""PNC numbers (R-ID-1 to R-ID-3; appendix A).

Rules
- The year is the two or four digits before the slash. Without a slash, 12 characters are the long form, fewer the short one.
- The value is `YYYY/NNNNNNNL`. The letter is of the last two digits of the year and the serial of seven digits.
- Two digits of a year up to today's are of this century, others of the last. The letter cannot show that this is wrong.
"""

import re
from datetime import date
from typing import Final

from offmon.core.errors import Refused
from offmon.core.person.identifiers.kinds import (
    Caution,
    Identifier,
    IdentifierKind,
    check_letter,
    wrong_form,
    wrong_letter,
)

LIKE: Final = "four digits of the year, a slash, up to seven digits and a letter"
_LONG: Final = 12
_FIRST_YEAR: Final = 1900
_WITH_SLASH: Final = re.compile(r"(?P<year>[0-9]{2}|[0-9]{4})/(?P<serial>[0-9]{1,7})(?P<letter>[A-Z])")
_FULL: Final = re.compile(r"(?P<year>[0-9]{4})(?P<serial>[0-9]{7})(?P<letter>[A-Z])")
_SHORT: Final = re.compile(r"(?P<year>[0-9]{2})(?P<serial>[0-9]{1,7})(?P<letter>[A-Z])")


def read_pnc(typed: str, plain: str, today: date) -> Identifier:
    """The PNC number in `plain`, which is `typed` in capitals without spaces. Raises Refused."""
    form = _WITH_SLASH if "/" in plain else _FULL if len(plain) == _LONG else _SHORT
    found = form.fullmatch(plain)
    if found is None:
        raise wrong_form(IdentifierKind.PNC, LIKE)
    given, serial = found["year"], found["serial"].zfill(7)
    year = int(given) if len(given) == 4 else _with_century(int(given), today)
    if not _FIRST_YEAR <= year <= today.year:
        raise Refused(
            "identifier-year",
            "The year of this PNC number is in the future or too long ago. Compare it with the source.",
        )
    if found["letter"] != check_letter(f"{year % 100:02}{serial}"):
        raise wrong_letter(IdentifierKind.PNC)
    cautions = (Caution.CENTURY,) if len(given) == 2 else ()
    return Identifier(IdentifierKind.PNC, f"{year}/{serial}{found['letter']}", typed, cautions)


def _with_century(year: int, today: date) -> int:
    century = today.year // 100 * 100
    return century + year if year <= today.year % 100 else century - 100 + year
