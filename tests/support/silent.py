"""A device that was stopped for three hours, and started by somebody who wrote its marks by hand."""

from dataclasses import replace
from types import SimpleNamespace
from unittest.mock import patch

from offmon.core.clock import HOUR_MS
from offmon.core.formats.event import GapLeaf, GapReason, NoteKind
from offmon.core.ids import Ms
from offmon.server.base.ids import new_id
from offmon.server.intake import actions
from tests.support.fake_device import now
from tests.support.story import Story

OFF_MS = 3 * HOUR_MS


def restart(story: Story, declared_ms: int = 10_000) -> None:
    """It was last heard three hours ago, and says that it was off for that long. The new run's heartbeat comes before its journal."""
    device = story.device
    then = SimpleNamespace(now=lambda: Ms(now() - OFF_MS))
    with patch.object(actions, "wall", then):
        story.receive(device.batch(story.sent, story.sent))
    device.boot = new_id()
    story.receive(device.batch(story.sent, story.sent))
    device.note(NoteKind.STARTED)
    device.gap(GapReason.AGENT_DOWN)
    leaf = device.leaves[-1]
    assert isinstance(leaf, GapLeaf)
    device.leaves[-1] = replace(leaf, gap=replace(leaf.gap, since=Ms(now() - declared_ms)))
    story.send()
