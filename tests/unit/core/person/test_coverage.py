"""Coverage gaps as shown: rounded outwards, joined by reason, newest first."""

import pytest

from offmon.core import clock
from offmon.core.formats.event import Gap, GapReason
from offmon.core.ids import Id, Ms
from offmon.core.person.spans import Span, spans_of

AT = Ms(1_800_000_000_000)  # 15 January 2027, 08:00
MIN = clock.MINUTE_MS
CLOCK, DOWN = GapReason.CLOCK, GapReason.AGENT_DOWN


def gap(reason: GapReason, since: int, until: int) -> Gap:
    return Gap(Id("d" * 32), Id("e" * 32), 0, reason, Ms(AT + since), Ms(AT + until), None, None, None)


@pytest.mark.parametrize(
    ("gaps", "spans"),
    [
        ([], []),
        ([gap(CLOCK, 0, 5 * MIN)], [(0, 5 * MIN, CLOCK)]),
        ([gap(CLOCK, 2 * MIN, 3 * MIN)], [(0, 5 * MIN, CLOCK)]),
        ([gap(CLOCK, -1, 1)], [(-5 * MIN, 5 * MIN, CLOCK)]),
        ([gap(CLOCK, 0, 0)], [(0, 0, CLOCK)]),
        # That it began seconds earlier, since a finding was being written, is rounded away.
        ([gap(DOWN, MIN, 9 * MIN)], [(0, 10 * MIN, DOWN)]),
        ([gap(DOWN, MIN - 2_000, 9 * MIN)], [(0, 10 * MIN, DOWN)]),
        # They meet, lie in one another, or lie apart; in whatever order they came.
        ([gap(CLOCK, 5 * MIN, 9 * MIN), gap(CLOCK, 0, 5 * MIN)], [(0, 10 * MIN, CLOCK)]),
        ([gap(CLOCK, 0, 20 * MIN), gap(CLOCK, 5 * MIN, 9 * MIN)], [(0, 20 * MIN, CLOCK)]),
        ([gap(CLOCK, 0, 5 * MIN), gap(CLOCK, 10 * MIN, 15 * MIN)], [(10 * MIN, 15 * MIN, CLOCK), (0, 5 * MIN, CLOCK)]),
        # Another reason is another time.
        ([gap(CLOCK, 0, 5 * MIN), gap(DOWN, 5 * MIN, 9 * MIN)], [(5 * MIN, 10 * MIN, DOWN), (0, 5 * MIN, CLOCK)]),
    ],
)
def test_how_gaps_are_shown(gaps: list[Gap], spans: list[tuple[int, int, GapReason]]) -> None:
    assert spans_of(gaps) == tuple(Span(Ms(AT + since), Ms(AT + until), why) for since, until, why in spans)


def test_the_clock_is_corrected_before_it_is_rounded() -> None:
    assert spans_of([gap(CLOCK, 0, MIN)], 7 * MIN) == (Span(Ms(AT + 5 * MIN), Ms(AT + 10 * MIN), CLOCK),)
