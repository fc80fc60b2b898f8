"""Every write of reaching: by staff, where they are told; by whoever calls, a message; by notify, each try."""

import secrets
from base64 import b64encode
from typing import Final

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from offmon.core.access.roles import Permission
from offmon.core.alerts.reaching import (
    BEAT_MS,
    REFERENCE_RESTS_MS,
    REFERENCES,
    ChannelKind,
    Needless,
    Purpose,
    TryOutcome,
    checked_address,
    leaves_at,
    reference,
)
from offmon.core.clock import MINUTE_MS
from offmon.core.errors import Refused
from offmon.core.formats.event import Gravity
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.server.audit.actions import append
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.columns import reaching_key
from offmon.server.base.ids import new_id
from offmon.server.base.rows import once
from offmon.server.base.scope import action
from offmon.server.reaching.models import Attempt, Channel, Message

MOST_CHANNELS: Final = 5
TESTS_APART_MS: Final = MINUTE_MS
SECRET_BYTES: Final = 32
WRITTEN_AFTER: Final = "whsec_"  # as Standard Webhooks writes a secret, and its libraries read it


def call(staff: Id, gravity: Gravity, *, actor: Actor) -> Id:
    """Write that `staff` is to be told that something so grave waits: the message's id. Inside the transaction of whoever calls.

    Where it is sent, and whether they have any channel, is for notify to see: whoever calls reads no address.
    """
    at = clock.now()
    calls = Message.objects.select_for_update().filter(staff=staff, purpose=Purpose.CALL, gravity=gravity)
    last = calls.filter(_tells()).order_by("-leaves_at").first()
    leaves = leaves_at(at, None if last is None else last.leaves_at, gravity)
    message = _ask(actor, Purpose.CALL, staff=staff, gravity=gravity, leaves=leaves)
    if last is not None and last.settled_at is None and last.leaves_at == leaves:
        _leave_off(last, Needless.REPLACED, message, actor)
    return message


def _tells() -> Q:
    """The calls that tell their person, so that the next one waits: one that a server took, or that is to leave and has failed nowhere.

    One that was called off before it left, or that came nowhere, silences nothing.
    """
    tried = Attempt.objects.filter(message=OuterRef("pk"))
    back = Attempt.objects.filter(message=OuterRef("message"), channel=OuterRef("channel"), outcome=TryOutcome.BOUNCED)
    taken = tried.filter(~Exists(back), outcome=TryOutcome.SENT)
    failed = tried.exclude(outcome=None).exclude(outcome=TryOutcome.SENT)
    return Exists(taken) | Q(settled_at=None) & ~Exists(failed)


@action
def do_add_channel(kind: ChannelKind, address: str, *, actor: Actor) -> Id:
    """Add a way to reach the actor. Raises Malformed or Refused for what is no address; Refused `channel-there`, `channels-many`."""
    if kind is ChannelKind.WEBHOOK:
        raise Refused("channel-not-own", "A webhook is the agency's. An administrator adds it.")
    return _add(kind, address, actor.id, None, actor)


@action
def do_add_control_room(address: str, *, actor: Actor) -> str:
    """Add the control room's webhook: the secret that it is given, shown this once. Raises as `do_add_channel` does."""
    actor.check(Permission.STAFF_MANAGE)
    secret = secrets.token_bytes(SECRET_BYTES)
    _add(ChannelKind.WEBHOOK, address, None, secret, actor)
    return WRITTEN_AFTER + b64encode(secret).decode()


@action
def do_remove_channel(channel: Id, *, actor: Actor) -> None:
    """Remove a channel: nothing is sent there any more. Raises Refused `no-channel` for what is not theirs or not there."""
    row = _own(channel, actor)
    row.removed_at, row.removed_by = clock.now(), actor.id
    row.save(update_fields=["removed_at", "removed_by"])
    append(actor, Verb.CHANNEL_REMOVED, case=None, touched=(row,))


@action
def do_test_channel(channel: Id, *, actor: Actor) -> Id:
    """Ask that a test message is sent by a channel. Raises Refused `no-channel`, `tested-just-now`."""
    row = _own(channel, actor, hold=True)
    after = clock.now() - TESTS_APART_MS
    if Message.objects.filter(channel=row, purpose=Purpose.TEST, asked_at__gt=after).exists():
        raise Refused(
            "tested-just-now", "A test message was sent there in the last minute. Wait a minute, then try again."
        )
    return _ask(actor, Purpose.TEST, staff=row.staff_id, channel=row.id)


@action
def do_beat(channel: Id, *, actor: Actor) -> Id | None:
    """Ask for the weekly message of a channel, unless it had one within the week; None then."""
    row = Channel.objects.get(id=channel)
    after = clock.now() - BEAT_MS
    if Message.objects.filter(channel=row, purpose=Purpose.BEAT, asked_at__gt=after).exists():
        return None
    return _ask(actor, Purpose.BEAT, staff=row.staff_id, channel=row.id)


