"""A device that stays behind our copy of its journal is shown at its case: its storage was put back (issue 13)."""

from types import SimpleNamespace
from unittest.mock import patch

import pytest

from offmon.core.formats.batches import BEHIND_MS
from offmon.core.ids import Ms
from offmon.server.base import clock
from offmon.server.intake import actions
from tests.integration.console.office import Office, sign_in

ALL = 1000


@pytest.mark.parametrize(
    ("beats", "shown"),
    [
        ([(1, BEHIND_MS), (1, 0)], True),
        ([(1, BEHIND_MS), (2, BEHIND_MS // 2)], True),
        ([(1, BEHIND_MS // 2)], False),
        ([(1, BEHIND_MS), (ALL, 0)], False),
        ([(ALL, BEHIND_MS), (ALL, 0)], False),
    ],
)
def test_the_case_shows_a_device_that_stays_behind(office: Office, beats: list[tuple[int, int]], shown: bool) -> None:
    """Each beat: for how much of its journal it stands, and how long ago it came."""
    story = office.story
    assert len(story.device.leaves) > 2
    for size, ago in beats:
        then = SimpleNamespace(now=lambda ago=ago: Ms(clock.now() - ago))
        with patch.object(actions, "wall", then):
            story.receive(story.device.batch(min(size, story.sent), min(size, story.sent)))
    page = sign_in("officer").get(f"/cases/{story.case}/monitoring/").content.decode()
    assert ("Behind our record" in page) is shown
    assert ("Someone may have restored an older copy of its storage" in page) is shown
