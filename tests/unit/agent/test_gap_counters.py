"""Every uncovered moment is declared once, with its own reason."""

import pytest

from offmon.agent.gap_counters import DECLARE_COUNTS_MS, LASTS_MS, Loss, Losses
from offmon.core import clock
from offmon.core.formats.event import GapReason
from offmon.core.ids import Ms
from offmon.core.person import delay

T = 1_800_000_000_000


def test_things_lost_at_once_are_one_gap_with_a_count() -> None:
    losses = Losses()
    losses.count(GapReason.QUARANTINED, Ms(T + 5))
    losses.count(GapReason.QUARANTINED, Ms(T))
    losses.count(GapReason.QUEUE_FULL, Ms(T + 1))
    assert losses.due(Ms(T + 10)) == ()
    assert losses.later == Loss(GapReason.QUARANTINED, Ms(T), Ms(T + 5), 2)
    assert set(losses.due(Ms(T + 1 + DECLARE_COUNTS_MS))) == {
        Loss(GapReason.QUARANTINED, Ms(T), Ms(T + 5), 2),
        Loss(GapReason.QUEUE_FULL, Ms(T + 1), Ms(T + 1), 1),
    }
    assert losses.later is None


@pytest.mark.parametrize("reason", list(GapReason))
def test_what_the_person_is_told_later_does_not_move_what_they_are_told_at_once(reason: GapReason) -> None:
    losses = Losses()
    losses.count(reason, Ms(T))
    losses.again(Loss(reason, Ms(T + 1), Ms(T + 2), None))
    waits = delay.waits(reason)
    assert losses.undeclared_since == (None if waits else T)
    assert losses.later == (Loss(reason, Ms(T), Ms(T), 1) if waits else None)


def test_an_unbroken_time_is_one_gap_however_long_cut_only_where_all_of_it_is_told() -> None:
    losses = Losses()
    losses.stand_idle(GapReason.NOT_VISIBLE, Ms(T))
    losses.stand_idle(GapReason.NOT_VISIBLE, Ms(T + 9))
    assert [loss for at in range(T, T + clock.DAY_MS, clock.MINUTE_MS) for loss in losses.due(Ms(at))] == []
    assert losses.due(Ms(T + LASTS_MS - 1), tells=True) == ()
    later = Ms(T + clock.DAY_MS)
    assert losses.due(later, tells=True) == (Loss(GapReason.NOT_VISIBLE, Ms(T), later, None),)
    assert losses.idle == (GapReason.NOT_VISIBLE, later)


def test_a_day_behind_a_locked_screen_is_a_gap_an_hour() -> None:
    losses = Losses()
    losses.stand_idle(GapReason.NOT_VISIBLE, Ms(T))
    seconds = range(T, T + clock.DAY_MS + 1, clock.SECOND_MS)
    due = [loss for at in seconds for loss in losses.due(Ms(at), tells=(at - T) % clock.HOUR_MS == 0)]
    assert len(due) == 24
    assert sum(loss.until - loss.since for loss in due) == clock.DAY_MS


def test_a_loss_that_could_not_be_declared_is_due_again() -> None:
    losses = Losses()
    losses.again(Loss(GapReason.CLOCK, Ms(T), Ms(T + 1), None))
    assert losses.undeclared_since == T
    assert losses.due(Ms(T + 1)) == (Loss(GapReason.CLOCK, Ms(T), Ms(T + 1), None),)


def test_missed_time_that_touches_is_one_gap_and_other_time_or_another_reason_is_another() -> None:
    losses = Losses()
    losses.stand_idle(GapReason.SOURCE_DOWN, Ms(T + 10))
    losses.stand_idle(None, Ms(T + 20))
    for since, until in ((T, T + 5), (T + 20, T + 30), (T + 7, T + 12)):
        losses.missed(GapReason.SOURCE_DOWN, Ms(since), Ms(until))
    losses.missed(GapReason.AGENT_DOWN, Ms(T), Ms(T + 9))
    assert set(losses.due(Ms(T + 30))) == {
        Loss(GapReason.SOURCE_DOWN, Ms(T), Ms(T + 5), None),
        Loss(GapReason.SOURCE_DOWN, Ms(T + 7), Ms(T + 30), None),
        Loss(GapReason.AGENT_DOWN, Ms(T), Ms(T + 9), None),
    }


def test_missed_time_joins_no_things_that_were_counted() -> None:
    losses = Losses()
    losses.again(Loss(GapReason.SOURCE_DOWN, Ms(T), Ms(T + 9), 3))
    losses.missed(GapReason.SOURCE_DOWN, Ms(T + 9), Ms(T + 5))  # a clock that was set back
    assert [loss.lost for loss in losses.due(Ms(T + 9))] == [3, None]
