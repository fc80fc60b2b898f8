"""A log as static files, of any size and path: the same tree, read back or refused."""

from hypothesis import given
from hypothesis import strategies as st

from offmon.core.log.tlog.merkle import Frontier
from offmon.core.log.tlog.tiles import WIDTH, Tile, TiledLog, decode_bundle, encode_bundle
from tests.unit.core.log.tlog.samples import refuses_or_reads
from tests.unit.core.log.tlog.test_tiles import ENTRIES, LEAVES, grown


@given(st.lists(st.integers(1, 600), min_size=1, max_size=6))
def test_a_log_grows_in_any_steps_to_the_same_tree(steps: list[int]) -> None:
    sizes = [sum(steps[: n + 1]) for n in range(len(steps))]
    files = grown(*sizes)
    for size in sizes:  # every size that had a checkpoint can still be read, with the files of the last
        assert TiledLog(files.get, size).frontier() == Frontier().extend(LEAVES[:size])
    log = TiledLog(files.get, sizes[-1])
    stored = [entry for n in range(-(-log.size // WIDTH)) for entry in log.entries(n)]
    assert stored == ENTRIES[: log.size]


@given(st.none() | st.integers(0, 63), st.integers(0, 2**56 - 1), st.integers(1, WIDTH))
def test_every_tile_reads_back_from_its_path(level: int | None, index: int, width: int) -> None:
    assert Tile.parse(Tile(level, index, width).path) == Tile(level, index, width)


@given(st.text() | st.from_regex(r"tile/[0-9a-z]{1,9}/[x0-9/.p]{1,30}", fullmatch=True))
def test_whatever_path_is_asked_for_is_a_tile_or_refused(path: str) -> None:
    refuses_or_reads(Tile.parse, path)


@given(st.lists(st.binary(max_size=300), max_size=WIDTH))
def test_every_bundle_reads_back_the_same(entries: list[bytes]) -> None:
    assert decode_bundle(encode_bundle(entries)) == tuple(entries)


@given(st.binary())
def test_whatever_a_bundle_holds_is_read_or_refused(data: bytes) -> None:
    if refuses_or_reads(decode_bundle, data):
        assert encode_bundle(decode_bundle(data)) == data
