"""Whether the case log supports each row's account of what became of its leaf (formats §8).

Rules
- A gap or note is always shown in its row, which commits to it. A disclosure is *shown* (its item is there), *withheld* (a ground),
  *refused* (a reason of gate 2), *erased* or *lost*.
- *Withheld as unfit* (`commitment.Unfit`): a vault entry for this export says so of that very leaf. Only the vault has the key, so only the
  vault can say that a body does not open.
- *Erased*: a vault entry, allowed, of the batch, after its receipt, with the rule as its reason. An erasure covers the whole batch: all its
  disclosures are erased, refused or lost. Only a leaf sealed as an exhibit is kept.
- *Locked* is withheld because its time had no authority. A record of the vault's names that very leaf. If two people had it erased, their
  decision's last entry erases exactly what that record names, and no more of the batch.
- *Lost*: the agency lost the disclosure after the device had forgotten it. The entry of the batch's receipt says so.
- The receipt's entry counts a batch's refused leaves by reason, and its lost ones. The rows must agree. So nobody can later call a kept
  leaf refused or lost, or pass a refused one off as withheld. The entry never withholds these counts.
- Our process receives each batch once; a second entry of its receipt does not count.
"""

from collections import Counter
from collections.abc import Iterator

from offmon.core.authority import may_leave
from offmon.core.bundle.case import Case
from offmon.core.bundle.layout import EpochJournal, EpochRow, LeafAccount
from offmon.core.errors import NotAuthentic
from offmon.core.formats.commitment import Unfit, WithholdingGround
from offmon.core.formats.journal import LOST_BY_AGENCY, Place, ciphertext_digest, leaf_commit, place_of
from offmon.core.log.audit import AuditEntry, Verb
from offmon.core.log.provenance import erases
from offmon.core.log.quarantine import NO_AUTHORITY
from offmon.core.log.records import BatchRecord, LeafPlace


def check_account(case: Case, journal: EpochJournal, row: EpochRow) -> None:
    """Raises NotAuthentic unless the row's word holds."""
    place = LeafPlace(journal.device, journal.epoch, row.n)
    if row.leaf != "disclosure":
        if row.account is not LeafAccount.SHOWN or row.opened is None:
            raise NotAuthentic("gap-hidden", "A gap or note of the device is not shown.")
        return
    if (row.account is LeafAccount.SHOWN) is not (place in case.files.items):
        raise NotAuthentic("item-unaccounted", "An item and its row disagree on whether it is shown.")
    _check_late(case, place, row)
    match row.account:
        case LeafAccount.WITHHELD if row.why in set(Unfit):
            _check_unfit(case, row)
        case LeafAccount.WITHHELD if row.why == NO_AUTHORITY:
            _check_locked(case, place)
        case LeafAccount.WITHHELD if row.why not in set(WithholdingGround):
            raise NotAuthentic("no-ground", "An item is withheld, and no ground is given.")
        case LeafAccount.REFUSED if row.why not in set(may_leave.RefusalReason):
            raise NotAuthentic("no-reason", "An item is called refused, and no reason is given.")
        case LeafAccount.ERASED if row.why == NO_AUTHORITY:
            if row.entry is None or case.purged.get(place) != row.entry:
                raise _unsaid()
        case LeafAccount.ERASED:
            _check_erased(case, place, row)
        case LeafAccount.LOST:
            _check_lost(case, place, row)


def check_receipt(case: Case, journal: EpochJournal, batch: BatchRecord) -> None:
    """Raises NotAuthentic unless the rows of a batch call as many refused, for each reason, and lost as the entry of its receipt does."""
    receipt = case.entries[case.received(batch)]
    if "reason" in receipt.withheld:
        raise NotAuthentic("receipt-hidden", "The entry of a receipt withholds what of the batch was refused or lost.")
    said = set(receipt.it.reason.split(", ")) if receipt.it.reason else set()
    rows = (
        row for row in journal.rows[batch.first : batch.size] if row.account in {LeafAccount.REFUSED, LeafAccount.LOST}
    )
    if said != {f"{why} {count}" for why, count in Counter(row.why for row in rows).items()}:
        raise NotAuthentic(
            "receipt-differs",
            "Of a batch, others or more are called refused or lost than the entry of its receipt says.",
        )


