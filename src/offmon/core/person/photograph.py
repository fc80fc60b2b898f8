"""A photograph of a device's label: an image as it is kept, without what a camera writes beside the picture (issue 20).

Rules
- PNG or JPEG, recognised by its first bytes, and of at most `MAX_PHOTOGRAPH` bytes: asked before anything of it is read.
- Kept is what draws the picture, and nothing else: no place, time, owner or camera (EXIF, XMP, text), no smaller picture, and nothing after
  the image's end. The picture itself is not decoded: the officer's browser does that, in its own sandbox.
- Neither side is longer than `MAX_SIDE`, by what the image says of itself: a small file may claim a picture that fills a memory.
- An image whose parts do not follow each other to its end is refused.
"""

import struct
import zlib
from typing import Final

from offmon.core.authority.order import Media
from offmon.core.errors import Refused

MAX_PHOTOGRAPH: Final = 5 << 20
MAX_SIDE: Final = 12_000  # pixels; a browser that draws more may run out of memory

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT: Final = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB"})
_SOI, _EOI, _SOS, _ADOBE = 0xD8, 0xD9, 0xDA, 0xEE
_BARE: Final = frozenset(range(0xD0, 0xD8))  # a restart, inside the picture
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # those are tables
_JPEG_KEPT: Final = frozenset({*range(0xC0, 0xD0), 0xDA, 0xDB, 0xDD, _ADOBE}) - {0xC8}


def picture(data: bytes) -> tuple[Media, bytes]:
    """What an image is, and as much of it as draws the picture. Raises Refused."""
    check_size(len(data))
    if data.startswith(_PNG):
        return Media.PNG, _of_a_size(_png(data), *_png_sides(data))
    if data.startswith(b"\xff\xd8\xff"):
        kept = _jpeg(data)
        return Media.JPEG, _of_a_size(kept, *_jpeg_sides(kept))
    raise Refused(
        "not-a-photograph", "The photograph must be a PNG or JPEG image. Save it as one, then choose it again."
    )


def check_size(size: int) -> None:
    """Raises Refused for a file that is empty or too large: asked before it is read."""
    if size == 0:
        raise Refused("photograph-size", "The file is empty. Choose the photograph again.")
    if size > MAX_PHOTOGRAPH:
        raise Refused("photograph-size", f"A photograph must be {MAX_PHOTOGRAPH >> 20} MB or less. Take it smaller.")


def _of_a_size(kept: bytes, width: int, height: int) -> bytes:
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise Refused("photograph-sides", f"Each side may have {MAX_SIDE:,} pixels at most. Take it smaller.")
    return kept


def _png_sides(data: bytes) -> tuple[int, int]:
    """By the first chunk, which must be the header. Raises Refused."""
    head = data[len(_PNG) : len(_PNG) + 16]
    if len(head) < 16 or head[4:8] != b"IHDR":
        raise _cut_off()
    width, height = struct.unpack(">II", head[8:])
    return width, height


def _jpeg_sides(kept: bytes) -> tuple[int, int]:
    """By the one header of its frame. Raises Refused where there is none, or another."""
    at, found = 2, list[tuple[int, int]]()
    while at + 4 <= len(kept) and kept[at + 1] not in {_SOS, _EOI}:
        if kept[at + 1] in _FRAMES:
            height, width = struct.unpack(">HH", kept[at + 5 : at + 9].ljust(4, b"\0"))
            found.append((width, height))
        at += 2 + int.from_bytes(kept[at + 2 : at + 4])
    if len(found) != 1:
        raise _cut_off()
    return found[0]


def _png(data: bytes) -> bytes:
    kept, at, name = [_PNG], len(_PNG), b""
    while name != b"IEND":
        head = data[at : at + 8]
        length, name = struct.unpack(">I4s", head) if len(head) == 8 else (0, b"")  # a chunk's head
        chunk = data[at : at + 12 + length]
        if len(chunk) != 12 + length or chunk[-4:] != struct.pack(">I", zlib.crc32(chunk[4:-4])):
            raise _cut_off()
        if name in _PNG_KEPT:
            kept.append(chunk)
        at += len(chunk)
    return b"".join(kept)


def _jpeg(data: bytes) -> bytes:
    kept, at = [data[:2]], 2
    while True:
        if data[at : at + 1] != b"\xff" or at + 1 >= len(data):
            raise _cut_off()
        marker = data[at + 1]
        if marker == 0xFF:  # filling
            at += 1
            continue
        if marker == _EOI:
            return b"".join([*kept, data[at : at + 2]])
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        if end < at + 4 or end > len(data):
            raise _cut_off()
        end = _after_scan(data, end) if marker == _SOS else end
        if marker in _JPEG_KEPT:
            kept.append(data[at:end])
        at = end


def _after_scan(data: bytes, at: int) -> int:
    """Where the next marker is that ends the compressed picture from `at`. Raises Refused."""
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        if data[at + 1] != 0 and data[at + 1] not in _BARE:
            return at
        at += 2
    raise _cut_off()


def _cut_off() -> Refused:
    return Refused("photograph-cut-off", "The photograph is damaged or cut off. Take or save it again, then choose it.")
