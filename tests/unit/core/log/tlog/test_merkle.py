"""Merkle trees: the known answers of RFC 6962, every proof of small trees, and invalid proofs."""

import json

import pytest

from offmon.core.errors import NotAuthentic
from offmon.core.log.tlog import merkle, proving
from offmon.core.log.tlog.merkle import EMPTY_ROOT, MAX_SIZE, Frontier, leaf_hash, root_of
from offmon.core.log.tlog.proving import subtrees_of
from tests.unit.core.log.tlog.samples import LEAVES, VECTORS
from tests.unit.core.samples import code_of

KNOWN = json.loads((VECTORS / "merkle.json").read_text())
KNOWN_LEAVES = [leaf_hash(bytes.fromhex(entry)) for entry in KNOWN["entries"]]
KNOWN_ROOTS = [bytes.fromhex(root) for root in KNOWN["roots"]]
ROOTS = [root_of(LEAVES[:size]) for size in range(len(LEAVES) + 1)]

# Published with the certificate-transparency implementations: root of the first n of the shared leaves.
PUBLISHED = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def test_roots_are_the_published_ones() -> None:
    assert {size: root_of(KNOWN_LEAVES[:size]).hex() for size in PUBLISHED} == PUBLISHED


def test_roots_and_proofs_are_those_of_the_hand_written_script() -> None:
    tree = subtrees_of(KNOWN_LEAVES)
    assert [root_of(KNOWN_LEAVES[:size]) for size in range(9)] == KNOWN_ROOTS
    for case in KNOWN["inclusion"]:
        proof = tuple(bytes.fromhex(value) for value in case["proof"])
        assert proving.prove_inclusion(case["index"], case["size"], tree) == proof
    for case in KNOWN["consistency"]:
        proof = tuple(bytes.fromhex(value) for value in case["proof"])
        assert proving.prove_consistency(case["old"], case["size"], tree) == proof


@pytest.mark.parametrize("size", range(1, 34))
def test_every_proof_of_a_small_tree_holds(size: int) -> None:
    tree = subtrees_of(LEAVES)
    for index in range(size):
        merkle.check_inclusion(LEAVES[index], index, size, proving.prove_inclusion(index, size, tree), ROOTS[size])
    for old in range(size + 1):
        merkle.check_consistency(old, ROOTS[old], size, ROOTS[size], proving.prove_consistency(old, size, tree))


@pytest.mark.parametrize("size", range(1, 34))
def test_no_proof_of_a_small_tree_holds_for_another_leaf_place_or_tree(size: int) -> None:
    tree = subtrees_of(LEAVES)
    for index in range(size):
        proof = proving.prove_inclusion(index, size, tree)
        with pytest.raises(NotAuthentic):
            merkle.check_inclusion(LEAVES[index + 1], index, size, proof, ROOTS[size])
        with pytest.raises(NotAuthentic):
            merkle.check_inclusion(LEAVES[index], index, size, proof, ROOTS[size + 1])
        for other in set(range(size)) - {index}:
            with pytest.raises(NotAuthentic):
                merkle.check_inclusion(LEAVES[index], other, size, proof, ROOTS[size])
    for old in range(1, size + 1):
        proof = proving.prove_consistency(old, size, tree)
        with pytest.raises(NotAuthentic):
            merkle.check_consistency(old, ROOTS[old - 1], size, ROOTS[size], proof)
        with pytest.raises(NotAuthentic):
            merkle.check_consistency(old, ROOTS[old], size, ROOTS[size + 1], proof)


def test_length_is_refused_before_anything_is_hashed(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: bytes) -> bytes:
        raise AssertionError("hashed")

    monkeypatch.setattr("offmon.core.log.tlog.merkle.node_hash", never)
    for proof in ((), (EMPTY_ROOT,) * 2, (EMPTY_ROOT,) * 4, (EMPTY_ROOT, EMPTY_ROOT, b"short")):
        assert code_of(merkle.check_inclusion, LEAVES[0], 0, 8, proof, ROOTS[8]) == "proof-length"
        assert code_of(merkle.check_consistency, 4, ROOTS[4], 32, ROOTS[32], proof) == "proof-length"


def test_what_is_no_hash_is_refused_by_its_length() -> None:
    first, *rest = proving.prove_inclusion(0, 8, subtrees_of(LEAVES))
    assert code_of(merkle.check_inclusion, LEAVES[0], 0, 8, (first + b"more", *rest), ROOTS[8]) == "proof-length"


@pytest.mark.parametrize("value", [b"", ROOTS[1] + b"more"])
def test_nor_is_what_is_no_hash_in_a_tree_of_itself_or_a_root_of_one(value: bytes) -> None:
    assert code_of(merkle.check_inclusion, value, 0, 1, (), value) == "not-included"
    assert code_of(merkle.check_consistency, 5, value, 5, value, ()) == "not-consistent"


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0), (0, MAX_SIZE + 1)])
def test_there_is_no_proof_outside_a_tree(index: int, size: int) -> None:
    assert code_of(merkle.check_inclusion, LEAVES[0], index, size, (), ROOTS[1]) == "outside-tree"


@pytest.mark.parametrize(("old", "size"), [(-1, 3), (4, 3), (0, MAX_SIZE + 1)])
def test_a_tree_does_not_begin_with_a_larger_one(old: int, size: int) -> None:
    assert code_of(merkle.check_consistency, old, ROOTS[1], size, ROOTS[1], ()) == "outside-tree"


def test_the_empty_tree_has_one_root() -> None:
    merkle.check_consistency(0, EMPTY_ROOT, 0, EMPTY_ROOT, ())
    merkle.check_consistency(0, EMPTY_ROOT, 5, ROOTS[5], ())
    for old_root, size, root in ((ROOTS[1], 0, EMPTY_ROOT), (EMPTY_ROOT, 0, ROOTS[1]), (ROOTS[1], 5, ROOTS[5])):
        assert code_of(merkle.check_consistency, 0, old_root, size, root, ()) == "not-consistent"


def test_one_size_has_one_root() -> None:
    merkle.check_consistency(5, ROOTS[5], 5, ROOTS[5], ())
    assert code_of(merkle.check_consistency, 5, ROOTS[5], 5, ROOTS[6], ()) == "not-consistent"


@pytest.mark.parametrize(
    ("size", "peaks"),
    [
        (-1, ()),
        (-1, (EMPTY_ROOT,)),
        (MAX_SIZE + 1, (EMPTY_ROOT, EMPTY_ROOT)),
        (1, ()),
        (2, (EMPTY_ROOT, EMPTY_ROOT)),
        (1, (b"short",)),
    ],
)
def test_a_frontier_that_does_not_fit_its_size_is_refused(size: int, peaks: tuple[bytes, ...]) -> None:
    assert code_of(Frontier, size, peaks) == "bad-frontier"


def test_a_node_cannot_pass_for_a_leaf() -> None:
    """The second preimage that the two prefixes exclude: an entry that is two hashes is not their parent."""
    assert leaf_hash(LEAVES[0] + LEAVES[1]) != ROOTS[2]
