"""Columns and constraints of transfers: one agency proposes that another takes a case over.

Rules
- A `Transfer` is the lead agency's: its officer proposes, its supervisor approves or refuses, in another session.
- A `TransferOffer` is what the other agency sees of it: no name and no content, and only what it needs to decide. One of its supervisors
  accepts or declines. Its staff's access rests on the newest accepted offer (trigger `within_its_sharing`).
- An officer of the case may withdraw either, until the other agency has accepted.
- A case has one proposal and one offer at a time.
- Rows, log and keys of the case stay where they are (`core.access.transfer`).
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from offmon.core.access.roles import Permission
from offmon.core.ids import Id
from offmon.server.base.fields import IdField, IntField, MsField, TextField, TextsField, reference
from offmon.server.base.rows import CaseRow
from offmon.server.base.sessions import SecondPerson, Withdrawable, agreed_in_another, refused_by_another, waiting_index


class Transfer(Withdrawable, CaseRow):
    """That another agency is to take the case over: which, why, from when, who proposed it and who approved."""

    KIND = "transfer"
    COMMITS = ("receiver", "reason", "counts_from", "proposed_by", "proposed_at", "approved_by", "approved_at")
    SECOND = SecondPerson(Permission.TRANSFER_APPROVE, "proposed_by", "proposed_at", "approved_by")

    receiver = reference("agencies.Agency")
    receiver_id: Id
    reason = TextField()
    counts_from = MsField()
    proposed_by = IdField()
    proposed_at = MsField()
    approved_by = IdField(null=True)
    approved_at = MsField(null=True)

    class Meta:
        """Approved by another than who proposed it; one of a case at a time."""

        indexes: ClassVar = [waiting_index("transfer_waits", agreed_by="approved_by")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_at=None)
                | Q(approved_by__isnull=False, approved_at__isnull=False, proposed_by__isnull=False)
                & ~Q(approved_by=F("proposed_by")),
                name="transfer_approved_by_another",
            ),
            models.CheckConstraint(condition=Q(reason__gt=""), name="transfer_has_reason"),
            agreed_in_another("transfer_in_another_sitting", agreed_by="approved_by"),
            refused_by_another(
                "transfer_refused_by_another", begun_by="proposed_by", agreed_by="approved_by", marked=True
            ),
            models.UniqueConstraint(
                fields=["agency", "case"], condition=Q(approved_by=None, refused_by=None), name="transfer_one_waits"
            ),
        ]


class TransferOffer(Withdrawable, CaseRow):
    """What the other agency sees of an approved transfer, and its answer. `bases`: of the orders in force. `begun_in`: of who approved."""

    KIND = "transfer-offer"
    COMMITS = (
        *("transfer", "sender", "receiver", "reference", "reason", "counts_from", "bases", "devices"),
        *("proposed_by", "approved_by", "approved_at", "accepted_by", "accepted_at", "officer"),
    )
    SECOND = SecondPerson(
        Permission.TRANSFER_ACCEPT, "proposed_by", "approved_at", "accepted_by", answered_by="receiver_id"
    )

    transfer = reference("agencies.Transfer")
    transfer_id: Id
    sender = reference("agencies.Agency")
    sender_id: Id
    receiver = reference("agencies.Agency")
    receiver_id: Id
    reference = TextField()
    reason = TextField()
    counts_from = MsField()
    bases = TextsField()
    devices = IntField()
    proposed_by = IdField()
    approved_by = IdField()
    approved_at = MsField()
    accepted_by = IdField(null=True)
    accepted_at = MsField(null=True)
    officer = IdField(null=True)

    class Meta:
        """Accepted whole, by neither who proposed nor who approved; one waits at a time, and two agencies are two."""

        indexes: ClassVar = [
            waiting_index("transfer_offer_waits", agreed_by="accepted_by"),
            models.Index(fields=["case", "accepted_at"], name="transfer_offer_of_case"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(accepted_by=None, accepted_at=None, officer=None)
                | Q(accepted_by__isnull=False, accepted_at__isnull=False, officer__isnull=False)
                & ~Q(accepted_by=F("proposed_by"))
                & ~Q(accepted_by=F("approved_by")),
                name="transfer_offer_accepted_whole",
            ),
            models.CheckConstraint(condition=~Q(receiver=F("sender")), name="transfer_offer_to_another"),
            agreed_in_another("transfer_offer_in_another_sitting", agreed_by="accepted_by"),
            refused_by_another(
                "transfer_offer_refused_by_another", begun_by="proposed_by", agreed_by="accepted_by", marked=True
            ),
            models.UniqueConstraint(
                fields=["agency", "case"],
                condition=Q(accepted_by=None, refused_by=None),
                name="transfer_offer_one_waits",
            ),
            models.UniqueConstraint(fields=["transfer"], name="transfer_offered_once"),
        ]
