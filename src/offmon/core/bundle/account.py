"""What became of a leaf, in one word, and whether the run bears that word out (formats §8).

Rules
- A gap or note is always shown, in its row, and is what the row commits to. A disclosure is shown (its item is there), withheld (a
  ground), refused (a reason of gate 2), erased or lost.
- *Erased*: an entry of erasure, whose reason is the rule, touched the batch that the leaf came in.
- *Lost*: the agency lost what it had, and the device had forgotten it by then. The entry by which the batch was received says so.
- Of a batch exactly as many are refused, for each reason, and lost as that entry says: what was held once cannot be called either later,
  and what gate 2 turned down cannot be passed off as withheld.
"""

from collections import Counter

from offmon.core import decide
from offmon.core.audit import Entry, Operation, Outcome, Verb
from offmon.core.bundle.case import Case
from offmon.core.bundle.layout import Account, Journal, Row
from offmon.core.bundle.opened import Opened
from offmon.core.commitment import Ground
from offmon.core.errors import NotAuthentic
from offmon.core.journal import LOST_BY_AGENCY, Place, ciphertext_digest, leaf_commit, place_of
from offmon.core.records import BatchRecord, LeafPlace


def check_account(case: Case, journal: Journal, row: Row) -> None:
    """Raises NotAuthentic unless the row's word holds."""
    place = LeafPlace(journal.device, journal.epoch, row.n)
    if row.leaf != "disclosure":
        if row.account is not Account.SHOWN or row.opened is None:
            raise NotAuthentic("gap-hidden", "A gap or note of the device is not shown.")
        return
    if (row.account is Account.SHOWN) is not (place in case.files.items):
        raise NotAuthentic("item-unaccounted", "An item and its row disagree on whether it is shown.")
    match row.account:
        case Account.WITHHELD if row.why not in set(Ground):
            raise NotAuthentic("no-ground", "An item is withheld, and no ground is given.")
        case Account.REFUSED if row.why not in set(decide.Reason):
            raise NotAuthentic("no-reason", "An item is called refused, and no reason is given.")
        case Account.ERASED:
            _check_erased(case, place, row)
        case Account.LOST:
            _check_lost(case, place, row)


def check_receipt(case: Case, journal: Journal, batch: BatchRecord) -> None:
    """Raises NotAuthentic unless the rows of a batch call as many refused, for each reason, and lost as the entry of its receipt does."""
    received = case.acts(Verb.BATCH_RECEIVED, (BatchRecord.KIND, batch.id))
    said = {words for _, entry in received if entry.reason for words in entry.reason.split(", ")}
    rows = (row for row in journal.rows[batch.first : batch.size] if row.account in {Account.REFUSED, Account.LOST})
    if said != {f"{why} {count}" for why, count in Counter(row.why for row in rows).items()}:
        raise NotAuthentic(
            "receipt-differs",
            "Of a batch, others or more are called refused or lost than the entry of its receipt says.",
        )


def kind_of(journal: Journal, row: Row) -> str:
    """The leaf's kind. Raises NotAuthentic where what is opened in the row is not what the row commits to."""
    if row.opened is not None and (
        leaf_commit(row.opened) != row.commit
        or place_of(row.opened) != Place(journal.device, journal.epoch, row.n)
        or (row.opened.KIND, row.ciphertext) != (row.leaf, ciphertext_digest(row.opened))
    ):
        raise NotAuthentic("leaf-changed", f"Leaf {row.n} is not the gap or note that the device committed to.")
    return row.leaf


def _check_erased(case: Case, place: LeafPlace, row: Row) -> None:
    entry = _entry(case, place, row)
    if (
        entry is None
        or entry.it.operation is not Operation.ERASURE
        or not row.why
        or ("reason" not in entry.withheld and entry.it.reason != row.why)
    ):
        raise NotAuthentic("erasure-not-logged", "An item is called erased, and no entry of the run erased it.")


def _check_lost(case: Case, place: LeafPlace, row: Row) -> None:
    entry = _entry(case, place, row)
    if (
        entry is None
        or (entry.it.verb, entry.it.outcome) != (Verb.BATCH_RECEIVED, Outcome.ALLOWED)
        or row.why != LOST_BY_AGENCY
    ):
        raise NotAuthentic("loss-not-logged", "An item is called lost, and the entry of its receipt does not say so.")


def _entry(case: Case, place: LeafPlace, row: Row) -> Opened[Entry] | None:
    """The entry that the row names, if it touched the batch in which the leaf came."""
    entry, batch = case.entries.get(-1 if row.entry is None else row.entry), case.batch_of(place)
    touched = set() if entry is None else {(touched.table, touched.id) for touched in entry.it.touched}
    return entry if (BatchRecord.KIND, batch.id) in touched else None
