"""Recognising, in free text, the identifiers of somebody's police, prison or probation record (R-ID-1, R-ID-4, R-ID-5; R-WEB-2).

Rules
- By shape alone: a number with a wrong check letter is somebody's number mistyped, and is as little wanted as a right one.
- Spelled as people spell it: in either case, with spaces round the stroke or before the letter, in full-width characters.
- The shapes: PNC `2086/0000000A`, `86/1A`, `20860000000A`; CRO `1/86A`, `SF86/1A`; prison number `A8600AA`; CRN `A860000`.
"""

import re
import unicodedata
from typing import Final

_NOT_IN_A_WORD: Final = r"(?<![A-Z0-9])(?:{})(?![A-Z0-9])"
_SHAPES: Final = re.compile(
    _NOT_IN_A_WORD.format(
        "|".join(
            (
                r"(?:\d{2}|\d{4})/\d{1,7}[A-Z]",  # PNC
                r"(?:\d{9}|\d{11})[A-Z]",  # PNC without its stroke
                r"\d{1,6}/\d{2}[A-Z]",  # CRO
                r"SF\d{2}/\d{1,6}[A-Z]",  # CRO, special form
                r"[A-Z]\d{4}[A-Z]{2}",  # prison number
                r"[A-Z]\d{6}",  # CRN
            )
        )
    )
)
_STROKE: Final = re.compile(r" ?[/\\] ?")
_BEFORE_THE_LETTER: Final = re.compile(r"(?<=\d) (?=[A-Z](?![A-Z0-9]))")
_SPACES: Final = re.compile(r"\s+")


def mentioned(text: str) -> bool:
    """Whether the text holds something of the shape of such an identifier."""
    plain = _SPACES.sub(" ", unicodedata.normalize("NFKC", text)).upper()
    joined = _STROKE.sub("/", plain)
    return any(_SHAPES.search(spelled) for spelled in (joined, _BEFORE_THE_LETTER.sub("", joined)))