@action
def do_begin_try(message: Id, channel: Id, n: int, *, actor: Actor) -> Id:
    """Write that a message is about to leave for the `n`th time by a channel. Raises Refused `try-begun`, `message-over`."""
    if Message.objects.filter(id=message, settled_at__isnull=False).exists():
        raise Refused("message-over", "This message is at its end. Leave it.")
    row = Attempt(agency=actor.agency, message_id=message, channel_id=channel, n=n, at=clock.now())
    with once("attempt_each_number_once", "try-begun", "Another process makes this try. Leave it to that one."):
        row.save(force_insert=True)
    append(actor, Verb.MESSAGE_TRIED, case=None, touched=(row,))
    return row.id


@action
def do_end_try(attempt: Id, outcome: TryOutcome, *, actor: Actor) -> None:
    """Write how a try went. One that has an outcome keeps it."""
    row = Attempt.objects.select_for_update().get(id=attempt)
    if row.outcome is None:
        row.outcome, row.ended_at = outcome, clock.now()
        row.save(update_fields=["outcome", "ended_at"])
        append(actor, Verb.MESSAGE_ENDED, case=None, touched=(row,), reason=outcome.value)


@action
def do_note_bounce(message: Id, channel: Id, n: int, *, actor: Actor) -> None:
    """Write that a message that was taken came back. Raises Refused `try-begun` where another process did."""
    at, bounced = clock.now(), TryOutcome.BOUNCED
    row = Attempt(agency=actor.agency, message_id=message, channel_id=channel, n=n, at=at, outcome=bounced, ended_at=at)
    with once("attempt_each_number_once", "try-begun", "Another process wrote it. Leave it."):
        row.save(force_insert=True)
    append(actor, Verb.MESSAGE_ENDED, case=None, touched=(row,), reason=bounced.value)


@action
def do_settle(message: Id, *, actor: Actor) -> None:
    """Write that a message is at its end: each channel took it or will not. Its reference may be used again after a while."""
    row = Message.objects.select_for_update().get(id=message)
    if row.settled_at is None:
        row.settled_at = clock.now()
        row.save(update_fields=["settled_at"])
        append(actor, Verb.MESSAGE_ENDED, case=None, touched=(row,), reason="settled")


@action
def do_leave_off(message: Id, *, actor: Actor) -> bool:
    """Write that everything a message stands for is answered, so that it is tried no more; whether it was not at its end."""
    row = Message.objects.select_for_update().get(id=message)
    if row.settled_at is not None:
        return False
    _leave_off(row, Needless.ANSWERED, None, actor)
    return True


def _leave_off(row: Message, why: Needless, by: Id | None, actor: Actor) -> None:
    row.settled_at, row.needless, row.replaced_by = clock.now(), why, by
    row.save(update_fields=["settled_at", "needless", "replaced_by"])
    append(actor, Verb.MESSAGE_ENDED, case=None, touched=(row,), reason=why.value)


def _ask(
    actor: Actor,
    purpose: Purpose,
    *,
    staff: Id | None,
    channel: Id | None = None,
    gravity: Gravity | None = None,
    leaves: Ms | None = None,
) -> Id:
    at = clock.now()
    row = Message(
        agency=actor.agency,
        staff_id=staff,
        channel_id=channel,
        purpose=purpose,
        gravity=gravity,
        reference=_reference(at),
        asked_at=at,
        leaves_at=at if leaves is None else leaves,
    )
    row.save(force_insert=True)
    append(actor, Verb.MESSAGE_ASKED, case=None, touched=(row,), reason=purpose.value)
    return row.id


def _reference(at: Ms) -> str:
    """One that no open message has, and none of the last days had."""
    recent = Message.objects.filter(asked_at__gt=at - REFERENCE_RESTS_MS) | Message.objects.filter(settled_at=None)
    while True:
        found = reference(secrets.randbelow(REFERENCES))
        if not recent.filter(reference=found).exists():
            return found


def _add(kind: ChannelKind, address: str, staff: Id | None, secret: bytes | None, actor: Actor) -> Id:
    kept = checked_address(kind, address, settings.OFFMON_WEBHOOK_INSIDE)
    key, there = reaching_key(), Channel.objects.filter(staff=staff, removed_at=None)
    if any(key.open(one.address, Channel, one.id, "address") == kept for one in there):
        raise Refused("channel-there", "This is added already. Send a test message to see whether it works.")
    if there.count() >= MOST_CHANNELS:
        raise Refused("channels-many", f"There are {MOST_CHANNELS} already. Remove one that you do not use first.")
    row_id = new_id()
    row = Channel(
        id=row_id,
        agency=actor.agency,
        staff_id=staff,
        kind=kind,
        address=key.enclose(kept, Channel, row_id, "address"),
        secret=None if secret is None else key.enclose_bytes(secret, Channel, row_id, "secret"),
        added_at=clock.now(),
        added_by=actor.id,
    )
    row.save(force_insert=True)
    append(actor, Verb.CHANNEL_ADDED, case=None, touched=(row,), reason=kind.value)
    return row_id


def _own(channel: Id, actor: Actor, *, hold: bool = False) -> Channel:
    """A channel of the actor's, or the control room's where they manage it. Raises Refused `no-channel`. `hold`: until the act ends."""
    rows = Channel.objects.select_for_update() if hold else Channel.objects.all()
    row = rows.filter(id=channel, removed_at=None).first()
    if row is None or (
        row.staff_id != actor.id and (row.staff_id is not None or not actor.may(Permission.STAFF_MANAGE))
    ):
        raise Refused("no-channel", "This is not there any more. Open the page again.")
    return row
