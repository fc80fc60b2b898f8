"""Coverage gaps are reported once an hour, and an hour in which the machine slept is one (agent/app.py)."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from offmon.agent import clock
from offmon.agent.app import Agent
from offmon.agent.gap_counters import Losses
from offmon.agent.outbox import Outbox
from offmon.core.clock import HOUR_MS, MINUTE_MS
from offmon.core.formats.event import GapReason, NoteKind, NoteLeaf
from offmon.core.ids import Ms
from tests.unit.agent.test_outbox import AGENCY, NOW

HOUR_S = 3600.0


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Any]:
    """As much of one as keeps and tells; nothing of it is replaced but who is woken."""
    found: Any = Agent.__new__(Agent)
    found._outbox = Outbox(tmp_path / "outbox.sqlite", AGENCY.device, NOW, None, NOW)
    found._losses, found._delivery = Losses(), SimpleNamespace(wake=lambda: None)
    found._gaps_s, found._told_at, found._safe_until = int(HOUR_S), None, NOW
    yield found
    found._outbox.close()


def at(agent: Any, raw: Ms, hidden: bool) -> int:
    """A tick, while the window is hidden or not. How much is kept and not told."""
    agent._losses.stand_idle(GapReason.NOT_VISIBLE if hidden else None, raw)
    agent._keep_and_tell(raw)
    return len(agent._outbox.kept)


def test_the_first_tick_after_a_long_sleep_tells_what_was_kept(agent: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    boot = 100.0
    monkeypatch.setattr(clock, "since_boot_s", lambda: boot)
    assert at(agent, NOW, False) == 0  # and from here on an hour is counted
    boot += 60
    assert at(agent, Ms(NOW + MINUTE_MS), True) == 0
    boot += 420
    assert at(agent, Ms(NOW + 8 * MINUTE_MS), False) == 1
    boot += 60
    assert at(agent, Ms(NOW + 9 * MINUTE_MS), False) == 1
    boot += 24 * HOUR_S  # the lid was closed for a day, in which the process did not run
    assert at(agent, Ms(NOW + 9 * MINUTE_MS + 24 * HOUR_MS), False) == 0


def test_the_clock_that_it_goes_by_counts_sleep_and_is_nobodys_to_set() -> None:
    earlier = clock.since_boot_s()
    assert float(Path("/proc/uptime").read_text("ascii").split()[0]) == pytest.approx(earlier, abs=1)
    assert clock.since_boot_s() >= earlier


@pytest.mark.parametrize(
    ("lived_s", "ran_s", "notes"),
    [
        (8 * HOUR_S, 1.0, [(NoteKind.SLEPT, int(8 * HOUR_S) - 1)]),  # the lid was closed for the night
        (299.0, 1.0, []),
        (HOUR_S, HOUR_S, []),  # the process stood still, and the machine was on
    ],
)
def test_a_sleep_is_noted_and_no_gap(
    agent: Any,
    monkeypatch: pytest.MonkeyPatch,
    lived_s: float,
    ran_s: float,
    notes: list[tuple[NoteKind, int]],
) -> None:
    monkeypatch.setattr(clock, "since_boot_s", lambda: 100.0 + lived_s)
    monkeypatch.setattr("time.monotonic", lambda: 50.0 + ran_s)
    agent._ticked, agent._begun, agent._indicator = (50.0, 100.0, NOW), True, SimpleNamespace(open=lambda: None)
    agent._stood_still(Ms(NOW + int(lived_s) * 1000))
    said = [leaf.note for leaf in agent._outbox.lease().leaves if isinstance(leaf, NoteLeaf)]
    assert [(one.note, one.count) for one in said] == notes
    assert bool(agent._losses.due(NOW)) is (ran_s == HOUR_S)
