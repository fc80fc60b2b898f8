"""What the agent writes down for its next start."""

from dataclasses import replace

import pytest

from offmon.agent import progress
from offmon.agent.home import AgentHome
from offmon.agent.progress import Marks, SourceMarks
from offmon.agent.sources.browsers import RunningProcess
from offmon.core.authority.capability import Source
from offmon.core.formats import codec
from offmon.core.formats.event import GapReason
from offmon.core.ids import Id, Ms

HEARD = (SourceMarks(Source.BROWSER, (RunningProcess(7, 1, 5),)),)
MARKS = Marks(Ms(3), Ms(2), Ms(4), 5, Id("a" * 32), 6, 1, GapReason.CLOCK, Ms(1), HEARD, GapReason.QUEUE_FULL, Ms(2))


def test_it_is_read_as_it_was_written(home: AgentHome) -> None:
    assert progress.load(home) is None
    progress.save(home, MARKS)
    assert progress.load(home) == MARKS


def test_a_write_in_place_of_which_half_came_is_as_none(home: AgentHome) -> None:
    progress.save(home, MARKS)
    file = home.path / "marks"
    before, number = file.read_bytes(), file.stat().st_ino
    progress.save(home, replace(MARKS, alive_at=Ms(4), size=7))
    after = file.read_bytes()
    assert (file.stat().st_ino, len(after)) == (number, len(before))
    for half in range(1, len(before)):
        torn = after[:half] + before[half:]
        file.write_bytes(torn)
        assert progress.load(home) == {before: MARKS, after: replace(MARKS, alive_at=Ms(4), size=7)}.get(torn)
    progress.save(home, replace(MARKS, size=1_000))
    assert progress.load(home) == replace(MARKS, size=1_000)


@pytest.mark.parametrize(
    ("data", "mode"), [(b"{}", 0o600), (b"", 0o600), (codec.dump(MARKS), 0o600), (progress.sealed(MARKS), 0o644)]
)
def test_what_cannot_be_read_or_was_open_to_others_is_as_none(home: AgentHome, data: bytes, mode: int) -> None:
    home.write("marks", data)
    (home.path / "marks").chmod(mode)
    assert progress.load(home) is None
