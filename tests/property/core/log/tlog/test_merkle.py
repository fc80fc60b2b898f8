"""Merkle trees of any size: no mutated proof passes, and a frontier grows in any steps to the same tree (RFC 6962)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offmon.core.errors import NotAuthentic
from offmon.core.log.tlog import merkle, proving
from offmon.core.log.tlog.merkle import Frontier
from tests.unit.core.log.tlog.samples import LEAVES
from tests.unit.core.log.tlog.test_merkle import ROOTS

sizes = st.integers(1, len(LEAVES))


@given(st.data())
def test_a_mutated_inclusion_proof_fails(data: st.DataObject) -> None:
    size = data.draw(sizes)
    index = data.draw(st.integers(0, size - 1))
    proof = list(proving.prove_inclusion(index, size, proving.subtrees_of(LEAVES)))
    merkle.check_inclusion(LEAVES[index], index, size, proof, ROOTS[size])
    with pytest.raises(NotAuthentic):
        merkle.check_inclusion(LEAVES[index], index, size, _mutate(data, proof), ROOTS[size])


@given(st.data())
def test_a_mutated_consistency_proof_fails(data: st.DataObject) -> None:
    size = data.draw(sizes)
    old = data.draw(st.integers(0, size))
    proof = list(proving.prove_consistency(old, size, proving.subtrees_of(LEAVES)))
    merkle.check_consistency(old, ROOTS[old], size, ROOTS[size], proof)
    with pytest.raises(NotAuthentic):
        merkle.check_consistency(old, ROOTS[old], size, ROOTS[size], _mutate(data, proof))


@given(st.data())
def test_a_proof_fails_whatever_root_was_exchanged(data: st.DataObject) -> None:
    size = data.draw(sizes)
    old = data.draw(st.integers(1, size))
    proof = proving.prove_consistency(old, size, proving.subtrees_of(LEAVES))
    wrong = _flip(data, ROOTS[old])
    with pytest.raises(NotAuthentic):
        merkle.check_consistency(old, wrong, size, ROOTS[size], proof)
    with pytest.raises(NotAuthentic):
        merkle.check_consistency(old, ROOTS[old], size, _flip(data, ROOTS[size]), proof)


@given(st.binary(max_size=70).filter(lambda value: len(value) != merkle.HASH_BYTES))
def test_what_is_no_hash_is_in_no_tree_and_is_no_root(value: bytes) -> None:
    """An empty leaf equals an empty root: in a tree of one leaf there is nothing to hash."""
    with pytest.raises(NotAuthentic):
        merkle.check_inclusion(value, 0, 1, (), value)
    with pytest.raises(NotAuthentic):
        merkle.check_consistency(5, value, 5, value, ())


@given(st.integers(1, merkle.MAX_SIZE), st.data())
def test_no_path_is_longer_than_the_limit(size: int, data: st.DataObject) -> None:
    assert len(merkle.inclusion_path(data.draw(st.integers(0, size - 1)), size)) <= merkle.MAX_PROOF
    assert len(merkle.consistency_path(data.draw(st.integers(0, size)), size)) <= merkle.MAX_PROOF


@given(st.lists(st.integers(0, 60), max_size=5))
def test_a_frontier_grows_in_any_steps_to_the_same_tree(steps: list[int]) -> None:
    frontier = Frontier()
    for step in steps:
        frontier = frontier.extend(LEAVES[frontier.size : frontier.size + step])
    assert frontier == Frontier().extend(LEAVES[: frontier.size])
    assert frontier.root == ROOTS[frontier.size]


def _mutate(data: st.DataObject, proof: list[bytes]) -> list[bytes]:
    """The proof with a hash altered, dropped, doubled or added."""
    kinds = ["add"] if not proof else ["add", "drop", "double", "flip"]
    at = data.draw(st.integers(0, max(0, len(proof) - 1)))
    match data.draw(st.sampled_from(kinds)):
        case "add":
            return [*proof[:at], data.draw(st.binary(min_size=32, max_size=32)), *proof[at:]]
        case "drop":
            return [*proof[:at], *proof[at + 1 :]]
        case "double":
            return [*proof[:at], proof[at], *proof[at:]]
    return [*proof[:at], _flip(data, proof[at]), *proof[at + 1 :]]


def _flip(data: st.DataObject, value: bytes) -> bytes:
    bit = 1 << data.draw(st.integers(0, 255))
    return (int.from_bytes(value) ^ bit).to_bytes(32)
