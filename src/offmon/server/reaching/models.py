"""Columns and constraints of reaching: where staff are told, each message, and each try to send it (issue 20).

Rules
- No row holds a name, a case, an alert or content. Which alert a message is about is in a table of triage, which notify may not read.
- A Channel's address is enclosed with a key that console and notify hold. A control room's channel belongs to the agency and has a secret,
  by which it knows that a message is ours.
- A Message calls a member of staff by all their channels, and the control room by its own. A test and the weekly message name one channel.
  A reference is of one open message of the agency. `settled_at`: each channel has taken it, or will not, or it is needless.
- `leaves_at`: it is tried no sooner. `needless`: it is tried no more. All is answered, or a newer one (`replaced_by`) stands for it.
- An Attempt is written before the message leaves, and its outcome after. It holds no text.
- The last weekly message of a channel is a Message like any other; no row of its own says whether the channel works.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from offmon.core.alerts.reaching import ChannelKind, Needless, Purpose, TryOutcome
from offmon.core.formats.event import Gravity
from offmon.core.ids import Id
from offmon.server.base.fields import BytesField, EnumField, IdField, IntField, MsField, TextField, reference
from offmon.server.base.rows import AgencyRow


class Channel(AgencyRow):
    """A way to reach a member of staff, or (`staff` None) the agency's control room."""

    KIND = "channel"
    COMMITS = ("staff", "kind", "address", "secret", "added_at", "added_by", "removed_at", "removed_by")

    staff = reference("agencies.Staff", null=True)
    staff_id: Id | None
    kind = EnumField(ChannelKind)
    address = BytesField()
    secret = BytesField(null=True)
    added_at = MsField()
    added_by = IdField()
    removed_at = MsField(null=True)
    removed_by = IdField(null=True)

    class Meta:
        """A control room has a webhook with a secret, and a member of staff has none. What is removed was removed by somebody."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(staff=None, kind=ChannelKind.WEBHOOK, secret__isnull=False)
                | Q(staff__isnull=False, secret=None) & ~Q(kind=ChannelKind.WEBHOOK),
                name="channel_of_staff_or_control_room",
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_by=None) | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="channel_removed_by_somebody",
            ),
        ]


class Message(AgencyRow):
    """That somebody is to be told that something waits."""

    KIND = "message"
    COMMITS = (
        *("staff", "channel", "purpose", "gravity", "reference", "asked_at", "settled_at"),
        *("leaves_at", "needless", "replaced_by"),
    )

    staff = reference("agencies.Staff", null=True)
    staff_id: Id | None
    channel = reference("reaching.Channel", null=True)
    channel_id: Id | None
    purpose = EnumField(Purpose)
    gravity = EnumField(Gravity, null=True)
    reference = TextField()
    asked_at = MsField()
    settled_at = MsField(null=True)
    leaves_at = MsField()
    needless = EnumField(Needless, null=True)
    replaced_by = IdField(null=True)

    class Meta:
        """A call has a person and a gravity; a test has a channel. One open message of a reference."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "reference"], condition=Q(settled_at=None), name="message_one_open_of_a_reference"
            ),
            models.CheckConstraint(
                condition=Q(purpose=Purpose.CALL, staff__isnull=False, gravity__isnull=False, channel=None)
                | ~Q(purpose=Purpose.CALL) & Q(gravity=None, channel__isnull=False),
                name="message_calls_or_tests",
            ),
            models.CheckConstraint(
                condition=Q(needless=None, replaced_by=None)
                | Q(needless=Needless.ANSWERED, replaced_by=None, settled_at__isnull=False)
                | Q(needless=Needless.REPLACED, replaced_by__isnull=False, settled_at__isnull=False),
                name="message_needless_is_settled",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["agency", "asked_at"], name="message_asked")]


class Attempt(AgencyRow):
    """A try to send a message by a channel: the first, second …, when it began, and how it went."""

    KIND = "message-attempt"
    COMMITS = ("message", "channel", "n", "at", "outcome", "ended_at")

    message = reference("reaching.Message")
    message_id: Id
    channel = reference("reaching.Channel")
    channel_id: Id
    n = IntField()
    at = MsField()
    outcome = EnumField(TryOutcome, null=True)
    ended_at = MsField(null=True)

    class Meta:
        """Each number once, so that no two processes make the same try. An outcome has its time."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "channel", "n"], name="attempt_each_number_once"),
            models.CheckConstraint(
                condition=Q(outcome=None, ended_at=None) | Q(outcome__isnull=False, ended_at__isnull=False),
                name="attempt_ended_with_outcome",
            ),
        ]
