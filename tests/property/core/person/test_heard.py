"""What follows from a time at which a device was heard is the same before that time is folded and after (issue 20)."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from offmon.core.clock import DAY_MS, HOUR_MS
from offmon.core.ids import Digest, Id, Ms
from offmon.core.person.gap_class import Down
from offmon.core.person.heard import FOLDED_AFTER_MS, LastHeard, folded, hour_of, silence_at, since_then
from offmon.core.person.stopped import DeviceKnown, silent_since, tasks_of

START = 500_000 * HOUR_MS
TIMES = st.integers(START, START + 60 * DAY_MS).map(Ms)
PRESENT = st.integers(START, START + 90 * DAY_MS).map(Ms)
NEWEST, OLDER = Digest("a" * 64), Digest("b" * 64)


@st.composite
def known(draw: st.DrawFn) -> DeviceKnown:
    return DeviceKnown(
        enrolled_at=Ms(START),
        heard_at=draw(st.none() | TIMES),
        stopped_at=draw(st.none() | TIMES),
        clock_off_since=draw(st.none() | TIMES),
        release=draw(st.sampled_from([NEWEST, OLDER])),
        release_since=draw(st.none() | TIMES),
    )


def kept(then: Ms | None, at: Ms) -> Ms | None:
    """As the table has it once the worker has folded it."""
    return None if then is None else hour_of(then) if at - then >= FOLDED_AFTER_MS else then


@given(known(), PRESENT, st.lists(st.tuples(TIMES, st.integers(0, DAY_MS)), max_size=3))
def test_tasks_are_the_same_before_and_after(one: DeviceKnown, at: Ms, out: list[tuple[Ms, int]]) -> None:
    down = [Down(since, Ms(since + ms)) for since, ms in out]
    after = replace(
        one,
        heard_at=kept(one.heard_at, at),
        clock_off_since=kept(one.clock_off_since, at),
        release_since=kept(one.release_since, at),
    )
    assert tasks_of(after, at, down=down, newest=NEWEST) == tasks_of(one, at, down=down, newest=NEWEST)
    assert silent_since(after, at, down) == silent_since(one, at, down)


@given(TIMES, PRESENT)
def test_days_and_silences_are_the_same_before_and_after(then: Ms, at: Ms) -> None:
    after = kept(then, at)
    assert after is not None
    assert hour_of(after) == hour_of(then)  # by which a day's hours are recorded
    assert folded(after, at) == folded(then, at)  # by which a page draws them
    assert since_then(after, at) == since_then(then, at) >= then
    last = LastHeard(then, Id("1" * 32), None)
    another = Id("2" * 32)
    assert silence_at(replace(last, at=after), another, at) == silence_at(last, another, at)
