"""No assessment allows anything without a signature (DPA 2018 ss.64-65; R-DPA-31)."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from offmon.core.authority.assessing import check_assessed
from offmon.core.authority.assessment import Assessment
from offmon.core.authority.capability import Capability
from tests.unit.core.authority.test_assessment import BEFORE, SIGNED, SOON
from tests.unit.core.samples import NOW, code_of


@given(
    known=st.lists(
        st.builds(
            replace,
            st.just(SIGNED),
            capabilities=st.sets(st.sampled_from(Capability), min_size=1).map(lambda of: tuple(sorted(of))),
            signed_at=st.sampled_from([BEFORE, NOW, SOON, None]),
            signed_by=st.sampled_from([SIGNED.signed_by, SIGNED.prepared_by, None]),
            review_by=st.integers(NOW - 2, NOW + 2),
            asked_at=st.sampled_from([None, BEFORE, SOON]),
            answered_at=st.sampled_from([None, BEFORE, SOON]),
        ),
        max_size=4,
    ),
    wanted=st.sets(st.sampled_from(Capability)),
)
def test_what_passes_was_signed_by_another_and_is_in_force(known: list[Assessment], wanted: set[Capability]) -> None:
    """Said again in other words than the rule's own: whoever signed, for whichever kind, at that moment."""
    covered = {
        capability
        for one in known
        for capability in one.capabilities
        if one.signed_by not in (None, one.prepared_by)
        and one.signed_at in (BEFORE, NOW)
        and one.review_by > NOW
        and (one.asked_at != BEFORE or one.answered_at == BEFORE)
    }
    assert (code_of(check_assessed, known, wanted, NOW) is None) is (wanted <= covered)
