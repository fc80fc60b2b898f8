"""Hands memory back that the agent needed for a moment: the C library keeps what lies between things that stay."""

import ctypes
from contextlib import suppress
from typing import Final

LARGE: Final = 1 << 20
"""From this size on it is worth the look through the memory."""


def give_back(taken: int) -> None:
    """After so many bytes were worked on. Where the C library has no such call, it does nothing."""
    if taken >= LARGE:
        with suppress(AttributeError, OSError):
            ctypes.CDLL(None).malloc_trim(0)
