"""What the agent writes down for its next start, and that a newer release reads what an older one wrote."""

from pathlib import Path

import pytest

from offmon.agent import progress
from offmon.agent.home import Home
from offmon.agent.progress import Marks
from offmon.core.errors import Malformed
from offmon.core.formats import canon
from offmon.core.formats.canon import Json
from offmon.core.formats.event import GapReason
from offmon.core.ids import Id, Ms

MARKS = Marks(Ms(3), Ms(2), Ms(4), 5, Id("a" * 32), 6, 1, GapReason.CLOCK, Ms(1), (), GapReason.QUEUE_FULL, Ms(2))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setattr("offmon.agent.home.check_account", lambda _uid: None)
    return Home(tmp_path / "home")


def test_it_is_read_as_it_was_written(home: Home) -> None:
    assert progress.load(home) is None
    progress.save(home, MARKS)
    assert progress.load(home) == MARKS


def test_what_an_older_release_wrote_is_read(home: Home) -> None:
    old: dict[str, Json] = {
        "type": "offmon/agent-marks@1",
        "alive_at": 3,
        "safe_until": 2,
        "highest": 4,
        "clock_offset_ms": 5,
        "epoch": "a" * 32,
        "size": 6,
        "received": 1,
        "idle": "clock",
        "idle_since": 1,
        "browsers": [],
    }
    home.write("marks", canon.encode(old))
    found = progress.load(home)
    assert found is not None
    assert (found.later, found.later_since) == (None, None)
    assert (found.alive_at, found.size, found.idle) == (MARKS.alive_at, MARKS.size, MARKS.idle)


def test_a_damaged_file_is_refused(home: Home) -> None:
    home.write("marks", b"{}")
    with pytest.raises(Malformed):
        progress.load(home)
