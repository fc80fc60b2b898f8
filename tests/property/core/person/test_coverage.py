"""The times shown cover every declared gap, and little more (design §1.6)."""

from hypothesis import given
from hypothesis import strategies as st

from offmon.core.clock import MINUTE_MS
from offmon.core.formats.event import Gap, GapReason
from offmon.core.ids import Id, Ms
from offmon.core.person.spans import spans_of

STEP = 5 * MINUTE_MS
TIMES = st.integers(0, 100 * STEP)


@st.composite
def gaps(draw: st.DrawFn) -> Gap:
    since, until = sorted((draw(TIMES), draw(TIMES)))
    reason = draw(st.sampled_from(GapReason))
    return Gap(Id("d" * 32), Id("e" * 32), 0, reason, Ms(since), Ms(until), None, None, None)


@given(st.lists(gaps(), max_size=20), st.randoms())
def test_all_is_covered_in_whole_steps_once_and_in_whatever_order_it_came(declared: list[Gap], order: object) -> None:
    spans = spans_of(declared)
    assert spans == tuple(sorted(spans, reverse=True))
    assert all(one.since % STEP == one.until % STEP == 0 for one in spans)
    for gap in declared:
        own = [one for one in spans if one.why is gap.reason]
        [around] = [one for one in own if one.since <= gap.since and gap.until <= one.until]
        assert any(one.since - around.since < STEP for one in declared if one.reason is gap.reason)
    assert spans_of(reversed(declared)) == spans
