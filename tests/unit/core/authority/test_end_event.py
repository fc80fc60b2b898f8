"""An order that ends with an event: until when one confirmation counts (R-LEG-18)."""

import pytest

from offmon.core.authority.end_event import CONFIRM_MS, check_confirmed_event, confirm_by
from offmon.core.clock import DAY_MS, Period
from offmon.core.ids import Ms
from tests.unit.core.samples import code_of

NEVER = None


@pytest.mark.parametrize(
    ("confirmed", "ends", "code"),
    [
        ([], NEVER, None),
        ([0], 28, None),
        ([0], 29, None),
        ([0], 29.001, "event-unconfirmed"),
        ([0], NEVER, "event-unconfirmed"),
        ([0, 20], 29, None),
        ([0, 20], 30, "event-unconfirmed"),
        ([20, 20], 49, None),
    ],
)
def test_a_lease_ends_with_the_confirmation(confirmed: list[int], ends: float | None, code: str | None) -> None:
    lease = Period(Ms(0), None if ends is None else Ms(int(ends * DAY_MS)))
    assert code_of(check_confirmed_event, [Ms(day * DAY_MS) for day in confirmed], lease) == code


def test_it_is_asked_for_before_it_ends() -> None:
    assert confirm_by([Ms(5), Ms(3)]) == 3 + CONFIRM_MS + DAY_MS
    assert confirm_by([]) is None
