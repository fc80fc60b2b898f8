"""A log as static files: which exist, what they hold, and proofs from them alone."""

import json
from hashlib import sha256

import pytest

from offmon.core.errors import Malformed, NotAuthentic
from offmon.core.log.tlog import merkle, proving
from offmon.core.log.tlog.merkle import Frontier, leaf_hash, root_of
from offmon.core.log.tlog.tiles import (
    MAX_ENTRY,
    WIDTH,
    Tile,
    TiledLog,
    append,
    decode_bundle,
    encode_bundle,
    last_tiles,
    tile_in,
    tiles_under,
)
from tests.unit.core.log.tlog.samples import VECTORS
from tests.unit.core.samples import code_of

KNOWN = json.loads((VECTORS / "tiles.json").read_text())
ENTRIES = [b"entry %d" % n for n in range(70_000)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]


def grown(*sizes: int) -> dict[str, bytes]:
    """The files of a log that grew by these steps."""
    files: dict[str, bytes] = {}
    size = 0
    for after in sizes:
        for tile, data in append(TiledLog(files.get, size), ENTRIES[size:after]):
            assert tile.path not in files, "a file was written twice"
            files[tile.path] = data
        size = after
    return files


@pytest.fixture(scope="module")
def large() -> dict[str, bytes]:
    return grown(70_000)


def test_the_example_of_the_specification_has_exactly_its_files(large: dict[str, bytes]) -> None:
    """C2SP tlog-tiles: 273 full tiles and one of 112; one full and one of 17; one of 1."""
    listing = "".join(f"{path} {sha256(data).hexdigest()}\n" for path, data in sorted(large.items()))
    assert {path: sha256(large[path]).hexdigest() for path in KNOWN["some"]} == KNOWN["some"]
    assert (len(large), sha256(listing.encode()).hexdigest()) == (KNOWN["count"], KNOWN["listing"])
    assert TiledLog(large.get, 70_000).frontier().root.hex() == KNOWN["root"]


@pytest.mark.parametrize("index", [0, 255, 256, 65_535, 65_536, 69_887, 69_888, 69_999])
def test_proofs_come_from_tiles_alone(large: dict[str, bytes], index: int) -> None:
    log = TiledLog(large.get, 70_000)
    root = bytes.fromhex(KNOWN["root"])
    merkle.check_inclusion(LEAVES[index], index, 70_000, proving.prove_inclusion(index, 70_000, log.subtree), root)
    old = index + 1
    proof = proving.prove_consistency(old, 70_000, log.subtree)
    merkle.check_consistency(old, root_of(LEAVES[:old]), 70_000, root, proof)
    assert log.entries(index // WIDTH)[index % WIDTH] == ENTRIES[index]


def test_a_full_tile_takes_the_place_of_a_partial_one() -> None:
    files = grown(200, 300)
    del files["tile/0/000.p/200"], files["tile/entries/000.p/200"]
    log = TiledLog(files.get, 200)
    assert log.frontier() == Frontier().extend(LEAVES[:200])
    assert log.entries(0) == tuple(ENTRIES[:200])


def test_nothing_to_append_is_no_file() -> None:
    assert list(append(TiledLog(lambda _: None, 0), [])) == []


def test_a_missing_file_is_named() -> None:
    files = grown(300)
    del files["tile/0/001.p/44"]
    with pytest.raises(NotAuthentic, match=r"tile/0/001\.p/44"):
        TiledLog(files.get, 300).frontier()
    assert code_of(list, append(TiledLog(files.get, 300), [b"x"])) == "tile-missing"


@pytest.mark.parametrize("path", ["tile/0/000.p/30", "tile/entries/000.p/30"])
@pytest.mark.parametrize("damage", [b"", b"\0\1\0", b"x" * 31])
def test_a_file_of_the_wrong_length_is_refused(path: str, damage: bytes) -> None:
    files = grown(30) | {path: damage}
    log = TiledLog(files.get, 30)
    with pytest.raises(Malformed):
        (log.hashes if "/0/" in path else lambda _, index: log.entries(index))(0, 0)


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 273, 112), "tile/0/273.p/112"),
        (Tile(2, 1_234_067), "tile/2/x001/x234/067"),
        (Tile(None, 1_000, 8), "tile/entries/x001/000.p/8"),
        (Tile(63, 999, 255), "tile/63/999.p/255"),
    ],
)
def test_paths_are_those_of_the_specification(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert Tile.parse(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        *("", "tile/0/0", "tile/0/x000/001", "tile/0/001/002", "tile/00/001", "tile/64/001", "tile/-1/001"),
        *("tile/0/001.p/0", "tile/0/001.p/256", "tile/0/001.p/08", "tile/0/001.p/", "/tile/0/001", "tile/0/001\n"),
        *("tile/0/../../secret", "tile/entries/٠٠١", "tile/0/" + "x001/" * 40 + "001"),
    ],
)
def test_no_other_path_is_a_tile(path: str) -> None:
    assert code_of(Tile.parse, path) == "bad-tile"


def test_a_tree_has_no_tile_beyond_its_size() -> None:
    assert tile_in(0, 1, 300).width == 44
    assert tile_in(1, 0, 300).width == 1
    for level, index in ((0, 2), (1, 1), (2, 0)):
        assert code_of(tile_in, level, index, 300) == "bad-tile"


def test_bundles_have_limits() -> None:
    assert decode_bundle(encode_bundle([bytes(MAX_ENTRY)])) == (bytes(MAX_ENTRY),)
    assert code_of(encode_bundle, [bytes(MAX_ENTRY + 1)]) == "entry-too-large"
    assert code_of(decode_bundle, bytes(2 * (WIDTH + 1))) == "bad-bundle"


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 65_536, 66_000])
def test_a_log_grows_on_from_its_last_tiles_alone(large: dict[str, bytes], size: int) -> None:
    last = {tile.path: grown(size)[tile.path] for tile in last_tiles(size)}
    fresh = {tile.path: data for tile, data in append(TiledLog(last.get, size), ENTRIES[size:])}
    assert fresh == {path: large[path] for path in fresh}
    assert TiledLog((last | fresh).get, 70_000).frontier().root.hex() == KNOWN["root"]


@pytest.mark.parametrize("index", [0, 255, 256, 65_536, 69_999])
def test_a_proof_rests_on_the_tiles_that_are_named_for_it_and_on_no_other(large: dict[str, bytes], index: int) -> None:
    named = tiles_under(merkle.inclusion_path(index, 70_000), 70_000)
    asked = list[str]()

    def read(path: str) -> bytes | None:
        asked.append(path)
        return large.get(path)

    proving.prove_inclusion(index, 70_000, TiledLog(read, 70_000).subtree)
    assert set(asked) == {tile.path for tile in named}


def test_some_hashes_of_a_tile_are_those_of_all(large: dict[str, bytes]) -> None:
    log = TiledLog(large.get, 70_000)
    assert log.hashes(0, 273, 100, 50) == log.hashes(0, 273)[100:]
    assert len(log.hashes(0, 273)) == 112
