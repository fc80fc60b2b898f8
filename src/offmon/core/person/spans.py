"""Coverage gaps as the person reads them, alike on their device and on their own page (R-RGT-3; design §1.6).

Rules
- Times are rounded outwards to five minutes. Otherwise a gap that began while a finding was written would be longer and reveal it.
- Gaps of one reason that touch are joined. A device declares a gap every hour while it lasts, and a reader should see one.
- `core/person/delay.py` decides which are shown, and when. Nothing is said of how much was lost.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from offmon.core import clock
from offmon.core.formats.event import Gap, GapReason
from offmon.core.ids import Ms
from offmon.core.person.coverage import NotCovered, Undeclared

_STEP_MS: Final = 5 * clock.MINUTE_MS


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A time that was not covered, rounded outwards. `kind`: by which row of `gap_class.ROWS` it is classed, where somebody asked."""

    since: Ms
    until: Ms
    why: GapReason | NotCovered
    kind: str = ""


def spans_of(
    gaps: Iterable[Gap | Undeclared], offset_ms: int = 0, kind: Callable[[Gap | Undeclared], str] = lambda _: ""
) -> tuple[Span, ...]:
    """These gaps as times, newest first. `offset_ms`: what corrects the device's clock. `kind`: how each is classed."""
    spans = list[Span]()
    every = ((_why(one), kind(one), one) for one in gaps)
    for why, of, gap in sorted(every, key=lambda one: (one[0], one[1], one[2].since)):
        since, until = _rounded(gap, offset_ms)
        if spans and (spans[-1].why, spans[-1].kind) == (why, of) and since <= spans[-1].until:
            spans[-1] = Span(spans[-1].since, max(spans[-1].until, until), why, of)
        else:
            spans.append(Span(since, until, why, of))
    return tuple(sorted(spans, reverse=True))


def _why(one: Gap | Undeclared) -> GapReason | NotCovered:
    return one.reason if isinstance(one, Gap) else NotCovered.UNDECLARED


def _rounded(gap: Gap | Undeclared, offset_ms: int) -> tuple[Ms, Ms]:
    since, until = gap.since + offset_ms, gap.until + offset_ms
    return Ms(since // _STEP_MS * _STEP_MS), Ms(-(-until // _STEP_MS) * _STEP_MS)
