"""Batches split, repeated or reordered give one journal; anything else is refused (formats §6, design §9)."""

from collections import Counter
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import pytest
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from offmon.core.errors import OffmonError
from offmon.core.formats.batches import MAX_LEAVES, MissingFrom, check_batch, extend
from offmon.core.formats.event import Acknowledged, Batch, DeviceCheckpoint, DisclosureLeaf, ForgottenLeaf
from offmon.core.formats.journal import hash_of, place_of
from offmon.core.log.tlog.merkle import Frontier, root_of
from tests.unit.core.formats.test_journal import HASHES, LEAVES, batch, checkpoint, forgotten, known, leaf, receive
from tests.unit.core.samples import digest, ident


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 24), st.integers(0, 24)), max_size=12))
def test_however_it_is_split_repeated_or_reordered_one_journal_comes_out(cuts: list[tuple[int, int]]) -> None:
    head = Frontier()
    for one, other in [*cuts, (0, 24)]:
        first, end = min(one, other), max(one, other)
        if first > head.size:
            with pytest.raises(MissingFrom) as missing:
                receive(head, first, end)
            assert missing.value.n == head.size
            first = head.size
        after = receive(head, first, end)
        assert after.size == max(head.size, end)
        assert after.root == root_of(HASHES[: after.size])
        assert receive(after, first, end) == after  # the same again changes nothing
        head = after
    assert head == known(24)


@dataclass(frozen=True)
class World:
    """What the agency has of a journal, and what it is sent. `rewritten`: the leaf of which it has another than the device says now."""

    size: int
    rewritten: int | None
    given: Batch
    signed: DeviceCheckpoint

    @property
    def held(self) -> list[bytes]:
        """The leaf hashes that the agency has."""
        return [hash_of(leaf(n, salt=9)) if n == self.rewritten else HASHES[n] for n in range(self.size)]

    @property
    def end(self) -> int:
        return self.given.first + len(self.given.leaves)


REFUSALS = {"too-many-leaves", "leaf-out-of-place", "not-acknowledged", "checkpoint-of-other", "missing-from", "forked"}
ELSEWHERE: list[dict[str, Any]] = [*[{}] * 8, {"device": ident("other")}, {"epoch": ident("other")}]


def some_world(number: int) -> World:
    """From one number, so that Hypothesis's taste for small values does not make rare what should be common."""
    chance = Random(number)  # noqa: S311
    size = chance.randint(0, 12)
    first = chance.randint(0, size + 1)
    end = first + chance.randint(0, 6)
    honest = batch(first, end)
    whose = chance.choice(ELSEWHERE)
    sent = replace(honest, leaves=some_leaves(chance, honest), acknowledged=some_receipt(chance), **whose)
    signed = checkpoint(max(0, end + chance.choice([0] * 8 + [-1, 1])), **chance.choice([whose, whose, *ELSEWHERE]))
    if chance.random() < 0.2:
        signed = replace(signed, root=digest("other"))
    return World(size, chance.randrange(size) if size and chance.random() < 0.3 else None, sent, signed)


def some_leaves(chance: Random, honest: Batch) -> tuple[Any, ...]:
    """Its own mostly; else one of them in another's place, or without its content, or too many of them."""
    leaves = list[Any](honest.leaves)
    if chance.random() < 0.04:
        return tuple(LEAVES[:1] * (MAX_LEAVES + 1))
    if leaves and chance.random() < 0.2:
        leaves[chance.randrange(len(leaves))] = chance.choice(LEAVES)
    if chance.random() < 0.1:
        leaves = [forgotten(place_of(one).n) if isinstance(one, DisclosureLeaf) else one for one in leaves]
    return tuple(leaves)


def some_receipt(chance: Random) -> Acknowledged | None:
    return Acknowledged(b"signed", ()) if chance.random() < 0.1 else None


def refusal(world: World) -> str | None:
    """What must be said of it, in the words of formats §6 and not of the code; None: it is the journal's next part, or known."""
    sent, signed = world.given, world.signed
    theirs = range(sent.first, world.end)
    if len(sent.leaves) > 500:
        return "too-many-leaves"
    claimed = [place_of(one) for one in sent.leaves]
    if [at.n for at in claimed] != [*theirs] or {(at.device, at.epoch) for at in claimed} - {(sent.device, sent.epoch)}:
        return "leaf-out-of-place"
    if (sent.acknowledged is not None) != any(isinstance(one, ForgottenLeaf) for one in sent.leaves):
        return "not-acknowledged"
    if signed.device != sent.device or signed.epoch != sent.epoch or signed.size != world.end:
        return "checkpoint-of-other"
    if world.size < sent.first:
        return "missing-from"
    if world.end < world.size:  # nothing new, and no tree of that size is kept: its leaves alone tell
        return "forked" if world.rewritten in theirs else None
    same = world.rewritten is None and signed.root == root_of(HASHES[: world.end]).hex()
    return None if same else "forked"


def taken(world: World) -> Frontier:
    """As intake does it."""
    leaves = check_batch(world.given, world.signed)
    return extend(before(world), world.given, leaves, world.held[world.given.first :], world.signed)


def before(world: World) -> Frontier:
    return Frontier().extend(world.held)


def test_each_reason_to_refuse_occurs_in_at_least_two_in_a_hundred_worlds() -> None:
    seen = Counter(refusal(some_world(number)) for number in range(1_000))
    assert {*seen} == {None, *REFUSALS}
    assert min(seen.values()) >= 20, seen


@seed(86)
@settings(max_examples=120, database=None, deadline=None, phases=[Phase.generate])
@given(st.integers(0, 2**32))
def test_a_batch_is_refused_for_exactly_what_is_wrong_with_it(number: int) -> None:
    world = some_world(number)
    expected = refusal(world)
    if expected is None:
        after = taken(world)
        grown = before(world) if world.end < world.size else known(world.end)
        assert after == grown
        return
    with pytest.raises(OffmonError) as refused:
        taken(world)
    assert refused.value.code == expected
