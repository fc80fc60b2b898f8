"""Whether a device's epochs form one chain, and what shows it (formats §6). What breaks a chain: `verify/test_tamperings_keys`."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from offmon.core.bundle.case import Case, Files
from offmon.core.bundle.epochs import check_epochs
from offmon.core.bundle.layout import EpochJournal, EpochRow, LeafAccount
from offmon.core.errors import NotAuthentic
from offmon.core.formats.event import Gap, GapLeaf, GapReason
from offmon.core.ids import Digest, Id, Ms, Slug
from offmon.core.log.audit import Verb
from offmon.core.log.records import BatchRecord

DEVICE = "d" * 32


class Counted(str):
    """An id that counts how often one is compared with another."""

    __slots__ = ()
    compared = 0

    def __eq__(self, other: object) -> bool:
        Counted.compared += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


class Asked(Case):
    """A case that counts how often it is asked what the log says of a record."""

    asked = 0

    def acts(self, verb: Verb, key: tuple[str, Id]) -> list[Any]:
        self.asked += 1
        return super().acts(verb, key)


def fresh(number: int) -> Id:
    return cast(Id, Counted(f"{number:032x}"))


def of(*epochs: tuple[Id | None, int | None, list[int]]) -> Asked:
    """A case of one device, whose epochs go each on from that one, of so many leaves, and were received by these entries of the run."""
    files, batches, touching = Files(), {}, {}
    device = cast(Id, Counted(DEVICE))
    for n, (last, size, received) in enumerate(epochs):
        epoch = fresh(n)
        first = Gap(device, epoch, 0, GapReason.NEW_EPOCH, Ms(1), Ms(2), None, last, size)
        begins = GapLeaf(first, bytes(32)) if last else None
        nothing = Digest("0" * 64)
        row = EpochRow(0, Slug("gap"), nothing, nothing, LeafAccount.SHOWN, None, None, begins)
        files.journals[device, epoch] = EpochJournal(device, epoch, (row,), b"")
        batches[device, epoch] = [SimpleNamespace(id=Id(f"{n:016x}{number:016x}")) for number in received]
        for batch, number in zip(batches[device, epoch], received, strict=True):
            touching[BatchRecord.KIND, batch.id] = [(number, SimpleNamespace(verb=Verb.BATCH_RECEIVED))]
    case = Asked(cast(Any, None), cast(Any, None), cast(Any, None), files, b"")
    case.__dict__.update(batches=batches, _touching=touching)
    return case


def unheard(n: int) -> Id:
    return fresh(1_000_000 + n)


EACH_LOST = [(unheard(n), 0, [n]) for n in range(400)]
ONE_CHAIN = [(fresh(n - 1) if n else None, 1, [n]) for n in range(400)]


@pytest.mark.parametrize("epochs", [EACH_LOST, ONE_CHAIN], ids=["each from one that never arrived", "one chain"])
def test_the_work_grows_with_the_epochs_and_not_with_their_square(epochs: list[tuple[Id, int, list[int]]]) -> None:
    case = of(*epochs)
    Counted.compared = 0
    check_epochs(case, Id(DEVICE))
    assert case.asked <= 2 * len(epochs)
    assert Counted.compared < 20 * len(epochs)


def code_of(*epochs: tuple[Id | None, int | None, list[int]]) -> str | None:
    try:
        check_epochs(of(*epochs), Id(DEVICE))
    except NotAuthentic as error:
        return error.code
    return None


@pytest.mark.parametrize(
    ("others", "code"),
    [
        ([[1, 2], [3, 4]], None),
        ([[1, 9]], "closed-epoch"),
        ([[1, 9], [2, 3]], "closed-epoch"),  # whichever of those before it took one more, the last or not
        ([[1, 3], [2, 9]], "closed-epoch"),
        ([[9, 1]], "closed-epoch"),
        ([[7, 9]], None),  # begun after it
        ([[]], None),
    ],
)
def test_none_takes_leaves_once_one_began_that_follows_none_here(others: list[list[int]], code: str | None) -> None:
    lost = [(unheard(n), 0, received) for n, received in enumerate(others)]
    assert code_of(*lost, (unheard(99), 0, [5])) == code
    assert code_of((unheard(99), 0, [5]), *lost) == code


def test_one_that_was_left_takes_no_more_and_is_left_once() -> None:
    begun = (None, None, [1])
    assert code_of(begun, (fresh(0), 1, [2])) is None
    assert code_of((None, None, [1, 3]), (fresh(0), 1, [2])) == "closed-epoch"
    assert code_of(begun, (fresh(0), 1, [2]), (fresh(0), 1, [3])) == "epoch-chain"
    assert code_of(begun, (fresh(0), 2, [2])) == "leaves-lost"
