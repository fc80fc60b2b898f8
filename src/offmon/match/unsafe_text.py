"""Text that cannot be examined, because it would jam a later step.

Rules
- A NUL, half of a surrogate pair, or more than a place or text may have. It is declared as a gap once and never examined again.
- The limits leave room for every real page. A whole body holds 64 KiB, and the outbox decides on that.
"""

import re
from typing import Final

MAX_URL: Final = 32 << 10
MAX_TITLE: Final = 16 << 10
MAX_TEXT: Final = 1 << 19
_BAD: Final = re.compile("[\0\ud800-\udfff]")


def is_poison(text: str, limit: int) -> bool:
    """Whether a text of at most `limit` characters may not be examined."""
    return len(text) > limit or _BAD.search(text) is not None
