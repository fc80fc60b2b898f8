"""What the agent writes down for its next start."""

import pytest

from offmon.agent import progress
from offmon.agent.home import AgentHome
from offmon.agent.progress import Marks, SourceMarks
from offmon.agent.sources.browsers import RunningProcess
from offmon.core.authority.capability import Source
from offmon.core.errors import Malformed
from offmon.core.formats.event import GapReason
from offmon.core.ids import Id, Ms

HEARD = (SourceMarks(Source.BROWSER, (RunningProcess(7, 1, 5),)),)
MARKS = Marks(Ms(3), Ms(2), Ms(4), 5, Id("a" * 32), 6, 1, GapReason.CLOCK, Ms(1), HEARD, GapReason.QUEUE_FULL, Ms(2))


def test_it_is_read_as_it_was_written(home: AgentHome) -> None:
    assert progress.load(home) is None
    progress.save(home, MARKS)
    assert progress.load(home) == MARKS


def test_a_damaged_file_is_refused(home: AgentHome) -> None:
    home.write("marks", b"{}")
    with pytest.raises(Malformed):
        progress.load(home)
