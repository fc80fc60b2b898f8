"""How much of the indicator is visible, however windows overlap it (R-LEG-31)."""

from hypothesis import given
from hypothesis import strategies as st

from offmon.agent.presence.visibility import Rect, area_within

small = st.builds(Rect, st.integers(-9, 9), st.integers(-9, 9), st.integers(0, 9), st.integers(0, 9))


def pixels(rect: Rect) -> set[tuple[int, int]]:
    return {(x, y) for x in range(rect.x, rect.x + rect.width) for y in range(rect.y, rect.y + rect.height)}


@given(small, st.lists(small, max_size=6))
def test_area_counts_each_pixel_once(frame: Rect, pieces: list[Rect]) -> None:
    counted = pixels(frame) & set().union(*(pixels(piece) for piece in pieces))
    assert area_within(frame, pieces) == len(counted)
