"""The agent spares the device it runs on: when, and until when (R-RGT-16)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from offmon.agent import budget
from offmon.agent.budget import MAX_MIB, MAX_PER_MILLE, MIN_BATTERY, Budget, Use, battery, share, spare, taken
from offmon.agent.home import AgentHome

# Takes half a second of processor time and 64 MB, says so, and stays.
TAKES = "import time\nwhile time.process_time() < .5: pass\nheld = b'1' * (64 << 20)\nprint(flush=True)\ninput()"


@pytest.mark.parametrize(
    ("per_mille", "mib", "left", "sparing", "then"),
    [
        (0, 0, None, False, False),
        (MAX_PER_MILLE, MAX_MIB, MIN_BATTERY, False, False),
        (MAX_PER_MILLE + 1, 0, None, False, True),
        (0, MAX_MIB + 1, None, False, True),
        (0, 0, MIN_BATTERY - 1, False, True),
        (MAX_PER_MILLE, 0, None, True, True),
        (MAX_PER_MILLE // 2, MAX_MIB * 3 // 4, None, True, False),
        (0, MAX_MIB, None, True, True),
        (0, 0, MIN_BATTERY, True, True),
        (0, 0, MIN_BATTERY + 5, True, False),
        (0, 0, None, True, False),
    ],
)
def test_when_it_spares_and_until_when(per_mille: int, mib: int, left: int | None, sparing: bool, then: bool) -> None:
    assert spare(per_mille, mib, left, sparing=sparing) is then


@pytest.mark.parametrize(
    ("cpu", "wall", "said"), [(0.0, 60.0, 0), (6.0, 60.0, 100), (6.01, 60.0, 101), (120.0, 60.0, 2000), (1.0, 0.0, 0)]
)
def test_a_share_is_in_thousandths_of_one_core(cpu: float, wall: float, said: int) -> None:
    assert share(cpu, wall) == said


def supply(folder: Path, name: str, **files: str) -> None:
    (folder / name).mkdir()
    for file, text in files.items():
        (folder / name / file).write_text(f"{text}\n")


def test_only_a_battery_that_empties_counts_and_the_emptiest_of_them(tmp_path: Path) -> None:
    assert battery(tmp_path / "nowhere") is None
    supply(tmp_path, "AC", type="Mains", online="1")
    supply(tmp_path, "BAT0", type="Battery", status="Charging", capacity="3")
    supply(tmp_path, "BAT1", type="Battery", status="Discharging", capacity="broken")
    assert battery(tmp_path) is None
    supply(tmp_path, "BAT2", type="Battery", status="Discharging", capacity="71")
    supply(tmp_path, "BAT3", type="Battery", status="Discharging", capacity="9")
    assert battery(tmp_path) == 9


def test_it_looks_once_a_minute_at_its_own_use(monkeypatch: pytest.MonkeyPatch) -> None:
    at, cpu = 1_000.0, 7.0
    monkeypatch.setattr("offmon.agent.budget.time.monotonic", lambda: at)
    monkeypatch.setattr("offmon.agent.budget.battery", lambda: None)
    monkeypatch.setattr("offmon.agent.budget.taken", lambda _pid: (cpu, 41 << 20))
    one = Budget()
    cpu += 30.0
    assert one.look() is False
    at += budget.EVERY_S
    assert one.look() is True
    assert one.use == Use(500, 41, None, sparing=True)


def test_a_part_that_runs_counts_while_it_runs_and_no_more_once_it_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    at = 1_000.0
    monkeypatch.setattr("offmon.agent.budget.EVERY_S", 1.0)
    monkeypatch.setattr("offmon.agent.budget.time.monotonic", lambda: at)
    one = Budget()
    alone = one.use.mib
    with part() as running:
        at += 1.0
        assert one.look() is True
        assert one.use.per_mille >= 500
        assert one.use.mib >= alone + 64
        running.communicate(b"\n")
    at += 1.0
    assert one.look() is True
    assert one.use.per_mille < 300
    assert one.use.mib < alone + 64
    with part() as brief:
        brief.communicate(b"\n")
    at += 1.0
    assert one.look() is True
    assert one.use.per_mille >= 500


def part() -> subprocess.Popen[bytes]:
    """A child that has taken what it takes."""
    # A session of its own, as the agent's windows have.
    child = subprocess.Popen(
        [sys.executable, "-c", TAKES], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"\n"
    return child


def test_what_is_no_more_took_nothing() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    assert taken(child.pid) == (0.0, 0)
    assert 0 < taken(os.getpid())[1] < 4 << 30


def test_what_was_written_down_is_read_again(home: AgentHome) -> None:
    assert budget.load(home) is None
    budget.save(home, Use(4, 41, 80, sparing=False))
    assert budget.load(home) == Use(4, 41, 80, sparing=False)
