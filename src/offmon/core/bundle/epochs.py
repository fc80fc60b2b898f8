"""Checks that a device's epochs form one chain: a device that lost its store began a new epoch and said so (design §1.8; formats §6).

Rules
- The first leaf of a later epoch is a gap that names the epoch before it. Its leaf count there is at most what the bundle accounts for.
- It may name an absent epoch if nothing of that epoch got a receipt (size 0): a store lost again before it sent anything. An epoch that did
  arrive cannot be skipped, because the case log names its batches (`verify/continuous`).
- An epoch takes no more leaves once another follows it. None takes any once an epoch began that follows an absent one.
- A device may begin any number of epochs. The cost of checking grows with their number, not its square.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from itertools import accumulate

from offmon.core.bundle.case import Case
from offmon.core.errors import NotAuthentic
from offmon.core.formats.event import GapLeaf, GapReason
from offmon.core.formats.journal import passes_over
from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.core.log.records import BatchRecord


def check_epochs(case: Case, device: Id) -> None:
    """Raises NotAuthentic unless the device's epochs form one chain, each going on from the head of one before it."""
    journals = {epoch: journal for (owner, epoch), journal in case.files.journals.items() if owner == device}
    spans = {epoch: _span(case, device, epoch) for epoch in journals}
    last_of_those_before = _running(spans.values())
    left, unheard = set[Id](), 0
    for epoch, journal in journals.items():
        first = journal.rows[0].opened if journal.rows else None
        if not isinstance(first, GapLeaf) or first.gap.reason is not GapReason.NEW_EPOCH:
            continue
        last, size, began = first.gap.last_epoch, first.gap.last_size, spans[epoch][0]
        if passes_over(first.gap) and last not in journals:
            _check_closed(last_of_those_before(began), began)
            unheard += 1
            continue
        if last is None or last not in journals or last in left or last == epoch:
            raise NotAuthentic("epoch-chain", "An epoch goes on from one that is not there, or that was left.")
        if size is None or size > len(journals[last].rows):
            raise NotAuthentic("leaves-lost", "A device knew of more leaves than the bundle accounts for.")
        _check_closed(spans[last][1], began)
        left.add(last)
    beginnings = len(journals) - len(left)
    if not max(unheard, 1) <= beginnings <= unheard + 1:
        raise NotAuthentic(
            "epoch-chain", "A later epoch of the device does not begin with a gap that names the one before it."
        )


def _check_closed(last: int, began: int) -> None:
    """That the last entry of what was left is not after the one of this number, with which the next began."""
    if last > began:
        raise NotAuthentic("closed-epoch", "An epoch took leaves after the next had begun.")


def _running(spans: Iterable[tuple[int, int]]) -> Callable[[int], int]:
    """By the number of an entry: the last by which any epoch that had begun before it received something; 0 where none had."""
    in_order = sorted(spans)
    begun = [first for first, _ in in_order]
    last = list(accumulate((last for _, last in in_order), max, initial=0))
    return lambda number: last[bisect_left(begun, number)]


def _span(case: Case, device: Id, epoch: Id) -> tuple[int, int]:
    """The numbers of the first and last entry by which an epoch's batches were received: each is received once, by its first."""
    keys = ((BatchRecord.KIND, batch.id) for batch in case.batches.get((device, epoch), []))
    received = [number for key in keys for number, _ in case.acts(Verb.BATCH_RECEIVED, key)[:1]]
    return min(received, default=0), max(received, default=0)
