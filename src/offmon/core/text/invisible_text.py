"""What of a text nobody sees (Unicode UAX #44: Default_Ignorable_Code_Point).

Rules
- Soft hyphens, joiners, directions, tags, selectors of a variant, fillers, what is no character: a text looks the same without.
- Controls too. Some of them part words (a tab, the end of a line): who asks looks for space first where that matters.
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
