"""The log's files (C2SP tlog-tiles), made from its rows: one at a time for who names a path, or all that a proof rests on at once.

Rules
- A file is there only where its rows are full to the width that its name gives.
- All is read inside the caller's scope. Records and hashes say nothing of anyone.
"""

from collections.abc import Collection, Iterable
from functools import partial
from uuid import UUID

from offmon.core.ids import Id
from offmon.core.log.tlog.merkle import HASH_BYTES, Range, leaf_hash, split
from offmon.core.log.tlog.tiles import WIDTH, Tile, TiledLog, encode_bundle, tiles_under
from offmon.server.base.statements import beside

type _Numbers = tuple[int, int, int]  # a level, and the first and last number there

# Each tile by its own look into the index, in that one's order: an aggregate, so that no plan for all of them can read more. Its last
# number comes as a value: behind a policy PostgreSQL looks up no sum in an index, and would read the log from there to its end.
_FILES = """
select want.level, want.first, want.last, found.items
from unnest(%b::bigint[], %b::bigint[], %b::bigint[]) as want(level, first, last)
cross join lateral (
    select string_agg(sorted.hash, ''::bytea) as items
    from (
        select node.hash from audit_node node
        where node.agency = %b and node.level = want.level and node.index between want.first and want.last
        order by node.index
    ) sorted
) found
union all
select 0, want.first, want.last, found.items
from unnest(%b::bigint[], %b::bigint[]) as want(first, last)
cross join lateral (
    select string_agg(sorted.record, ''::bytea) as items
    from (
        select place.record from audit_sequenced place
        where place.agency = %b and place.index between want.first and want.last
        order by place.index
    ) sorted
) found
"""


def file_of(agency: Id, path: str) -> bytes | None:
    """A file of the log; None where it is not full to its name's width. Raises Malformed for a path that no log has."""
    return files_of(agency, [Tile.parse(path)]).get(path)


def files_of(agency: Id, tiles: Iterable[Tile]) -> dict[str, bytes]:
    """These files by their paths, in one statement however many they are; without those that are not full to their width."""
    wanted = [(tile, _numbers(tile)) for tile in tiles]
    nodes = {numbers for _, numbers in wanted if numbers[0]}
    leaves = {numbers for _, numbers in wanted if not numbers[0]}
    items = _items(agency, nodes, leaves) if wanted else {}
    files = {tile.path: _encoded(tile, items[numbers]) for tile, numbers in wanted}
    return {path: data for path, data in files.items() if data is not None}


def log_under(agency: Id, ranges: Iterable[Range], size: int) -> TiledLog:
    """The agency's log at one size, with the files at hand that the hashes over these ranges rest on."""
    return TiledLog(files_of(agency, tiles_under(ranges, size)).get, size)


def tiled(agency: Id, size: int) -> TiledLog:
    """The agency's log at one size, each file read when it is asked for."""
    return TiledLog(partial(file_of, agency), size)


def _items(agency: Id, nodes: Collection[_Numbers], leaves: Collection[_Numbers]) -> dict[_Numbers, bytes]:
    """The hashes of nodes, and the records of leaves, that are there: one behind the other, by the numbers that were asked for."""
    level, first, last = zip(*nodes, strict=True) if nodes else ((), (), ())
    _, first_leaf, last_leaf = zip(*leaves, strict=True) if leaves else ((), (), ())
    own = UUID(agency)
    with beside() as cursor:
        cursor.execute(_FILES, [*map(list, (level, first, last)), own, list(first_leaf), list(last_leaf), own])
        return {tuple(numbers): items or b"" for *numbers, items in cursor.fetchall()}


def _numbers(tile: Tile) -> _Numbers:
    """Its level, and the numbers there of its first and last item. The records of a bundle are those below its tile of hashes."""
    first = tile.index * WIDTH
    return tile.level or 0, first, first + tile.width - 1


def _encoded(tile: Tile, items: bytes) -> bytes | None:
    if len(items) != tile.width * HASH_BYTES:
        return None
    if tile.level is None:
        return encode_bundle(split(items))
    return items if tile.level else b"".join(map(leaf_hash, split(items)))