def check_erasure(case: Case, journal: EpochJournal, batch: BatchRecord) -> None:
    """Raises NotAuthentic where the run says that a batch was erased, and a row of what it held says otherwise."""
    if not _erasures(case, batch):
        return
    kept = (
        row
        for row in journal.rows[batch.first : batch.size]
        if row.account in {LeafAccount.SHOWN, LeafAccount.WITHHELD}
    )
    leaves = {LeafPlace(journal.device, journal.epoch, row.n) for row in kept if row.leaf == "disclosure"}
    if leaves - case.sealed:
        raise NotAuthentic("erased-left-out", "The run says that a batch was erased, and rows of it say otherwise.")


def kind_of(journal: EpochJournal, row: EpochRow) -> str:
    """The leaf's kind. Raises NotAuthentic where what is opened in the row is not what the row commits to."""
    if row.opened is not None and (
        leaf_commit(row.opened) != row.commit
        or place_of(row.opened) != Place(journal.device, journal.epoch, row.n)
        or (row.opened.KIND, row.ciphertext) != (row.leaf, ciphertext_digest(row.opened))
    ):
        raise NotAuthentic("leaf-changed", f"Leaf {row.n} is not the gap or note that the device committed to.")
    return row.leaf


def erased_unsaid(case: Case, journal: EpochJournal) -> Iterator[int]:
    """The numbers of the entries that erased a batch of the journal, of which none of its rows says so."""
    told = {row.entry for row in journal.rows if row.account is LeafAccount.ERASED}
    for batch in case.batches.get((journal.device, journal.epoch), []):
        yield from _erasures(case, batch).keys() - told


def _erasures(case: Case, batch: BatchRecord) -> dict[int, AuditEntry]:
    """The payload's entries by which the vault erased what a batch held."""
    named = case.acts(Verb.DISPOSED, (BatchRecord.KIND, batch.id))
    erasing = {number: entry for number, entry in named if erases(entry) and number <= case.index.last}
    return {number: entry for number, entry in erasing.items() if number > case.received(batch)}


def _check_erased(case: Case, place: LeafPlace, row: EpochRow) -> None:
    entry = _erasures(case, case.batch_of(place)).get(-1 if row.entry is None else row.entry)
    if entry is None or not row.why or entry.reason != row.why:
        raise _unsaid()


def _unsaid() -> NotAuthentic:
    return NotAuthentic("erasure-not-logged", "An item is called erased, and no entry of the vault's erased it.")


def _check_unfit(case: Case, row: EpochRow) -> None:
    if (row.commit, row.why) not in case.unfit:
        raise NotAuthentic(
            "unfit-not-logged", "An item is withheld as unfit to be shown, and no entry of the vault's says so of it."
        )


def _check_late(case: Case, place: LeafPlace, row: EpochRow) -> None:
    """What the run says of a time that had no authority, the row does not contradict."""
    if place in case.purged and row.account in {LeafAccount.SHOWN, LeafAccount.WITHHELD}:
        raise NotAuthentic("erased-left-out", "The run says that a disclosure was erased, and its row says otherwise.")
    if place in case.quarantined and row.account is LeafAccount.SHOWN:
        raise NotAuthentic("locked-shown", "An item is shown that the vault locked: its time had no authority.")


def _check_locked(case: Case, place: LeafPlace) -> None:
    if place not in case.quarantined:
        raise NotAuthentic(
            "lock-not-logged", "An item is called locked for want of authority, and the vault says so of none."
        )


def _check_lost(case: Case, place: LeafPlace, row: EpochRow) -> None:
    if row.entry != case.received(case.batch_of(place)) or row.why != LOST_BY_AGENCY:
        raise NotAuthentic("loss-not-logged", "An item is called lost, and the entry of its receipt does not say so.")
