"""What a restriction may never do, whoever asks, decides and lifts, and when (R-DPA-26)."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from offmon.core import clock
from offmon.core.clock import Period
from offmon.core.ids import Ms
from offmon.core.person.restrictions import AgreedRestriction, Line, is_withheld, lifts_at, shown_from

FIRST = clock.start_of_day(date(2026, 1, 1))
INSTANTS = st.integers(0, 200 * 24).map(lambda hours: Ms(FIRST + hours * clock.HOUR_MS))
LINES = st.sampled_from(Line)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    since = draw(INSTANTS)
    return Period(since, Ms(since + draw(st.integers(1, 40 * clock.DAY_MS))))


@st.composite
def restrictions(draw: st.DrawFn) -> AgreedRestriction:
    decided = draw(INSTANTS)
    lifted = draw(st.none() | st.integers(0, 90 * clock.DAY_MS).map(lambda on: Ms(decided + on)))
    ends = Ms(decided + draw(st.integers(1, 90)) * clock.DAY_MS)
    return AgreedRestriction(frozenset(draw(st.sets(LINES, min_size=1))), draw(periods()), decided, ends, lifted)


HELD = st.lists(restrictions(), max_size=5)


@given(LINES, periods(), INSTANTS, HELD, INSTANTS)
def test_it_only_delays_and_always_ends(line: Line, on: Period, due: Ms, held: list[AgreedRestriction], at: Ms) -> None:
    shown = shown_from(line, on, due, held)
    assert due <= shown <= max([due, *(one.over_at for one in held)])
    assert is_withheld(line, on, due, held, at) is (due < shown and at < shown)


@given(LINES, periods(), INSTANTS, HELD)
def test_one_of_something_else_changes_nothing(line: Line, on: Period, due: Ms, held: list[AgreedRestriction]) -> None:
    others = [one for one in held if not one.covers(line, on)]
    covering = [one for one in held if one.covers(line, on)]
    assert shown_from(line, on, due, others) == due
    assert shown_from(line, on, due, held) == shown_from(line, on, due, covering)


@given(LINES, periods(), INSTANTS, HELD, restrictions())
def test_what_was_shown_stays_shown_whatever_is_decided_after(
    line: Line, on: Period, due: Ms, held: list[AgreedRestriction], another: AgreedRestriction
) -> None:
    """Else a line that goes would tell that somebody wanted it gone."""
    shown = shown_from(line, on, due, held)
    later = replace(another, decided_at=Ms(max(another.decided_at, shown + 1)), ends_at=Ms(shown + 400 * clock.DAY_MS))
    assert shown_from(line, on, due, [*held, later]) == shown


@given(LINES, periods(), INSTANTS, HELD, st.data())
def test_lifting_one_shows_sooner_never_later_and_at_a_midnight(
    line: Line, on: Period, due: Ms, held: list[AgreedRestriction], data: st.DataObject
) -> None:
    before = [replace(one, lifted_at=None) for one in held]
    assert shown_from(line, on, due, held) <= shown_from(line, on, due, before)
    at = data.draw(INSTANTS)
    assert at < lifts_at(at) <= at + clock.DAY_MS + clock.HOUR_MS
    assert clock.start_of_day(clock.local_day(lifts_at(at))) == lifts_at(at)
