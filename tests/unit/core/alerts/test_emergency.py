"""A duty inspector opens one alert that was passed to them, for an hour and a reason (issue 20)."""

import pytest

from offmon.core.alerts.emergency import OPEN_FOR_MS, Opening, check_opens
from offmon.core.clock import HOUR_MS
from offmon.core.ids import Id, Ms
from tests.prove.markers import proves
from tests.unit.core.samples import code_of

NOW = Ms(1_700_000_000_000)
THIS, OTHER = Id("1" * 32), Id("2" * 32)
WHY = "A child may be at risk tonight"


def opened(alert: Id, ago: int, why: str = "Nobody answered for an hour") -> Opening:
    return Opening(alert, Ms(NOW - ago), Ms(NOW - ago + OPEN_FOR_MS), why)


@pytest.mark.parametrize(
    ("reason", "passed", "on_call", "own", "code"),
    [
        (WHY, True, True, [], None),
        (WHY, False, True, [], "not-yours"),
        (WHY, True, False, [], "not-on-call"),
        ("", True, True, [], "no-reason"),
        ("urgent, urgent", True, True, [], "no-reason"),
        (WHY, True, True, [opened(THIS, HOUR_MS - 1)], "open-already"),
        (WHY, True, True, [opened(OTHER, HOUR_MS - 1)], "one-at-a-time"),
        (WHY, True, True, [opened(OTHER, HOUR_MS), opened(THIS, 2 * HOUR_MS)], None),
        (WHY, True, True, [opened(THIS, HOUR_MS, f" {WHY.upper()} ")], "reason-used"),
        (WHY, True, True, [opened(OTHER, HOUR_MS, WHY)], None),
    ],
)
@proves("S195", check_opens, disabled=lambda *_, **__: None)
def test_who_opens_which_alert_when_and_why(
    reason: str, passed: bool, on_call: bool, own: list[Opening], code: str | None
) -> None:
    assert code_of(check_opens, THIS, reason, NOW, is_passed=passed, is_on_call=on_call, own=own) == code


@pytest.mark.parametrize(("ago", "is_open"), [(-1, False), (0, True), (HOUR_MS - 1, True), (HOUR_MS, False)])
def test_an_opening_lasts_an_hour_and_no_longer(ago: int, is_open: bool) -> None:
    assert opened(THIS, ago).is_open(NOW) is is_open
