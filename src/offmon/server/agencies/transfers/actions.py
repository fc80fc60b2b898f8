"""The steps of a transfer, each inside the caller's action (`server/start_page/transfers`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Q

from offmon.core import clock as time
from offmon.core.access.roles import Permission, Role, those_who_may
from offmon.core.access.transfer import check_accepted, check_proposed
from offmon.core.errors import Refused
from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.core.log.records import check_two_people
from offmon.server.agencies import queries
from offmon.server.agencies.actions import end_grants, grant_caseload
from offmon.server.agencies.models import Agency, GuestOffer, Party
from offmon.server.agencies.transfers.models import Transfer, TransferOffer
from offmon.server.audit.actions import append
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.rows import once

ONE: Final = ("transfer-waits-already", "A transfer of this case waits for an answer already.")
WHAT: Final = "A transfer"


@dataclass(frozen=True, slots=True)
class Proposal:
    """To which agency a case is to go, why, and from which day."""

    receiver: Id
    reason: str
    counts_from: date


@dataclass(frozen=True, slots=True)
class Summary:
    """What the other agency reads beside the reason: the case's reference, on which bases its orders are, and how many devices it has."""

    reference: str
    bases: Sequence[str]
    devices: int


def propose(case: Id, proposal: Proposal, *, actor: Actor) -> Id:
    """Write a proposal down. Returns its id. Raises Refused."""
    actor.check(Permission.TRANSFER_PROPOSE)
    now = clock.now()
    queries.check_logged_on(case, actor.id, now)
    check_proposed(actor.lead, proposal.receiver, proposal.reason, proposal.counts_from, time.local_day(now))
    if TransferOffer.objects.filter(case=case, accepted_by=None, refused_by=None).exists():
        raise Refused(*ONE)
    row = Transfer(
        agency=actor.agency,
        case=case,
        receiver_id=proposal.receiver,
        reason=proposal.reason,
        counts_from=time.start_of_day(proposal.counts_from),
        proposed_by=actor.id,
        proposed_at=now,
        begun_in=actor.session,
    )
    with once("transfer_one_waits", *ONE):
        row.save(force_insert=True)
    append(actor, Verb.TRANSFER_PROPOSED, case=case, touched=(row,), reason=row.reason, recipient=row.receiver.name)
    return Id(row.id)


def approve(transfer: Id, summary: Summary, *, actor: Actor) -> Id:
    """A supervisor of the lead agency approves: the other agency is asked, and its supervisors can see the question. The offer's id."""
    row = _waiting(transfer, actor)
    row.approved_by, row.approved_at, row.agreed_in = actor.id, clock.now(), actor.session
    row.save(update_fields=["approved_by", "approved_at", "agreed_in"])
    offer = offer_of(row, summary, actor=actor)
    name = row.receiver.name
    append(actor, Verb.TRANSFER_APPROVED, case=row.case, touched=(row, offer), reason=row.reason, recipient=name)
    if row.receiver_id != actor.agency:
        for one in queries.staff_with(those_who_may(Permission.TRANSFER_ACCEPT), row.receiver_id):
            GuestOffer.objects.get_or_create(staff_id=one.id, agency_id=actor.agency, took_over=False)
    return Id(offer.id)


def offer_of(row: Transfer, summary: Summary, *, actor: Actor) -> TransferOffer:
    """Put the question that an approved transfer asks the other agency, inside the caller's action. Raises Refused."""
    offer = TransferOffer(
        agency=actor.agency,
        case=row.case,
        transfer_id=row.id,
        sender_id=actor.lead,
        receiver_id=row.receiver_id,
        reference=summary.reference,
        reason=row.reason,
        counts_from=row.counts_from,
        bases=sorted(summary.bases),
        devices=summary.devices,
        proposed_by=row.proposed_by,
        approved_by=actor.id,
        approved_at=row.approved_at,
        begun_in=actor.session,
    )
    with once("transfer_offer_one_waits", *ONE):
        offer.save(force_insert=True)
    return offer


def refuse(transfer: Id, reason: str, *, actor: Actor) -> None:
    """A supervisor of the lead agency refuses, for a reason that the proposer reads."""
    row = _waiting(transfer, actor)
    row.save(update_fields=row.refuse(actor.id, clock.now(), reason))
    append(actor, Verb.TRANSFER_REFUSED, case=row.case, touched=(row,), reason=reason)


def decline(offer: Id, reason: str, *, actor: Actor) -> None:
    """A supervisor of the other agency declines, for a reason that the proposer reads. Nothing of the case changes."""
    row = _offered(offer, actor)
    row.save(update_fields=row.refuse(actor.id, clock.now(), reason))
    append(actor, Verb.TRANSFER_DECLINED, case=row.case, touched=(row,), reason=reason)
    _ask_no_longer(row)


