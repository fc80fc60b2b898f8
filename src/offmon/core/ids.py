"""Kinds of small values that documents are made of, each with its own check.

Rules
- Ids are 16 random bytes in lower-case hex (32 characters): they say nothing and sort nowhere. Who draws them is not core.
- Digests are SHA-256 in lower-case hex (64 characters). Times are whole milliseconds since 1970 UTC, never negative.
- A slug is a lower-case code of our own (`site`, `shpo_sc`); a versioned name is `slug@n`.
"""

import re
from collections.abc import Callable
from typing import NewType

Id = NewType("Id", str)
Digest = NewType("Digest", str)
Ms = NewType("Ms", int)
Slug = NewType("Slug", str)
Versioned = NewType("Versioned", str)
VKey = NewType("VKey", str)
Origin = NewType("Origin", str)

_HEX32 = re.compile(r"[0-9a-f]{32}")
_HEX64 = re.compile(r"[0-9a-f]{64}")
_SLUG = re.compile(r"[a-z][a-z0-9_.-]{0,63}")
_VERSIONED = re.compile(r"[a-z][a-z0-9_.-]{0,63}@[0-9]{1,9}")
_VKEY = re.compile(r"[^\s+]{1,128}\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{4,4096}")
_ORIGIN = re.compile(r"[^\s+]{1,128}")


def _matches(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


CHECKS: dict[object, Callable[[object], bool]] = {
    Id: _matches(_HEX32),
    Digest: _matches(_HEX64),
    Ms: lambda value: type(value) is int and 0 <= value < 2**53,
    Slug: _matches(_SLUG),
    Versioned: _matches(_VERSIONED),
    VKey: _matches(_VKEY),
    Origin: _matches(_ORIGIN),
}
