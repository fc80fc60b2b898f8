"""The small values that documents are made of, each kind with its own check.

Rules
- Ids are 16 random bytes in lower-case hex (32 characters). They carry no meaning and no order. Core does not draw them.
- Digests are SHA-256 in lower-case hex (64 characters).
- Times are whole milliseconds since 1970 UTC, never negative and before the year 9000. So whatever years a rule of law adds, the sum is
  still a date. A stranger's document must not name an instant that no calendar has.
- A count or number (`Count`) is never negative: a loss of "-5" would cancel another.
- A record's field has the name of a class's field (`FieldName`), because it may be quoted to a person, and a stranger wrote it.
- A slug is a lower-case code of our own (`site`, `shpo_sc`). A versioned name is `slug@n`, in one spelling (no leading zero).
- The name in a vkey or an origin has no space, plus sign, control character or half of a surrogate pair.
"""

import re
from collections.abc import Callable
from typing import Annotated, Final, NewType

Id = NewType("Id", str)
Digest = NewType("Digest", str)
Ms = NewType("Ms", int)
Slug = NewType("Slug", str)
Versioned = NewType("Versioned", str)
VKey = NewType("VKey", str)
Origin = NewType("Origin", str)
Count = Annotated[int, "a count"]
FieldName = Annotated[str, "the name of a record's field"]

YEAR_9000_MS: Final = 221_845_392_000_000

_HEX32 = re.compile(r"[0-9a-f]{32}")
_HEX64 = re.compile(r"[0-9a-f]{64}")
_SLUG = re.compile(r"[a-z][a-z0-9_.-]{0,63}")
_VERSIONED = re.compile(r"[a-z][a-z0-9_.-]{0,63}@(0|[1-9][0-9]{0,8})")
_NAME = r"[^\s+\x00-\x1f\x7f\ud800-\udfff]{1,128}"
_VKEY = re.compile(_NAME + r"\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{4,4096}")
_ORIGIN = re.compile(_NAME)


def _matches(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


CHECKS: dict[object, Callable[[object], bool]] = {
    Id: _matches(_HEX32),
    Digest: _matches(_HEX64),
    Ms: lambda value: type(value) is int and 0 <= value < YEAR_9000_MS,
    Count: lambda value: type(value) is int and 0 <= value < 2**53,
    FieldName: _matches(re.compile(r"[a-z][a-z0-9_]{0,40}")),
    Slug: _matches(_SLUG),
    Versioned: _matches(_VERSIONED),
    VKey: _matches(_VKEY),
    Origin: _matches(_ORIGIN),
}
