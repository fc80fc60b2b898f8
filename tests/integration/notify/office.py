"""The process notify on a story's database: a turn at a time, with the servers that a test names, and time that goes by as it says."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import LiteralString

from django.test import override_settings

from offmon.core.access.roles import Role
from offmon.core.alerts.reaching import ChannelKind
from offmon.core.ids import Id
from offmon.server.base.actor import Actor, Service, service
from offmon.server.base.policies import Process
from offmon.server.processes.notify import service as notify
from offmon.server.processes.notify.deliveries import Deliveries
from offmon.server.reaching.actions import do_add_channel, do_add_control_room
from tests.support.mailbox import FROM, Mailbox
from tests.support.story import Story
from tests.support.taken import superuser

MAIL = "duty-86@police.invalid"
NOTHING = {
    "OFFMON_SMTP_SERVER": None,
    "OFFMON_SMTP_FROM": None,
    "OFFMON_SMTP_USER": None,
    "OFFMON_SMTP_PASSWORD": None,
    "OFFMON_GOVUK_URL": "https://api.invalid",
    "OFFMON_GOVUK_KEY": None,
    "OFFMON_GOVUK_TEXT_TEMPLATE": None,
    "OFFMON_GOVUK_EMAIL_TEMPLATE": None,
    "OFFMON_WEBHOOK_INSIDE": (),
}


@dataclass
class PostOffice:
    """Notify, running. `turn` sends what is due and waits until it is known how that went."""

    story: Story
    deliveries: Deliveries

    def turn(self, *, beats: bool = False) -> None:
        while notify.turns(self.deliveries, beats=beats):
            self.deliveries.note_ended(wait=True)


@contextmanager
def sending(story: Story, mailbox: Mailbox | None = None, **told: object) -> Iterator[PostOffice]:
    """Notify as its settings say."""
    mail = {} if mailbox is None else {"OFFMON_SMTP_SERVER": f"127.0.0.1:{mailbox.port}", "OFFMON_SMTP_FROM": FROM}
    with story.with_keys(), override_settings(**NOTHING | mail | told), story.running(Process.NOTIFY):
        office = PostOffice(story, Deliveries(notify.senders()))
        yield office
        office.deliveries.close()


def add(story: Story, kind: ChannelKind = ChannelKind.EMAIL, address: str = MAIL, actor: Actor | None = None) -> Id:
    """A channel of the officer's, as they add it on their page."""
    with story.console(), story.with_keys():
        return do_add_channel(kind, address, actor=actor or story.officer)


def later(story: Story, ms: int) -> None:
    """So much time goes by for what was asked and tried."""
    statements: tuple[LiteralString, ...] = (
        "update reaching_message set asked_at = asked_at - %(ms)s, leaves_at = leaves_at - %(ms)s",
        "update reaching_attempt set at = at - %(ms)s",
    )
    with superuser(story) as hand:
        for statement in statements:
            hand.execute(statement, {"ms": ms})


def told(story: Story) -> list[tuple[object, ...]]:
    """Each try: its number and how it went."""
    with superuser(story) as hand:
        return hand.execute("select n, outcome from reaching_attempt order by at, n").fetchall()


def actor_of(story: Story) -> Actor:
    """Notify itself."""
    return service(Service.NOTIFY, story.agency)


def add_room(story: Story, address: str, inside: tuple[str, ...] = ()) -> str:
    """The agency's control room, as an administrator adds it: its secret."""
    admin = replace(story.officer, role=Role.TENANT_ADMIN)
    with story.console(), story.with_keys(), override_settings(OFFMON_WEBHOOK_INSIDE=inside):
        return do_add_control_room(address, actor=admin)
