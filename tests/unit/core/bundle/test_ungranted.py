"""What a bundle says of a time when the profile in force granted nothing: it is no gap (S107)."""

from dataclasses import replace

import pytest

from offmon.core.authority.profile import Profile
from offmon.core.bundle.ungranted import ungranted
from offmon.core.clock import DAY_MS, Period
from offmon.core.ids import Id, Ms
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
        ([[lasting(NONE, 3, 33), lasting(SOME, 6, 36), lasting(SOME, 5, 35)]], [(3, 5)]),
        ([[lasting(NONE, 8, 9)], [lasting(replace(OTHER, grants=()), 1, 2)]], [(1, 2), (8, 9)]),
        ([[]], []),
    ],
    ids=[
        *("some", "to its end", "to the next", "its end first", "two", "no time", "one after the next"),
        *("two devices", "none"),
    ],
)
def test_it_lasts_to_the_next_profile_or_its_end(devices: list[list[Profile]], days: list[tuple[int, int]]) -> None:
    found = ungranted(devices, lambda _: AT, Ms(AT + 50 * DAY_MS))
    seen = [((one.since - AT) // DAY_MS, (one.until - AT) // DAY_MS, one.ended) for one in found]
    assert seen == [(*times, True) for times in days]


def test_it_ends_no_sooner_than_the_next_is_signed() -> None:
    one, other = lasting(NONE, 3, 33), lasting(SOME, 5, 35)
    (found,) = ungranted([[one, other]], lambda of: Ms(AT + (8 if of is other else 3) * DAY_MS), Ms(AT + 50 * DAY_MS))
    assert (found.until - AT) // DAY_MS == 8
    assert "until it had the next; no gap tells of that" in found.sentence


@pytest.mark.parametrize(
    ("signed", "now", "time"),
    [(0, 20, (3, 20, False)), (4, 33, (4, 33, True)), (4, 50, (4, 33, True)), (40, 50, None), (0, 3, None)],
    ids=["still", "just over", "over", "signed late", "not begun"],
)
def test_it_is_from_the_signature_until_the_look(signed: int, now: int, time: tuple[int, int, bool] | None) -> None:
    """What came before the signature counts, were it found after the lease began; and nobody says what is to come."""
    found = ungranted([[lasting(NONE, 3, 33)]], lambda _: Ms(AT + signed * DAY_MS), Ms(AT + now * DAY_MS))
    seen = [((one.since - AT) // DAY_MS, (one.until - AT) // DAY_MS, one.ended) for one in found]
    assert seen == ([] if time is None else [time])
    assert all(("it had not ended then" in one.sentence) is not one.ended for one in found)
