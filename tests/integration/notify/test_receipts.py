"""A message that was taken and came back is seen, and the alert goes on in its time (issue 20)."""

import pytest

from offmon.core.alerts.acknowledgement import Holder
from offmon.core.alerts.holding import UNREACHED_MS
from offmon.core.alerts.reaching import RECEIPT_WAITS_MS, ChannelKind
from offmon.core.clock import MINUTE_MS
from offmon.core.log.audit import Verb
from offmon.server.processes.notify import service as notify
from offmon.server.processes.notify.receipts import Receipts
from offmon.server.triage.actions.passing_on import do_acknowledge
from tests.integration.notify.office import actor_of, add, sending, told
from tests.integration.triage.test_pass_on import age, row_of, turn
from tests.support.govuk import GovUk
from tests.support.mailbox import Mailbox
from tests.support.story import Story
from tests.support.taken import superuser

NUMBER = "07700 900123"


def ask(story: Story) -> None:
    """A process that has just begun asks what is due."""
    receipts = Receipts(notify.askers())
    receipts.turn(actor_of(story))
    receipts.close()


def sent(story: Story, govuk: GovUk) -> None:
    """The officer's message is taken, and its receipt asked for in time."""
    with govuk.up(), sending(story, **govuk.settings()) as office:
        office.turn()
        ask(story)
        assert told(story) == [(1, "sent")], "not before its time"
        taken_earlier(story)
        ask(story)
        ask(story)


def taken_earlier(story: Story) -> None:
    """What was taken was so earlier, by the time after which it is asked about."""
    with superuser(story) as hand:
        hand.execute("update reaching_attempt set ended_at = ended_at - %s", [RECEIPT_WAITS_MS[0]])


@pytest.mark.parametrize("became", ["permanent-failure", "temporary-failure", "technical-failure"])
def test_what_came_back_is_written_once_and_the_alert_goes_to_the_next_within_minutes(
    story: Story, became: str
) -> None:
    add(story, ChannelKind.TEXT, NUMBER)
    sent(story, GovUk(became=became))
    assert told(story) == [(1, "sent"), (2, "bounced")]
    assert not turn(story), "not before whoever has it had two minutes"
    age(story, UNREACHED_MS)
    called_earlier(story)
    assert turn(story)
    assert row_of(story).holder is Holder.SUPERVISOR
    [entry] = story.entries(Verb.ALERT_PASSED_ON)
    assert (entry.reason or "").startswith("unreached")


def called_earlier(story: Story) -> None:
    """The call is as old as its alert."""
    with superuser(story) as hand:
        hand.execute("update triage_called set at = (select opened_at from triage_alert where id = alert_id)")


@pytest.mark.parametrize("became", ["delivered", "sending", "pending"])
def test_what_arrived_or_is_under_way_changes_nothing(story: Story, became: str) -> None:
    add(story, ChannelKind.TEXT, NUMBER)
    sent(story, GovUk(became=became))
    assert told(story) == [(1, "sent")]
    age(story, UNREACHED_MS)
    assert not turn(story)


def test_who_has_another_channel_that_took_it_has_it_for_their_time(story: Story) -> None:
    add(story, ChannelKind.TEXT, NUMBER)
    add(story)
    govuk = GovUk(became="permanent-failure")
    with Mailbox().up() as mailbox, govuk.up(), sending(story, mailbox, **govuk.settings()) as office:
        office.turn()
        taken_earlier(story)
        ask(story)
    assert sorted(told(story)) == [(1, "sent"), (1, "sent"), (2, "bounced")]
    age(story, UNREACHED_MS)
    called_earlier(story)
    assert not turn(story)


def test_who_answered_keeps_it(story: Story) -> None:
    add(story, ChannelKind.TEXT, NUMBER)
    sent(story, GovUk(became="permanent-failure"))
    age(story, UNREACHED_MS + MINUTE_MS)
    called_earlier(story)
    with story.console():
        do_acknowledge(story.alerts[0], actor=story.officer)
    assert not turn(story)
