"""The server's one wall clock. Rules take the instant as an argument; their callers read it here."""

import time

from offmon.core.ids import Ms


def now() -> Ms:
    """The time, in whole milliseconds since 1970 UTC."""
    return Ms(time.time_ns() // 1_000_000)
