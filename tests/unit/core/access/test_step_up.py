"""Opening content or taking out a bundle needs a recent step-up in this session (R-SEC-10; design §4)."""

import pytest

from offmon.core.access import step_up
from offmon.core.access.step_up import Act, Factor
from offmon.core.clock import HOUR_MS, MINUTE_MS
from offmon.core.ids import Ms
from tests.unit.core.samples import code_of

NOW = Ms(1_700_000_000_000)


@pytest.mark.parametrize(
    ("act", "ago", "counts"),
    [
        (Act.CONTENT, 0, True),
        (Act.CONTENT, HOUR_MS - 1, True),
        (Act.CONTENT, HOUR_MS, False),
        (Act.CONTENT, -1, False),
        (Act.EXPORT, 0, True),
        (Act.EXPORT, 15 * MINUTE_MS - 1, True),
        (Act.EXPORT, 15 * MINUTE_MS, False),
        (Act.EXPORT, -1, False),
        (Act.EMERGENCY, 15 * MINUTE_MS - 1, True),
        (Act.EMERGENCY, 15 * MINUTE_MS, False),
        (Act.KEYS, 15 * MINUTE_MS - 1, True),
        (Act.KEYS, 15 * MINUTE_MS, False),
        (Act.KEYS, -1, False),
    ],
)
def test_it_counts_for_so_long_and_never_before_it_was_shown(act: Act, ago: int, counts: bool) -> None:
    assert step_up.was_shown(act, Ms(NOW - ago), NOW) is counts


@pytest.mark.parametrize(
    ("act", "ago", "opens"),
    [
        (Act.CONTENT, 55 * MINUTE_MS - 1, True),
        (Act.CONTENT, 55 * MINUTE_MS, False),
        (Act.EXPORT, 10 * MINUTE_MS - 1, True),
        (Act.EXPORT, 10 * MINUTE_MS, False),
        (Act.KEYS, 10 * MINUTE_MS, False),
        (Act.EXPORT, -1, False),
    ],
)
def test_a_form_opens_only_while_there_is_time_to_fill_it_in(act: Act, ago: int, opens: bool) -> None:
    assert step_up.is_good_for_a_form(act, Ms(NOW - ago), NOW) is opens


@pytest.mark.parametrize("act", Act)
def test_a_factor_that_was_never_shown_opens_nothing(act: Act) -> None:
    assert code_of(step_up.check_shown, act, None, NOW) == "factor-stale"


def test_every_act_has_its_time_and_only_a_passkey_resists_phishing() -> None:
    assert set(step_up.FRESH_FOR_MS) == set(Act)
    assert frozenset({Factor.PASSKEY}) == step_up.PHISHING_RESISTANT


@pytest.mark.parametrize(
    ("act", "code_is_enough", "has_passkey", "by_passkey_alone"),
    [
        (Act.CONTENT, False, False, True),
        (Act.CONTENT, False, True, True),
        (Act.EMERGENCY, False, False, True),
        (Act.EXPORT, False, False, True),
        (Act.KEYS, False, True, True),
        (Act.KEYS, False, False, False),  # nobody can add their first one by one
        (Act.CONTENT, True, True, False),
        (Act.EXPORT, True, False, False),
        (Act.KEYS, True, True, False),
    ],
)
def test_what_passkeys_alone_open(act: Act, *, code_is_enough: bool, has_passkey: bool, by_passkey_alone: bool) -> None:
    assert step_up.resists(act, code_is_enough=code_is_enough, has_passkey=has_passkey) is by_passkey_alone


@pytest.mark.parametrize("shown_at", [None, Ms(NOW - HOUR_MS), Ms(NOW + 1)])
def test_a_passkey_that_was_not_shown_lately_is_none(shown_at: Ms | None) -> None:
    step_up.check_resisting(Act.CONTENT, Ms(NOW - HOUR_MS + 1), NOW)
    assert code_of(step_up.check_resisting, Act.CONTENT, shown_at, NOW) == "factor-phishable"
