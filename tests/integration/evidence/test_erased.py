"""Only the vault, which has the keys, may record an erasure in the log (formats §8; S89)."""

import pytest

from offmon.core.clock import Period
from offmon.core.ids import Ms
from offmon.core.log.audit import Verb
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.base.vault import VaultClient
from offmon.server.intake import queries as intake
from tests.integration.evidence.test_export import export, verified
from tests.support.fake_device import now
from tests.support.story import Story
from tests.support.taken import name, taken_console


@pytest.mark.parametrize("verb", [Verb.DISPOSED, Verb.CASE_CONSULTED])
def test_what_the_console_says_was_erased_is_held(story: Story, vault: VaultClient, verb: Verb) -> None:
    with story.running(Process.VAULT), scope(story.vault):
        [batch] = intake.batches_of(story.device.device)
    with taken_console(story) as console:
        name(console, story, verb, "intake_batch", batch.id, batch, reason="key-destroyed")
    story.publish()
    nothing = Period(Ms(now() - 2), Ms(now() - 1))
    counts = verified(story, export(story, vault, nothing)).counts
    assert (counts.erased, counts.withheld) == (0, counts.items)
