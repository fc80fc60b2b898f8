"""An alert opens, and a mail lies in a real mail server's mailbox: once, whatever fails meanwhile (issue 20)."""

from unittest.mock import patch

import psycopg
import pytest

from offmon.core.alerts import reaching
from offmon.core.alerts.reaching import LOST_MS, MOST_TRIES, WAITS_MS, TryOutcome
from offmon.core.clock import HOUR_MS
from offmon.core.errors import Refused
from offmon.core.formats.event import Gravity
from offmon.core.log.audit import Verb
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.processes.notify import mail
from offmon.server.reaching.actions import do_begin_try, do_end_try, do_remove_channel
from offmon.server.reaching.queries import open_messages
from offmon.server.triage.actions import calling
from tests.integration.notify.office import MAIL, actor_of, add, later, sending, told
from tests.integration.triage.test_pass_on import DAY, age, turn
from tests.prove.markers import proves
from tests.support.mailbox import FROM, Mailbox
from tests.support.story import Story
from tests.support.taken import superuser


@proves("S188", calling.called, disabled=lambda alert, staff, *, actor: [])
def test_who_must_look_has_a_mail_that_says_that_something_waits(story: Story, mailbox: Mailbox) -> None:
    story.disclose(1, gravity=Gravity.URGENT)
    story.send()
    story.raise_alerts()
    add(story)
    with sending(story, mailbox) as office:
        office.turn()
    assert len(mailbox.mail) == 2, "one for the alert of the story, and one since it became graver"
    came = {
        one["Subject"]: (one, text) for one, text in zip(mailbox.messages, mailbox.texts, strict=True)
    }  # in any order
    assert came.keys() == {"Offmon: A high-priority item", "Offmon: An urgent item"}
    urgent, said = came["Offmon: An urgent item"]
    assert (urgent["To"], urgent["From"], urgent["Auto-Submitted"]) == (MAIL, FROM, "auto-generated")
    with superuser(story) as hand:
        [first, second] = hand.execute("select reference from reaching_message order by asked_at").fetchall()
    assert first != second
    assert said == f"An urgent item waits in Offmon. Reference {second[0]}. Sign in to acknowledge."
    assert mailbox.greeted == ["police.invalid"] * 2, "the greeting names no machine of ours"


def test_it_is_called_once_however_much_more_of_the_same_comes(story: Story, mailbox: Mailbox) -> None:
    add(story)
    for _ in range(2):
        story.disclose(2)
        story.send()
        story.raise_alerts()
    with sending(story, mailbox) as office:
        office.turn()
        office.turn()
    assert len(mailbox.mail) == 1
    assert told(story) == [(1, "sent")]


def test_whoever_it_is_passed_on_to_is_called_too(story: Story, mailbox: Mailbox) -> None:
    add(story, actor=story.supervisor)
    age(story, DAY)
    assert turn(story)
    with sending(story, mailbox) as office:
        office.turn()
    assert len(mailbox.mail) == 1


def test_a_mail_server_that_was_down_has_the_mail_once_when_it_is_up_again(story: Story) -> None:
    mailbox = Mailbox()
    with mailbox.up():
        pass  # it has a port
    add(story)
    with sending(story, mailbox) as office:
        for wait in WAITS_MS:
            office.turn()
            office.turn()  # not before its time
            later(story, wait)
        with mailbox.up():
            office.turn()
            later(story, 2 * HOUR_MS)
            office.turn()
    assert len(mailbox.mail) == 1
    assert told(story) == [*((n, "unreachable") for n in range(1, 6)), (6, "sent")]


def test_what_no_server_takes_is_a_dead_letter_in_the_end(story: Story) -> None:
    add(story)
    with sending(story) as office:  # no server is set up
        for _ in range(MOST_TRIES + 2):
            office.turn()
            later(story, WAITS_MS[-1])
        assert len(told(story)) == MOST_TRIES
    assert story.entries(Verb.MESSAGE_ENDED)[-1].reason == "settled"


def test_a_mailbox_that_is_not_known_is_a_dead_letter_at_once(story: Story, mailbox: Mailbox) -> None:
    mailbox.refused.add(MAIL)
    add(story)
    with sending(story, mailbox) as office:
        office.turn()
        later(story, HOUR_MS)
        office.turn()
    assert told(story) == [(1, "refused")]
    assert not mailbox.mail


def test_each_of_their_channels_is_told_and_a_removed_one_is_not(story: Story, mailbox: Mailbox) -> None:
    add(story, address="one@police.invalid")
    gone = add(story, address="two@police.invalid")
    add(story, address="three@police.invalid")
    with story.console():
        do_remove_channel(gone, actor=story.officer)
    with sending(story, mailbox) as office:
        office.turn()
    assert {one["To"] for one in mailbox.messages} == {"one@police.invalid", "three@police.invalid"}
    assert len({one["Message-ID"] for one in mailbox.messages}) == 2


def test_a_server_elsewhere_that_offers_no_tls_is_told_nothing(story: Story, mailbox: Mailbox) -> None:
    add(story)
    with patch.object(mail, "is_this_machine", lambda _host: False), sending(story, mailbox) as office:
        office.turn()
    assert told(story) == [(1, "unreachable")]
    assert not mailbox.mail


@proves("S188", reaching.is_lost, disabled=lambda one, at: False)
def test_a_try_that_nobody_ended_is_made_again_under_the_same_id(story: Story, mailbox: Mailbox) -> None:
    """As after a kill between the try and its outcome: told at most once more, and the mail has the same id both times."""
    channel = add(story)
    with sending(story, mailbox) as office:
        with scope(actor_of(story)):
            [message] = open_messages(story.agency)
        do_begin_try(message.id, channel, 1, actor=actor_of(story))
        office.turn()
        assert not mailbox.mail, "it may be under way"
        later(story, LOST_MS)
        office.turn()
        later(story, WAITS_MS[0])
        office.turn()
    assert len(mailbox.mail) == 1
    assert told(story) == [(1, "lost"), (2, "sent")]


@proves("S188", drop="alter table reaching_attempt drop constraint attempt_each_number_once")
def test_two_processes_make_no_try_twice_and_an_outcome_stays(story: Story) -> None:
    channel = add(story)
    with sending(story):
        with scope(actor_of(story)):
            [message] = open_messages(story.agency)
        attempt = do_begin_try(message.id, channel, 1, actor=actor_of(story))
        with pytest.raises(Refused, match="try-begun"):
            do_begin_try(message.id, channel, 1, actor=actor_of(story))
        do_end_try(attempt, TryOutcome.SENT, actor=actor_of(story))
        do_end_try(attempt, TryOutcome.LOST, actor=actor_of(story))
    assert told(story) == [(1, "sent")]
    changed = pytest.raises(psycopg.errors.CheckViolation, match="ends once")
    with changed, story.database.connect(Process.NOTIFY) as notify:
        notify.execute("select set_config('offmon.agency', %s, true)", [story.agency])
        notify.execute("update reaching_attempt set outcome = 'lost'")


def test_the_alert_s_own_entry_names_the_call_so_that_its_case_s_log_is_as_long_as_without(story: Story) -> None:
    [raised] = story.entries(Verb.ALERT_RAISED)
    assert "called" in [one.table for one in raised.touched]
    [asked] = story.entries(Verb.MESSAGE_ASKED)
    assert (asked.case, asked.alert) == (None, None)
