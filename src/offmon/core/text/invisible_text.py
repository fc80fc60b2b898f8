"""The characters of a text that nobody sees (Unicode UAX #44: Default_Ignorable_Code_Point).

Rules
- Soft hyphens, joiners, directions, tags, variation selectors, fillers, unassigned code points: a text looks the same without them.
- Controls too. Some of them separate words (a tab, the end of a line). A caller to whom that matters looks for space first.
"""

import re
import unicodedata
from typing import Final

# Some are letters or marks by their category, as the fillers of Hangul are.
_IGNORABLE: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
)
_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cn"})


def unseen(char: str) -> bool:
    """Whether nobody sees this character of a text."""
    return unicodedata.category(char) in _CATEGORIES or _IGNORABLE.match(char) is not None
