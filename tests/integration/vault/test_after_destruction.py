"""After a deployment's key is destroyed no profile uses it, and data sent to it is accounted for (formats §8)."""

import psycopg
import pytest

from offmon.core.clock import DAY_MS, HOUR_MS, Period
from offmon.core.ids import Ms
from offmon.core.log.audit import EntryOutcome, Verb
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.deployments.policy import check_collects
from offmon.server.deployments.queries import without_key
from offmon.server.deployments.queries.renewal import devices_to_renew
from tests.integration.evidence.test_export import ask, build, export, release, take, verified
from tests.integration.vault.test_keys import restored
from tests.prove.markers import proves
from tests.support.destroyed import destroy_key
from tests.support.fake_device import now
from tests.support.refused import code_of
from tests.support.story import Story
from tests.support.taken import taken_console
from tests.support.vault import answering


def disclose(story: Story, count: int) -> None:
    """The device goes on: its lease runs, and it cannot know."""
    story.disclose(count)
    story.send()
    story.group()
    story.publish()


def due(story: Story) -> bool:
    """Whether the worker would renew the lease, if it ended within a year."""
    with story.running(Process.WORKER), scope(story.worker):
        return devices_to_renew(Ms(now() + 365 * DAY_MS), Ms(now() - HOUR_MS)) == [story.device.device]


@proves("S83", check_collects, disabled=lambda deployment, authorisation, notice, agency: None)
def test_no_profile_is_signed_to_it_whoever_asks(story: Story) -> None:
    """But the one that grants nothing, so that the device stops; then none at all, and no lease is renewed (S107)."""
    destroy_key(story)
    assert due(story)
    story.sign(story.ask_profile())
    story.sign(story.ask_profile())
    said = [(entry.outcome, entry.reason) for entry in story.entries(Verb.PROFILE_SIGNED)]
    assert said[-2:] == [(EntryOutcome.ALLOWED, "key-destroyed"), (EntryOutcome.DENIED, "key-destroyed")]
    assert story.profiles[-1].grants == ()
    assert not due(story)


@proves("S83", without_key, disabled=lambda case: [])
def test_what_a_device_sends_afterwards_is_accounted_for_as_erased(story: Story) -> None:
    destroy_key(story)
    disclose(story, 2)
    with answering(story) as vault:
        counts = verified(story, export(story, vault)).counts
        assert (counts.shown, counts.erased, counts.items) == (0, 5, 5)
        assert len(story.entries(Verb.DISPOSED)) == 2
        story.publish()
        verified(story, export(story, vault))
    assert len(story.entries(Verb.DISPOSED)) == 2  # said once


def test_what_comes_while_a_bundle_is_built_waits_for_one_more_opening(story: Story) -> None:
    destroy_key(story)
    with answering(story) as vault:
        asked = ask(story, Period(Ms(now() - DAY_MS), Ms(now() + HOUR_MS)))
        vault.open_export(asked)
        disclose(story, 1)
        assert code_of(vault.build_export, asked) == "opened-too-little"
        build(story, vault, asked)
        release(story, vault, asked)
        assert verified(story, take(story, vault, asked)).counts.erased == 4


def test_in_a_database_from_before_two_people_say_it_again_and_it_goes_on_as_the_other(story: Story) -> None:
    with restored(story) as older:
        destroy_key(story)
        assert due(older)  # it cannot know
        destroy_key(older)  # the store knows which key it was
        disclose(older, 1)
        older.sign(older.ask_profile())
        assert not due(older)
        older.publish()
        with answering(older) as vault:
            assert verified(older, export(older, vault)).counts.erased == 4


@proves("S83", drop="grant update (key_destroyed_at) on deployments_deployment to offmon_console")
def test_the_console_cannot_take_back_that_it_was_destroyed(story: Story) -> None:
    destroy_key(story)
    with taken_console(story) as console, pytest.raises(psycopg.errors.InsufficientPrivilege):
        console.execute("update deployments_deployment set key_destroyed_at = null where id = %s", [story.deployment])
