"""A log as static files: hash tiles and bundles of entries (C2SP tlog-tiles).

Rules
- A tile is up to 256 neighbouring hashes of one level. A hash at level *n* covers 256^*n* leaves. Only a full tile has a hash one level up.
  A narrower tile is partial, and its path gives its width.
- A bundle holds the entries of a level-0 tile, each after its length (two bytes, big-endian). So an entry has at most 65,535 bytes.
- Tiles are not trusted: whoever builds a proof from them checks it against a signed root.
- Files are only ever added. A partial tile may vanish once the full one exists, so a reader falls back to the full one.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import batched
from math import ceil

from offmon.core.errors import Malformed, NotAuthentic
from offmon.core.log.tlog.merkle import HASH_BYTES, Frontier, Range, join, leaf_hash, split
from offmon.core.log.tlog.proving import complete_subtrees

WIDTH = 256
HEIGHT = 8  # 256 = 2^8
MAX_LEVEL = 63
MAX_ENTRY = 65_535
_LENGTH_BYTES = 2
_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<index>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)

type Read = Callable[[str], bytes | None]  # the file at a path below the log's prefix, or None


@dataclass(frozen=True, slots=True)
class Tile:
    """Which tile: `level` (None for a bundle of entries), `index` in the level, and how many items it holds."""

    level: int | None
    index: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        if not 0 <= (self.level or 0) <= MAX_LEVEL or not 0 <= self.index < 2**56 or not 1 <= self.width <= WIDTH:
            raise Malformed("bad-tile", "There is no such tile in any log.")

    @classmethod
    def parse(cls, path: str) -> "Tile":
        """The tile that a path names: the one allow-list of paths that a log serves. Raises Malformed."""
        match = _PATH.fullmatch(path)
        if not match:
            raise Malformed("bad-tile", "A path is not that of a tile.")
        level = None if match["level"] == "entries" else int(match["level"])
        tile = cls(level, int(match["index"].replace("x", "").replace("/", "")), int(match["width"] or WIDTH))
        if tile.path != path:
            raise Malformed("bad-tile", "A tile's path is not in its one form.")
        return tile

    @property
    def path(self) -> str:
        """`tile/0/x001/x234/067.p/8`: below the log's prefix."""
        level = "entries" if self.level is None else self.level
        digits = str(self.index)
        digits = digits.zfill(3 * ceil(len(digits) / 3))
        *groups, last = ["".join(group) for group in batched(digits, 3)]
        partial = f".p/{self.width}" if self.width < WIDTH else ""
        return f"tile/{level}/{''.join(f'x{group}/' for group in groups)}{last}{partial}"


def tile_in(level: int | None, index: int, size: int) -> Tile:
    """The tile as a tree of `size` leaves has it. Raises Malformed where the tree has none of it."""
    hashes = size >> (HEIGHT * (level or 0))
    return Tile(level, index, min(WIDTH, hashes - index * WIDTH))


def tiles_under(ranges: Iterable[Range], size: int) -> set[Tile]:
    """The tiles from which `TiledLog.subtree` takes the hashes over these ranges, to be read at once. Raises Malformed."""
    parts = {part for start, end in ranges for part in complete_subtrees(start, end)}
    return {tile_in(level, index, size) for level, index, _, _ in (_where(*part) for part in parts)}


