"""What one channel, one agency or one hasty person does holds up nobody else's messages (issue 35)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from offmon.core.errors import Refused, passes
from offmon.core.ids import Id
from offmon.server.base.actor import Actor
from offmon.server.processes.notify import service as notify
from offmon.server.processes.notify.deliveries import Deliveries
from offmon.server.reaching.actions import do_test_channel
from tests.integration.notify.office import add, sending, told
from tests.support.mailbox import Mailbox
from tests.support.story import Story
from tests.support.taken import superuser


def test_a_channel_that_nobody_can_open_is_a_dead_letter_and_the_others_are_told(
    story: Story, mailbox: Mailbox
) -> None:
    broken = add(story, address="broken-86@police.invalid")
    add(story)
    with superuser(story) as hand:
        hand.execute("update reaching_channel set address = 'not ciphertext' where id = %s", [broken])
    with sending(story, mailbox) as office:
        office.turn()
    assert len(mailbox.mail) == 1
    assert sorted(told(story)) == [(1, "forbidden"), (1, "sent")]


def test_an_agency_whose_turn_fails_holds_up_no_other(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    had, last = list[Id](), Id("f" * 32)

    def turn(self: Deliveries, actor: Actor) -> bool:
        had.append(actor.agency)
        if actor.agency == story.agency:
            raise Refused("unreadable", "Something of this agency cannot be read.")
        return False

    monkeypatch.setattr(notify, "agency_ids", lambda: [story.agency, last])
    monkeypatch.setattr(Deliveries, "turn", turn)
    notify.turns(Deliveries({}), beats=False)
    assert had == [story.agency, last]


def test_many_who_test_a_channel_at_once_send_one_message(story: Story) -> None:
    channel = add(story)

    def asked(_number: int) -> bool:
        try:
            return passes(do_test_channel, channel, actor=story.officer)
        finally:
            connection.close()

    with story.console(), ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(asked, range(12))) == 1
