"""Signing in: which code counts, and how long one waits after failures (R-SEC-10; ASVS 5.0 §6)."""

import re

import pytest

from offmon.core.access.throttle import FIRST_MS, LONGEST_MS, MOST, REMEMBERED_MS, WITHIN_MS, wait_of
from offmon.core.clock import DAY_MS, HOUR_MS, MINUTE_MS
from offmon.core.ids import Ms
from offmon.server.agencies.authentication.codes import NEVER, address, code_of, matching_step, step_of
from tests.prove.markers import proves

# The key of RFC 6238, appendix B, and what it gives (its 8 digits, of which an app shows the last 6).
RFC_KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
OTHER = "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU"
AT = Ms(1_800_000_000_000)
NOW = step_of(AT)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(59, "94287082"), (1111111109, "07081804"), (1234567890, "89005924"), (20000000000, "65353130")],
)
def test_a_code_is_the_one_of_rfc_6238(seconds: int, shown: str) -> None:
    assert code_of(RFC_KEY, step_of(Ms(seconds * 1000))) == shown[-6:]


@pytest.mark.parametrize(
    ("step", "last", "counts"),
    [
        (NOW - 2, NEVER, False),
        (NOW - 1, NEVER, True),
        (NOW, NEVER, True),
        (NOW + 1, NEVER, True),
        (NOW + 2, NEVER, False),
        (NOW, NOW - 1, True),
        (NOW, NOW, False),  # used once
        (NOW - 1, NOW, False),  # nor one from before it
        (NOW + 1, NOW, True),
        (NOW + 1, NOW + 1, False),
    ],
)
@proves("S40", matching_step, disabled=lambda secret, given, last_step, at: matching_step(secret, given, NEVER, at))
def test_which_code_counts(step: int, last: int, counts: bool) -> None:
    assert matching_step(SECRET, code_of(SECRET, step), last, AT) == (step if counts else None)


@pytest.mark.parametrize("given", ["", "12345", "１２３４５６", code_of(SECRET, NOW)[:5], code_of(SECRET, NOW) + "0"])
def test_what_is_no_code_does_not_count(given: str) -> None:
    assert matching_step(SECRET, given, NEVER, AT) is None


def test_another_apps_code_does_not_count() -> None:
    assert matching_step(OTHER, code_of(SECRET, NOW), NEVER, AT) is None


def test_an_app_is_told_issuer_account_and_key() -> None:
    told = address(SECRET, "Offmon", "an officer")
    assert re.fullmatch(rf"otpauth://totp/Offmon:an%20officer\?secret={SECRET}&issuer=Offmon", told)


def at(*minutes: float) -> list[Ms]:
    return [Ms(AT + int(minute * MINUTE_MS)) for minute in minutes]


@pytest.mark.parametrize(
    ("failed", "now", "minutes"),
    [
        ((), 0, 0),
        ((0, 1, 2, 3), 3, 0),
        ((0, 1, 2, 3, 4), 4, 5),  # the fifth
        ((0, 1, 2, 3, 4), 6, 3),
        ((0, 1, 2, 3, 4), 9, 0),
        ((0, 1, 2, 3, 14.9), 14.9, 5),
        ((0, 1, 2, 3, 15), 15, 0),  # the first is too long ago
        ((0, 4, 8, 12, 16, 20), 20, 0),  # slow enough for ever
        ((0, 1, 2, 3, 4, 9), 9, 10),  # one more, after the wait
        ((0, 1, 2, 3, 4, 9, 19), 19, 20),
        ((0, 1, 2, 3, 4, 9, 19, 39), 39, 40),
        ((0, 1, 2, 3, 4, 9, 19, 39, 79), 79, 60),
        ((0, 1, 2, 3, 4, 9, 19, 39, 79, 139), 139, 60),
        ((0, 1, 2, 3, 4, 600), 600, 10),  # the same day
        ((0, 1, 2, 3, 4, 1444), 1444, 0),  # another day: forgotten
        ((0, 0, 0, 0, 0, 0), 0, 10),  # all at once are counted one by one
        ((90, 90, 90, 90, 90), 0, 60),  # failed "later": a clock that stepped back
    ],
)
@proves("S41", wait_of, disabled=lambda failures, at: 0)
def test_how_long_one_waits(failed: tuple[float, ...], now: float, minutes: float) -> None:
    assert wait_of(at(*failed), at(now)[0]) == minutes * MINUTE_MS


def test_within_a_day_one_gets_few_tries() -> None:
    """Whoever tries at every moment that is allowed: what a code of six digits rests on."""
    failures: list[Ms] = []
    for minute in range(24 * 60):
        instant = Ms(AT + minute * MINUTE_MS)
        if wait_of(failures, instant) == 0:
            failures.append(instant)
    assert len(failures) <= 32
    assert (MOST, WITHIN_MS, FIRST_MS, REMEMBERED_MS, LONGEST_MS) == (5, 15 * MINUTE_MS, 5 * MINUTE_MS, DAY_MS, HOUR_MS)
