"""A portal code on its way: one answer counts, and after half a minute none does (docs/adr/0009)."""

from types import SimpleNamespace

import pytest

from offmon.agent import portal_code
from offmon.agent.portal_code import GIVE_UP_S, Asking, PortalCodeOutcome
from offmon.core.formats.keys import SigningKey
from offmon.core.ids import Id, Ms


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A clock of this test's."""
    one = SimpleNamespace(now=0.0)
    monkeypatch.setattr(portal_code, "time", SimpleNamespace(monotonic=lambda: one.now))
    return one


@pytest.fixture
def asking(clock: SimpleNamespace) -> Asking:
    assert clock.now == 0
    return Asking(Id("d" * 32), SigningKey.from_seed("device/x", bytes(32)), Ms(1_800_000_000_000))


def test_there_is_no_outcome_before_there_is_one(asking: Asking) -> None:
    assert asking.outcome is None
    asking.answered(PortalCodeOutcome.KEPT)
    asking.answered(PortalCodeOutcome.NOT_NOW)
    assert asking.outcome is PortalCodeOutcome.KEPT


def test_an_answer_that_comes_too_late_shows_no_code(asking: Asking, clock: SimpleNamespace) -> None:
    clock.now = GIVE_UP_S
    asking.answered(PortalCodeOutcome.KEPT)
    assert asking.outcome is PortalCodeOutcome.NOT_NOW


def test_what_was_answered_in_time_stays_so(asking: Asking, clock: SimpleNamespace) -> None:
    asking.answered(PortalCodeOutcome.KEPT)
    clock.now = GIVE_UP_S + 1
    assert asking.outcome is PortalCodeOutcome.KEPT
