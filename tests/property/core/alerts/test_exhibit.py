"""Continuity of any chain of links: every instant in exactly one, and no link missing unseen (R-EVD-7)."""

from hypothesis import given
from hypothesis import strategies as st

from offmon.core.alerts.exhibit import check_continuity, periods
from tests.unit.core.alerts.test_exhibit import EXHIBIT, chain
from tests.unit.core.samples import NOW, code_of

STEPS = st.lists(st.tuples(st.integers(1, 10**9), st.sampled_from("abc")), max_size=8)


def apart(steps: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Steps of which none hands over to whoever has it."""
    return [one for last, one in zip([(0, ""), *steps], steps, strict=False) if one[1] != last[1]]


@given(STEPS.map(apart))
def test_every_instant_since_the_sealing_is_in_exactly_one_link(steps: list[tuple[int, str]]) -> None:
    links = chain(*steps)
    check_continuity(EXHIBIT, links)
    times = periods(links)
    assert times[0].since == EXHIBIT.sealed_at
    assert times[-1].until is None
    assert [one.until for one in times[:-1]] == [one.since for one in times[1:]]
    for at in {NOW, *(link.since for link in links), *(link.since - 1 for link in links[1:]), links[-1].since + 1}:
        assert sum(at in one for one in times) == 1


@given(STEPS.map(apart).filter(lambda steps: len(steps) > 1), st.data())
def test_a_link_that_is_taken_out_or_moved_is_found(steps: list[tuple[int, str]], data: st.DataObject) -> None:
    links = chain(*steps)
    which = data.draw(st.integers(0, len(links) - 2))
    assert code_of(check_continuity, EXHIBIT, links[:which] + links[which + 1 :]) == "continuity-broken"
    swapped = [*links[:which], links[which + 1], links[which], *links[which + 2 :]]
    assert code_of(check_continuity, EXHIBIT, swapped) == "continuity-broken"
