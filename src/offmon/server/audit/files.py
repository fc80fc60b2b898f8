"""The log's files (C2SP tlog-tiles), made from its rows: one at a time for who names a path, or all that a proof rests on at once.

Rules
- A file is there only where its rows are full to the width that its name gives.
- All is read inside the caller's scope. Records and hashes say nothing of anyone.
"""

from collections.abc import Collection, Iterable
from functools import partial
from uuid import UUID

from offmon.core.ids import Id
from offmon.core.log.tlog.merkle import Range, leaf_hash, split
from offmon.core.log.tlog.tiles import WIDTH, Tile, TiledLog, encode_bundle, tiles_under
from offmon.server.base.statements import beside

# Each tile by its own look into the index: an aggregate, so that no plan for all of them can read more. Its last number comes as a value:
# behind a policy PostgreSQL looks up no sum in an index, and would read the log from there to its end.
_NODES = """
select want.level, want.first, want.last, found.hashes
from unnest(%b::bigint[], %b::bigint[], %b::bigint[]) as want(level, first, last)
cross join lateral (
    select string_agg(node.hash, ''::bytea order by node.index) as hashes
    from audit_node node
    where node.agency = %b and node.level = want.level and node.index between want.first and want.last
) found
"""
_RECORDS = """
select want.first, want.last, found.records
from unnest(%b::bigint[], %b::bigint[]) as want(first, last)
cross join lateral (
    select string_agg(place.record, ''::bytea order by place.index) as records
    from audit_sequenced place
    where place.agency = %b and place.index between want.first and want.last
) found
"""


def file_of(agency: Id, path: str) -> bytes | None:
    """A file of the log; None where it is not full to its name's width. Raises Malformed for a path that no log has."""
    return files_of(agency, [Tile.parse(path)]).get(path)


def files_of(agency: Id, tiles: Iterable[Tile]) -> dict[str, bytes]:
    """These files by their paths, in two statements however many they are; without those that are not full to their width."""
    wanted = set(tiles)
    nodes = {tile for tile in wanted if tile.level}
    found = _nodes(agency, nodes) if nodes else {}
    if leaves := wanted - nodes:
        found |= _records(agency, leaves)
    files = {tile.path: _encoded(tile, split(items)) for tile, items in found.items()}
    return {path: data for path, data in files.items() if data is not None}


def log_under(agency: Id, ranges: Iterable[Range], size: int) -> TiledLog:
    """The agency's log at one size, with the files at hand that the hashes over these ranges rest on."""
    return TiledLog(files_of(agency, tiles_under(ranges, size)).get, size)


def tiled(agency: Id, size: int) -> TiledLog:
    """The agency's log at one size, each file read when it is asked for."""
    return TiledLog(partial(file_of, agency), size)


def _nodes(agency: Id, tiles: Collection[Tile]) -> dict[Tile, bytes]:
    wanted = {(tile.level, *_numbers(tile)): tile for tile in tiles}
    with beside() as cursor:
        cursor.execute(_NODES, [*map(list, zip(*wanted, strict=True)), UUID(agency)])
        return {wanted[level, first, last]: bytes(hashes or b"") for level, first, last, hashes in cursor.fetchall()}


def _records(agency: Id, tiles: Collection[Tile]) -> dict[Tile, bytes]:
    """The records below these tiles: those of a bundle are those of its tile of hashes."""
    wanted = {_numbers(tile) for tile in tiles}
    with beside() as cursor:
        cursor.execute(_RECORDS, [*map(list, zip(*wanted, strict=True)), UUID(agency)])
        found = {(first, last): bytes(records or b"") for first, last, records in cursor.fetchall()}
    return {tile: found[_numbers(tile)] for tile in tiles}


def _numbers(tile: Tile) -> tuple[int, int]:
    """The numbers of its first and last item in their level."""
    first = tile.index * WIDTH
    return first, first + tile.width - 1


def _encoded(tile: Tile, items: Collection[bytes]) -> bytes | None:
    if len(items) != tile.width:
        return None
    if tile.level is None:
        return encode_bundle(list(items))
    return b"".join(items if tile.level else map(leaf_hash, items))
