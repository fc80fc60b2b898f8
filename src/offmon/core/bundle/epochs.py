"""That a device's epochs form one chain: whoever lost its store began anew, and said so (design §1.8; formats §6).

Rules
- The first leaf of a later epoch is a gap that names the epoch it went on from, and at most as many leaves as are accounted for.
- It may name one that is not here if nothing of that had a receipt, as the gap itself says (size 0): a store that was lost again before
  anything was sent. What did arrive cannot be passed over so: the run names its batches (`verify/continuous`).
- An epoch that was left takes no more leaves; nor does any, once one began that goes on from none that is here.
"""

from offmon.core.audit import Verb
from offmon.core.bundle.case import Case
from offmon.core.errors import NotAuthentic
from offmon.core.event import GapLeaf, GapReason
from offmon.core.ids import Id
from offmon.core.journal import passes_over
from offmon.core.records import BatchRecord


def check_epochs(case: Case, device: Id) -> None:
    """Raises NotAuthentic unless the device's epochs form one chain, each going on from the head of one before it."""
    journals = {epoch: journal for (owner, epoch), journal in case.files.journals.items() if owner == device}
    before, unheard = dict[Id, Id](), 0
    for epoch, journal in journals.items():
        first = journal.rows[0].opened if journal.rows else None
        if not isinstance(first, GapLeaf) or first.gap.reason is not GapReason.NEW_EPOCH:
            continue
        last, size = first.gap.last_epoch, first.gap.last_size
        if passes_over(first.gap) and last not in journals:
            began = min(_received(case, device, epoch), default=0)
            for other in journals:
                if min(_received(case, device, other), default=0) < began:
                    _check_closed(case, device, other, began)
            unheard += 1
            continue
        if last is None or last not in journals or last in before.values() or last == epoch:
            raise NotAuthentic("epoch-chain", "An epoch goes on from one that is not there, or that was left.")
        if size is None or size > len(journals[last].rows):
            raise NotAuthentic("leaves-lost", "A device knew of more leaves than the bundle accounts for.")
        _check_closed(case, device, last, min(_received(case, device, epoch), default=0))
        before[epoch] = last
    beginnings = len(journals) - len(before)
    if not max(unheard, 1) <= beginnings <= unheard + 1:
        raise NotAuthentic(
            "epoch-chain", "A later epoch of the device does not begin with a gap that names the one before it."
        )


def _check_closed(case: Case, device: Id, left: Id, began: int) -> None:
    """That the epoch took no leaf after the entry of this number, with which the next began."""
    if max(_received(case, device, left), default=0) > began:
        raise NotAuthentic("closed-epoch", "An epoch took leaves after the next had begun.")


def _received(case: Case, device: Id, epoch: Id) -> list[int]:
    """The numbers of the entries by which an epoch's batches were received: of each batch the first, for it is received once."""
    keys = ((BatchRecord.KIND, batch.id) for batch in case.batches.get((device, epoch), []))
    return [number for key in keys for number, _ in case.acts(Verb.BATCH_RECEIVED, key)[:1]]
