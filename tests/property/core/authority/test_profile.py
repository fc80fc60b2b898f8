"""A lease never outlasts its own policy documents, and no other cuts it (R-DPA-3)."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from offmon.core.authority.profile import check_documented, documented_until
from offmon.core.clock import Period
from offmon.core.ids import Ms
from tests.unit.core.samples import APD, NOW, ON_BOTH, code_of

PERIODS = st.builds(
    lambda since, lasts: Period(Ms(NOW + since), None if lasts is None else Ms(NOW + since + lasts)),
    st.integers(-5, 5),
    st.none() | st.integers(1, 9),
)


@given(periods=st.lists(PERIODS, max_size=4), lasts=st.integers(1, 9))
def test_whatever_passes_ends_with_the_first_document_that_was_in_force(periods: list[Period], lasts: int) -> None:
    choices = [replace(ON_BOTH, sensitive=replace(APD, apd_period=one)) for one in periods]
    lease = Period(NOW, Ms(NOW + lasts))
    outlasted = [one for one in periods if one.since <= NOW and one.until is not None and NOW < one.until < NOW + lasts]
    assert (code_of(check_documented, choices, lease) == "policy-ends-first") == bool(outlasted)
    until = documented_until(choices, NOW)
    if until is not None:
        assert code_of(check_documented, choices, Period(NOW, until)) is None