def withdraw(transfer: Id, reason: str, *, actor: Actor) -> None:
    """An officer of the case takes a transfer back that the other agency has not accepted, for a reason. Raises Refused."""
    actor.check(Permission.TRANSFER_PROPOSE)
    proposal = Transfer.objects.select_for_update().get(id=transfer)
    offer = TransferOffer.objects.select_for_update().filter(transfer=proposal).first()
    row: Transfer | TransferOffer = proposal if offer is None else offer
    queries.check_logged_on(row.case, actor.id, clock.now())
    row.save(update_fields=row.withdraw(actor.id, clock.now(), reason))
    append(actor, Verb.TRANSFER_WITHDRAWN, case=row.case, touched=(row,), reason=reason)
    if isinstance(row, TransferOffer):
        _ask_no_longer(row)


def accept(offer: Id, officer: Id, *, actor: Actor) -> TransferOffer:
    """A supervisor of the other agency accepts: it leads the case from now on, open to `officer` and to them. The earlier access ends.

    `actor` works on what their agency took over. A sharing with the receiver ends; one with a third agency stays. Raises Refused.
    """
    row, now = _offered(offer, actor), clock.now()
    keeper = queries.active_staff(officer)
    of = None if keeper is None else (keeper.agency, keeper.role)
    check_accepted(time.local_day(row.counts_from), time.local_day(now), row.receiver_id, of)
    row.accepted_by, row.accepted_at, row.officer, row.agreed_in = actor.id, now, officer, actor.session
    row.save(update_fields=["accepted_by", "accepted_at", "officer", "agreed_in"])
    name = Agency.objects.get(id=row.receiver_id).name
    append(actor, Verb.TRANSFER_ACCEPTED, case=row.case, touched=(row,), reason=row.reason, recipient=name)
    why = f"the case was transferred to {name}"
    end_grants(Q(case=row.case, staff_id=actor.id), why, actor=actor)  # as a guest, if they were one
    grant_caseload(row.case, actor.id, why, actor=actor)  # from here on they see the case, and who has it
    _end_sharing(row, why, actor)
    end_grants(Q(case=row.case, party=None) & ~Q(staff_id=actor.id), why, actor=actor)
    if officer != actor.id:
        grant_caseload(row.case, officer, why, actor=actor)
    if actor.took_over:
        desk = [
            one.id for one in queries.staff_with([Role.DATA_PROTECTION], row.receiver_id)
        ]  # answers the person's requests
        for one in {actor.id, officer, *desk}:
            GuestOffer.objects.get_or_create(staff_id=one, agency_id=actor.agency, took_over=True)
    _ask_no_longer(row)
    return row


def _end_sharing(row: TransferOffer, why: str, actor: Actor) -> None:
    for party in Party.objects.select_for_update().filter(case=row.case, partner_id=row.receiver_id, until=None):
        end_grants(Q(party=party), why, actor=actor)
        party.until = clock.now()  # not before the last of its grants
        party.save(update_fields=["until"])
        name = party.partner.name
        append(actor, Verb.CASE_SHARING_ENDED, case=row.case, touched=(party,), reason=why, recipient=name)


def _ask_no_longer(row: TransferOffer) -> None:
    """Whoever was only asked has nothing to look for there any more."""
    now = clock.now()
    for one in queries.staff_with(those_who_may(Permission.TRANSFER_ACCEPT), row.receiver_id):
        if not queries.has_a_case(one.id, now, took_over=False) and not _is_asked(one.agency, row):
            GuestOffer.objects.filter(staff_id=one.id, agency_id=row.agency, took_over=False).delete()


def _is_asked(receiver: Id, without: TransferOffer) -> bool:
    waiting = TransferOffer.objects.filter(receiver_id=receiver, accepted_by=None, refused_by=None)
    return waiting.exclude(id=without.id).exists()


def _waiting(transfer: Id, actor: Actor) -> Transfer:
    actor.check(Permission.TRANSFER_APPROVE)
    row = Transfer.objects.select_for_update().get(id=transfer)
    queries.check_logged_on(row.case, actor.id, clock.now())
    check_two_people(row.proposed_by, actor.id, WHAT)
    row.check_agreeing_in(actor.session, WHAT)
    if row.approved_by is not None or row.refused_by is not None:
        raise Refused("transfer-answered", "This transfer was answered already. Read the answer on its page.")
    return row


def _offered(offer: Id, actor: Actor) -> TransferOffer:
    actor.check(Permission.TRANSFER_ACCEPT)
    row = TransferOffer.objects.select_for_update().get(id=offer)
    if row.receiver_id != (actor.home or actor.agency):
        raise Refused("not-offered", "The case is offered to another agency than yours.")
    check_two_people(row.approved_by, actor.id, WHAT)
    row.check_agreeing_in(actor.session, WHAT)
    if row.accepted_by is not None or row.refused_by is not None:
        raise Refused("transfer-answered", "This transfer was answered already. Read the answer on its page.")
    return row