def last_tiles(size: int) -> set[Tile]:
    """The tiles from which a log of `size` leaves grows on: the last of each level, and the last bundle, where they are not full."""
    if size % WIDTH == 0:
        return tiles_under([(0, size)], size)
    return {tile_in(None, size // WIDTH, size), *tiles_under([(0, size)], size)}


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Up to 256 entries as one file. Raises Malformed for an entry that is too long."""
    if any(len(entry) > MAX_ENTRY for entry in entries):
        raise Malformed("entry-too-large", f"A log's entry has at most {MAX_ENTRY} bytes.")
    return b"".join(len(entry).to_bytes(_LENGTH_BYTES) + entry for entry in entries)


def decode_bundle(data: bytes) -> tuple[bytes, ...]:
    """The entries of a bundle. Raises Malformed."""
    entries, at = list[bytes](), 0
    while at < len(data):
        start = at + _LENGTH_BYTES
        at = start + int.from_bytes(data[at:start])
        if at > len(data) or len(entries) == WIDTH:
            raise Malformed("bad-bundle", "A bundle of log entries is cut short, or holds too many.")
        entries.append(data[start:at])
    return tuple(entries)


@dataclass(frozen=True, slots=True)
class TiledLog:
    """A log's files as they stand at `size` leaves, read through `read`."""

    read: Read
    size: int

    def subtree(self, start: int, end: int) -> bytes:
        """The Merkle hash of the leaves `[start, end)`, for `proving.prove_*`. Raises Malformed or NotAuthentic (`tile-missing`)."""
        return join([self._complete(*part) for part in complete_subtrees(start, end)])

    def frontier(self) -> Frontier:
        """The tree's frontier, to sequence on from. Raises Malformed or NotAuthentic."""
        return Frontier(self.size, tuple(self._complete(*part) for part in complete_subtrees(0, self.size)))

    def hashes(self, level: int, index: int, first: int = 0, count: int = WIDTH) -> tuple[bytes, ...]:
        """The hashes of one tile: all, or so many from one on. Raises Malformed or NotAuthentic."""
        tile = tile_in(level, index, self.size)
        data, wide = self._file(tile)
        if len(data) != wide * HASH_BYTES:
            raise Malformed("bad-tile", f"The file {tile.path} has not the length of its tile.")
        return split(data[first * HASH_BYTES : min(first + count, tile.width) * HASH_BYTES])

    def entries(self, index: int) -> tuple[bytes, ...]:
        """The entries of one bundle, from number 256 × `index`. Raises Malformed or NotAuthentic."""
        tile = tile_in(None, index, self.size)
        data, wide = self._file(tile)
        entries = decode_bundle(data)
        if len(entries) != wide:
            raise Malformed("bad-bundle", f"The file {tile.path} does not hold as many entries as its name says.")
        return entries[: tile.width]

    def _file(self, tile: Tile) -> tuple[bytes, int]:
        """The tile's file, or that of the full tile which replaced it, and how many items it should hold."""
        for candidate in (tile, Tile(tile.level, tile.index)):
            data = self.read(candidate.path)
            if data is not None:
                return data, candidate.width
        raise NotAuthentic("tile-missing", f"The log's file {tile.path} is missing; a log is never pruned.")

    def _complete(self, start: int, end: int) -> bytes:
        """The hash of a complete subtree: a power of two of neighbouring hashes of one tile, joined."""
        level, index, offset, count = _where(start, end)
        return _root_of_complete(self.hashes(level, index, offset, count))


def append(log: TiledLog, entries: Sequence[bytes]) -> Iterator[tuple[Tile, bytes]]:
    """Every file that the log must gain so that it holds these entries too. Write them all, then sign the new size.

    Raises Malformed, or NotAuthentic where a partial tile to be continued cannot be read.
    """
    if not entries:
        return
    kept = log.entries(log.size // WIDTH) if log.size % WIDTH else ()
    yield from _filled(None, log.size // WIDTH, (*kept, *entries), encode_bundle)
    level, size, fresh = 0, log.size, [leaf_hash(entry) for entry in entries]
    while fresh:
        first = size // WIDTH
        items = (*(log.hashes(level, first) if size % WIDTH else ()), *fresh)
        yield from _filled(level, first, items, b"".join)
        fresh = [_root_of_complete(tile) for tile in batched(items, WIDTH) if len(tile) == WIDTH]
        level, size = level + 1, first


def _filled(
    level: int | None, first: int, items: Sequence[bytes], encode: Callable[[Sequence[bytes]], bytes]
) -> Iterator[tuple[Tile, bytes]]:
    for index, group in enumerate(batched(items, WIDTH), first):
        yield Tile(level, index, len(group)), encode(group)


def _where(start: int, end: int) -> tuple[int, int, int, int]:
    """Where the hashes of a complete subtree lie: level and index of their tile, the first of them in it, and how many they are."""
    level, height = divmod((end - start).bit_length() - 1, HEIGHT)
    index, offset = divmod(start >> (HEIGHT * level), WIDTH)
    return level, index, offset, 1 << height


def _root_of_complete(hashes: Sequence[bytes]) -> bytes:
    """What `merkle.root_of` says of a power of two of hashes, a whole row at a time: thousands of tiles are filled each second."""
    while len(hashes) > 1:
        hashes = [sha256(b"\1" + left + right).digest() for left, right in batched(hashes, 2)]
    return hashes[0]
