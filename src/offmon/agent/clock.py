"""The one place of this process that reads the clock, and how far that clock is believed (formats §6).

Rules
- Event times are the device's own clock, raw. `offset_ms`, the correction from the last signed time, travels beside them.
- A raw clock more than five minutes below the highest time seen was set back. Nothing is collected until a signed time.
- A signed time sets the offset if it differs by more than two seconds (less is network delay), and starts a new highest time.
- `see` and `told` are pure. The highest time is kept on disk (`progress`), so that it survives a switched-off agent.
"""

import time
from dataclasses import dataclass, replace
from typing import Final

from offmon.core import clock
from offmon.core.ids import Ms

MAX_STEP_BACK_MS: Final = 5 * clock.MINUTE_MS
NOISE_MS: Final = 2 * clock.SECOND_MS


def now() -> Ms:
    """This machine's time, raw, in milliseconds UTC."""
    return Ms(time.time_ns() // 1_000_000)


def since_boot_s() -> float:
    """Seconds since the machine started, those in which it slept too; nobody sets this clock."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


@dataclass(frozen=True, slots=True)
class Timekeeper:
    """What is known of the device's clock."""

    highest: Ms
    offset_ms: int = 0
    set_back: bool = False

    def see(self, raw: Ms) -> "Timekeeper":
        """After looking at the clock."""
        back = self.set_back or raw < self.highest - MAX_STEP_BACK_MS
        return replace(self, highest=max(self.highest, raw), set_back=back)

    def told(self, raw: Ms, signed: Ms) -> "Timekeeper":
        """After the agency's signed time arrived at `raw`."""
        offset = signed - raw
        if abs(offset - self.offset_ms) <= NOISE_MS:
            offset = self.offset_ms
        return Timekeeper(raw, offset)

    def correct(self, raw: Ms) -> Ms:
        """The time as well as it is known: what leases and signatures are judged and made by."""
        return Ms(max(0, raw + self.offset_ms))
