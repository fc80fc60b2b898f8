"""When a profile in force granted nothing: what a bundle says of it, which is no gap (S107)."""

from dataclasses import replace

import pytest

from offmon.core.bundle.ungranted import ungranted
from offmon.core.clock import DAY_MS, Period
from offmon.core.ids import Id, Ms
from offmon.core.profile import Profile
from tests.unit.core.samples import profile

SOME, OTHER = profile(), profile(device=Id("9" * 32))
NONE = replace(SOME, grants=())
AT = Ms(1_800_000_000_000)


def lasting(of: Profile, since: int, until: int) -> Profile:
    return replace(of, lease=Period(Ms(AT + since * DAY_MS), Ms(AT + until * DAY_MS)))


@pytest.mark.parametrize(
    ("devices", "days"),
    [
        ([[lasting(SOME, 0, 30)]], []),
        ([[lasting(SOME, 0, 30), lasting(NONE, 3, 33)]], [(3, 33)]),
        ([[lasting(NONE, 3, 33), lasting(SOME, 5, 35)]], [(3, 5)]),
        ([[lasting(NONE, 3, 13), lasting(SOME, 20, 50)]], [(3, 13)]),
        ([[lasting(NONE, 3, 33), lasting(NONE, 5, 35), lasting(SOME, 6, 36)]], [(3, 5), (5, 6)]),
        ([[lasting(NONE, 3, 33), lasting(SOME, 3, 33)]], []),
        ([[lasting(NONE, 8, 9)], [lasting(replace(OTHER, grants=()), 1, 2)]], [(1, 2), (8, 9)]),
        ([[]], []),
    ],
    ids=["some", "to its end", "to the next", "its end first", "two", "no time", "two devices", "none"],
)
def test_it_is_from_when_a_profile_without_grants_begins_to_the_next_or_its_end(
    devices: list[list[Profile]], days: list[tuple[int, int]]
) -> None:
    found = ungranted(devices)
    assert [((one.since - AT) // DAY_MS, (one.until - AT) // DAY_MS) for one in found] == days
