"""Reads transfers, as the agency that proposes one sees it and as the one that is asked does. Inside the scope that is open."""

from dataclasses import dataclass

from offmon.core.ids import Id, Ms
from offmon.server.agencies.queries import AgencyView, agency, names_of
from offmon.server.agencies.transfers.models import Transfer, TransferOffer
from offmon.server.base.sessions import Refusal


@dataclass(frozen=True, slots=True)
class TransferView:
    """A proposal and what became of it. `answer`: the other agency's refusal; `accepted_at`: when it accepted."""

    id: Id
    case: Id
    receiver: AgencyView
    reason: str
    counts_from: Ms
    proposed_by: Id
    proposer: str
    proposed_at: Ms
    approved_at: Ms | None
    refusal: Refusal | None
    answer: Refusal | None
    accepted_at: Ms | None

    @property
    def waits(self) -> bool:
        """Whether a supervisor of the lead agency has still to answer."""
        return self.approved_at is None and self.refusal is None

    @property
    def is_open(self) -> bool:
        """Whether neither agency has said no, and the other has not accepted: until then it can be withdrawn."""
        return self.accepted_at is None and self.refusal is None and self.answer is None


@dataclass(frozen=True, slots=True)
class OfferView:
    """What the other agency reads before it answers: nothing of the person's name or of what was found."""

    id: Id
    case: Id
    sender: AgencyView
    receiver: AgencyView
    reference: str
    reason: str
    counts_from: Ms
    bases: tuple[str, ...]
    devices: int
    proposer: str
    approved_at: Ms
    refusal: Refusal | None
    accepted_at: Ms | None

    @property
    def waits(self) -> bool:
        """Whether it has still to be answered."""
        return self.accepted_at is None and self.refusal is None


def transfers_of(case: Id) -> list[TransferView]:
    """The transfers of a case that were proposed, the newest first. The caller's query writes the consultation."""
    rows = list(Transfer.objects.filter(case=case).select_related("receiver").order_by("-proposed_at", "-id"))
    offers = {one.transfer_id: one for one in TransferOffer.objects.filter(transfer_id__in=[row.id for row in rows])}
    names = names_of({row.proposed_by for row in rows})
    return [_view(row, offers.get(row.id), names.get(row.proposed_by, "")) for row in rows]


def transfer_of(case: Id, transfer: Id) -> TransferView | None:
    """One transfer of a case, by the proposal's id or by the offer's; None for none."""
    row = Transfer.objects.filter(case=case, id=transfer).first()
    if row is None:
        offer = TransferOffer.objects.filter(case=case, id=transfer).first()
        row = None if offer is None else Transfer.objects.filter(id=offer.transfer_id).first()
    if row is None:
        return None
    return _view(row, TransferOffer.objects.filter(transfer=row).first(), names_of({row.proposed_by})[row.proposed_by])


def offer(offer_id: Id) -> OfferView | None:
    """An offer to the agency of whoever asks; None where there is none."""
    row = TransferOffer.objects.filter(id=offer_id).first()
    if row is None:
        return None
    return OfferView(
        id=row.id,
        case=row.case,
        sender=agency(row.sender_id),
        receiver=agency(row.receiver_id),
        reference=row.reference,
        reason=row.reason,
        counts_from=row.counts_from,
        bases=tuple(row.bases),
        devices=row.devices,
        proposer=names_of({row.proposed_by}).get(row.proposed_by, ""),
        approved_at=row.approved_at,
        refusal=row.said_no,
        accepted_at=row.accepted_at,
    )


def _view(row: Transfer, of: TransferOffer | None, proposer: str) -> TransferView:
    return TransferView(
        id=row.id,
        case=row.case,
        receiver=agency(row.receiver_id),
        reason=row.reason,
        counts_from=row.counts_from,
        proposed_by=row.proposed_by,
        proposer=proposer,
        proposed_at=row.proposed_at,
        approved_at=row.approved_at,
        refusal=row.said_no,
        answer=None if of is None else of.said_no,
        accepted_at=None if of is None else of.accepted_at,
    )
