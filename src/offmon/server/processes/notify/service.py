"""Notify, wired: by which servers it sends, and each agency's turns until it is asked to stop."""

import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.utils import Error

from offmon.core.alerts.reaching import ChannelKind
from offmon.core.errors import OffmonError
from offmon.server.agencies.queries import agency_ids
from offmon.server.base import clock
from offmon.server.base.actor import Actor, Service, service
from offmon.server.base.columns import reaching_key
from offmon.server.base.policies import Process
from offmon.server.processes.notify.deliveries import Deliveries
from offmon.server.processes.notify.govuk import GovUkNotify
from offmon.server.processes.notify.letter import Ask, Send
from offmon.server.processes.notify.mail import MailServer
from offmon.server.processes.notify.receipts import Receipts
from offmon.server.processes.notify.webhook import ControlRooms
from offmon.server.processes.roles import assert_ordinary

TURN_S: Final = 0.5
BEAT_EVERY_MS: Final = 60_000

_log = logging.getLogger("offmon.notify")


def send_until(stop: threading.Event) -> None:
    """Send what is due of every agency, until asked to stop. Raises Refused where the role or a setting is not as it must be."""
    connection.ensure_connection()
    assert_ordinary(connection.connection, Process.NOTIFY)
    reaching_key()
    deliveries, receipts, beat_at = Deliveries(senders()), Receipts(askers()), 0
    _log.info("sending messages")
    while not stop.is_set():
        is_beat = clock.now() >= beat_at
        has_more = turns(deliveries, beats=is_beat, receipts=receipts)
        beat_at = clock.now() + BEAT_EVERY_MS if is_beat else beat_at
        connection.close_if_unusable_or_obsolete()
        stop.wait(0.05 if has_more else TURN_S)
    deliveries.close()
    receipts.close()
    connection.close()


def turns(deliveries: Deliveries, *, beats: bool, receipts: Receipts | None = None) -> bool:
    """A turn of each agency; whether one had anything to do. What fails at one holds up no other, and is tried again."""
    has_more = False
    with _waits():
        for agency in agency_ids():
            with _waits():
                has_more |= _turn(deliveries, service(Service.NOTIFY, agency), beats, receipts)
    return has_more


def _turn(deliveries: Deliveries, actor: Actor, beats: bool, receipts: Receipts | None) -> bool:
    if beats:
        deliveries.beat(actor)
    has_more = deliveries.turn(actor)
    if receipts is not None:
        receipts.turn(actor)
    return has_more


@contextmanager
def _waits() -> Iterator[None]:
    """Around what may fail while the database is away, or by what one agency wrote: nothing is lost, it is tried again."""
    try:
        yield
    except (Error, OffmonError) as error:
        _log.warning("messages wait: %s; tried again", type(error).__name__)


def askers() -> Mapping[ChannelKind, Ask]:
    """Whoever says what became of each kind of message: GOV.UK Notify, for what it sends. Raises Refused."""
    notify = _govuk()
    found = {} if notify is None else dict.fromkeys(notify.templates, notify.receipt)
    return {
        kind: ask for kind, ask in found.items() if kind is not ChannelKind.EMAIL or not settings.OFFMON_SMTP_SERVER
    }


def senders() -> Mapping[ChannelKind, Send]:
    """What sends each kind of channel, as far as the settings name a server for it. Raises Refused or Malformed."""
    found: dict[ChannelKind, Send] = {ChannelKind.WEBHOOK: ControlRooms(settings.OFFMON_WEBHOOK_INSIDE).send}
    if (notify := _govuk()) is not None:
        found |= dict.fromkeys(notify.templates, notify.send)
    if settings.OFFMON_SMTP_SERVER:
        server = MailServer.of(
            settings.OFFMON_SMTP_SERVER,
            settings.OFFMON_SMTP_FROM,
            settings.OFFMON_SMTP_USER,
            settings.OFFMON_SMTP_PASSWORD,
        )
        found[ChannelKind.EMAIL] = server.send
    return found


def _govuk() -> GovUkNotify | None:
    if not settings.OFFMON_GOVUK_KEY:
        return None
    said = {
        ChannelKind.TEXT: settings.OFFMON_GOVUK_TEXT_TEMPLATE,
        ChannelKind.EMAIL: settings.OFFMON_GOVUK_EMAIL_TEMPLATE,
    }
    templates = {kind: template for kind, template in said.items() if template}
    return GovUkNotify(settings.OFFMON_GOVUK_URL, settings.OFFMON_GOVUK_KEY, templates)
