"""What is answered is told no more, and a flood is one message with the newest reference (issue 20)."""

from contextlib import nullcontext

import pytest

from offmon.core.alerts import reaching
from offmon.core.alerts.reaching import APART_MS, WAITS_MS
from offmon.core.formats.event import Gravity
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.processes.worker import jobs
from offmon.server.reaching.actions import call
from offmon.server.reaching.queries import reach_news
from offmon.server.triage.actions.passing_on import do_acknowledge
from tests.integration.notify.office import MAIL, add, later, sending, told
from tests.prove.markers import proves
from tests.support import worker
from tests.support.checked import administrator
from tests.support.mailbox import Mailbox
from tests.support.story import Story
from tests.support.taken import superuser

HIGH = APART_MS[Gravity.HIGH]


def call_again(story: Story) -> None:
    """Somebody else's alert calls the officer too."""
    with story.running(Process.WORKER), scope(story.worker):
        call(story.officer.id, Gravity.HIGH, actor=story.worker)


def references(story: Story) -> list[str]:
    with superuser(story) as hand:
        return [
            one for (one,) in hand.execute("select reference from reaching_message order by asked_at, id").fetchall()
        ]


@proves("S203", jobs.leave_off, disabled=lambda actor: False)
def test_once_it_is_acknowledged_the_message_is_tried_no_more_and_is_no_dead_letter(story: Story) -> None:
    mailbox = Mailbox()
    with mailbox.up():
        pass
    add(story)
    with sending(story, mailbox) as office:
        office.turn()
        assert told(story) == [(1, "unreachable")]
        worker.turn(story, "leave off messages")
        later(story, WAITS_MS[0])
        office.turn()
        assert len(told(story)) == 2, "nobody has answered yet"
        with story.console():
            do_acknowledge(story.alerts[0], actor=story.officer)
        worker.turn(story, "leave off messages")
        later(story, WAITS_MS[-1])
        with mailbox.up():
            office.turn()
    assert not mailbox.mail
    assert len(told(story)) == 2
    admin = administrator(story)
    with story.console(), story.with_keys():
        assert reach_news(actor=admin).dead == ()


def test_a_message_that_stands_for_an_alert_that_nobody_answered_goes_on(story: Story, mailbox: Mailbox) -> None:
    add(story)
    with sending(story, mailbox) as office:
        office.turn()
        call_again(story)
        call_again(story)  # of no alert that anybody could have answered
        with story.console():
            do_acknowledge(story.alerts[0], actor=story.officer)
        worker.turn(story, "leave off messages")
        later(story, HIGH)
        office.turn()
    assert len(mailbox.mail) == 2


@proves("S204", reaching.leaves_at, disabled=lambda at, last, gravity: at)
def test_a_flood_is_one_message_each_ten_minutes_with_the_newest_reference(story: Story, mailbox: Mailbox) -> None:
    add(story)
    with sending(story, mailbox) as office:
        office.turn()
        for _ in range(5):
            call_again(story)
            office.turn()
        assert len(mailbox.mail) == 1, "the first is told at once"
        later(story, HIGH)
        office.turn()
        office.turn()
    assert len(mailbox.mail) == 2
    assert references(story)[-1] in mailbox.texts[1]
    assert told(story) == [(1, "sent")] * 2


@pytest.mark.parametrize("refused", [set(), {MAIL}])
def test_what_was_called_off_or_came_nowhere_silences_nothing(story: Story, refused: set[str]) -> None:
    mailbox = Mailbox(refused=refused)
    add(story)
    with mailbox.up():
        pass
    with mailbox.up() if refused else nullcontext(), sending(story, mailbox) as office:
        office.turn()
    assert told(story) == [(1, "refused" if refused else "unreachable")]
    with story.console():
        do_acknowledge(story.alerts[0], actor=story.officer)
    worker.turn(story, "leave off messages")
    mailbox.refused = set()
    call_again(story)
    with mailbox.up(), sending(story, mailbox) as office:
        office.turn()
    assert len(mailbox.mail) == 1


def test_a_graver_one_does_not_wait_for_those_before(story: Story, mailbox: Mailbox) -> None:
    add(story)
    with sending(story, mailbox) as office:
        office.turn()
        with story.running(Process.WORKER), scope(story.worker):
            call(story.officer.id, Gravity.URGENT, actor=story.worker)
        office.turn()
    assert [one["Subject"] for one in mailbox.messages] == ["Offmon: A high-priority item", "Offmon: An urgent item"]


def test_whoever_else_is_called_is_told_at_once(story: Story, mailbox: Mailbox) -> None:
    add(story)
    add(story, address="supervisor@police.invalid", actor=story.supervisor)
    with sending(story, mailbox) as office:
        office.turn()
        with story.running(Process.WORKER), scope(story.worker):
            call(story.supervisor.id, Gravity.HIGH, actor=story.worker)
        office.turn()
    assert len(mailbox.mail) == 2
