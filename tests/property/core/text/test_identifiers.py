"""No surrounding text hides an identifier (R-WEB-2)."""

from hypothesis import given
from hypothesis import strategies as st

from offmon.core.text.identifiers import mentioned
from tests.unit.core.text.test_identifiers import HELD


@given(st.text(max_size=200), st.sampled_from(HELD), st.text(max_size=200))
def test_nothing_written_round_it_hides_it(before: str, held: str, after: str) -> None:
    assert mentioned(f"{before} {held} {after}")
