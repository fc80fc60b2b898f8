"""The clock of the person who asks."""

import time

from offmon.core.ids import Ms


def now() -> Ms:
    """This machine's time, in milliseconds UTC."""
    return Ms(time.time_ns() // 1_000_000)
