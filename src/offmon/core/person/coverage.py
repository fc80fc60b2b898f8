"""Times that were not covered, as the person reads them: on their device and on their own page alike (R-RGT-3; design §1.6).

Rules
- Rounded outwards to five minutes: a time that began when a finding was being written would else be a little longer, and tell of it.
- Joined by reason: a device declares a time every hour while it lasts, and to whoever reads that is one time.
- Which of them are shown, and when, is not decided here (`core/person/delay.py`). Nothing is said of how much was lost.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from offmon.core import clock
from offmon.core.formats.event import Gap, GapReason
from offmon.core.ids import Ms

_STEP_MS: Final = 5 * clock.MINUTE_MS


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A time that was not covered, rounded outwards."""

    since: Ms
    until: Ms
    why: GapReason


def spans_of(gaps: Iterable[Gap], offset_ms: int = 0) -> tuple[Span, ...]:
    """These gaps as times, newest first. `offset_ms`: what corrects the device's clock."""
    spans = list[Span]()
    for gap in sorted(gaps, key=lambda one: (one.reason, one.since)):
        since, until = _rounded(gap, offset_ms)
        if spans and spans[-1].why is gap.reason and since <= spans[-1].until:
            spans[-1] = Span(spans[-1].since, max(spans[-1].until, until), gap.reason)
        else:
            spans.append(Span(since, until, gap.reason))
    return tuple(sorted(spans, reverse=True))


def _rounded(gap: Gap, offset_ms: int) -> tuple[Ms, Ms]:
    since, until = gap.since + offset_ms, gap.until + offset_ms
    return Ms(since // _STEP_MS * _STEP_MS), Ms(-(-until // _STEP_MS) * _STEP_MS)
