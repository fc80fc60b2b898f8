"""Text that is no address has no readable class (R-LEG-30)."""

from hypothesis import given
from hypothesis import strategies as st

from offmon.match.pages import page_class
from tests.unit.match.test_pages import READABLE


@given(st.text())
def test_whatever_is_not_an_address_is_unknown(text: str) -> None:
    assert page_class(text) is not READABLE
