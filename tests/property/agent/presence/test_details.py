"""The device's own page is the same to the byte, whatever was found, sent, lost or dropped, in any order (design §1.6)."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.agent.presence.test_details import shown_from

STEPS = st.lists(st.sampled_from(["down", "found", "lost", "sent", "ended"]), max_size=12)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
def test_the_page_is_that_of_a_device_on_which_nothing_was_found(steps: list[str]) -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        without = [step for step in steps if step not in {"found", "lost"}]
        assert shown_from(Path(one), steps) == shown_from(Path(other), without)
