"""The times in force, by gravity, which the truth counts with: the one place where the night reads them from the code."""

from collections.abc import Mapping
from typing import Final

from offmon.core.alerts.escalation import RESPONSE_MS
from offmon.core.alerts.holding import ACKNOWLEDGE_MS
from offmon.core.alerts.reaching import APART_MS, BEAT_MS, CALLS_ITS_OWNER, WAITS_MS
from offmon.core.formats.event import Gravity

ANSWER_MS: Final[Mapping[Gravity, int]] = ACKNOWLEDGE_MS
DECIDE_MS: Final[Mapping[Gravity, int]] = RESPONSE_MS
CALLED_AT_ONCE: Final = CALLS_ITS_OWNER
TOLD_APART_MS: Final[Mapping[Gravity, int]] = APART_MS
LONGEST_WAIT_MS: Final = max(WAITS_MS)
WEEKLY_MS: Final = BEAT_MS
