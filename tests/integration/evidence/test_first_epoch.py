"""How a device's first journal may begin, so that no device can make every bundle of its case fail (formats §6)."""

from collections.abc import Callable

import pytest

from offmon.core.formats.batches import Forked
from offmon.core.formats.event import GapReason
from offmon.core.ids import Id
from offmon.server.base.ids import new_id
from offmon.server.base.vault import VaultClient
from tests.integration.evidence.test_export import export, verified
from tests.support.fake_device import FakeDevice
from tests.support.story import INGEST, Story


@pytest.fixture
def device(story: Story) -> FakeDevice:
    """A second device of the case, which has sent nothing yet."""
    story.device, story.sent = FakeDevice(INGEST), 0
    story.enrol()
    story.sign(story.ask_profile())
    return story.device


@pytest.mark.parametrize(
    "head",
    [lambda _: None, lambda device: (device.epoch, 0), lambda _: (new_id(), 5)],
    ids=["none", "its own", "unknown"],
)
def test_a_first_journal_that_goes_on_from_what_no_bundle_has_is_refused(
    story: Story, device: FakeDevice, head: Callable[[FakeDevice], tuple[Id, int] | None]
) -> None:
    device.gap(GapReason.NEW_EPOCH, last=head(device))
    with pytest.raises(Forked):
        story.send()


def test_one_whose_store_was_lost_before_it_sent_anything_is_taken_and_a_bundle_verifies(
    story: Story, device: FakeDevice, vault: VaultClient
) -> None:
    device.gap(GapReason.NEW_EPOCH, last=(new_id(), 0))
    story.send()
    story.disclose(1)
    story.send()
    verified(story, export(story, vault))
