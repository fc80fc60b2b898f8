"""A deployment's key, destroyed as the product does it: asked by the officer, approved by the supervisor, done by the vault."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from unittest.mock import patch

from offmon.core.ids import Id
from offmon.server.base.vault import VaultClient
from offmon.server.orders.actions import do_end_instrument
from offmon.server.rights.destruction import policy
from offmon.server.rights.destruction.actions import do_approve_destruction, do_ask_destruction
from tests.support.fake_device import now
from tests.support.story import Story
from tests.support.vault import answering

REASON = "The order ended, and the review decided to dispose of it."


@contextmanager
def nothing_in_the_way() -> Iterator[None]:
    """As if the case were closed: for tests of what follows, whatever else of the case goes on."""
    with patch.object(policy, "check_destroyable", lambda work: None):
        yield


def approved(story: Story) -> Id:
    """A request of two people."""
    with story.console(), story.with_keys():
        asked = do_ask_destruction(story.case, REASON, actor=story.officer)
        do_approve_destruction(asked, actor=story.supervisor)
    return asked


def destroy_key(story: Story, vault: VaultClient | None = None) -> Id:
    """The request by which the key of the story's monitoring is gone, though its case goes on. `vault`: one that answers already."""
    with nothing_in_the_way():
        asked = approved(story)
        with answering(story) if vault is None else nullcontext(vault) as client:
            client.destroy(asked)
    return asked


def end_order(story: Story) -> None:
    """The court ended the order, and the device does not know it yet."""
    with story.console(), story.with_keys():
        do_end_instrument(story.instrument, now(), "The court discharged it.", actor=story.officer)


def end_monitoring(story: Story) -> None:
    """The order ended, and the device has an empty profile."""
    end_order(story)
    story.sign(story.ask_profile())


def close(story: Story) -> Story:
    """Nothing of the case needs the key any more: monitoring has ended, and its alert is decided."""
    end_monitoring(story)
    story.decide()
    return story
