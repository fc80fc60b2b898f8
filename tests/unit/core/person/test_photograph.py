"""Of a photograph of a label only the picture is kept: no place, time, owner or camera (issue 20)."""

import struct
import zlib

import pytest

from offmon.core.authority.order import Media
from offmon.core.person.photograph import MAX_PHOTOGRAPH, MAX_SIDE, check_size, picture
from tests.support.refused import code_of

HIDDEN = b"51.5074 N 0.1278 W Sam Invented"


def chunk(name: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def segment(marker: int, data: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(data) + 2).to_bytes(2) + data


def header(width: int, height: int) -> bytes:
    return chunk(b"IHDR", struct.pack(">II5x", width, height))


def frame(width: int, height: int) -> bytes:
    return segment(0xC2, struct.pack(">BHHB", 8, height, width, 0))


PNG = (b"\x89PNG\r\n\x1a\n", header(1, 1), chunk(b"IDAT", zlib.compress(b"\0\0")), chunk(b"IEND"))
SCAN = segment(0xDA, b"\1\1\0\0\x3f\0") + b"picture \xff\0 \xff\xd3 more"
JPEG = (b"\xff\xd8", segment(0xDB, b"table"), frame(1, 1), segment(0xC4, b"codes"), SCAN, SCAN, b"\xff\xd9")
PLAIN = {Media.PNG: b"".join(PNG), Media.JPEG: b"".join(JPEG)}


@pytest.mark.parametrize(("kind", "plain"), PLAIN.items())
def test_a_plain_picture_stays_as_it_is(kind: Media, plain: bytes) -> None:
    assert picture(plain) == (kind, plain)


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        *(
            (Media.PNG, b"".join([*PNG[:2], chunk(name, HIDDEN), *PNG[2:]]))
            for name in (b"eXIf", b"tEXt", b"iTXt", b"zzZz")
        ),
        *((Media.JPEG, b"".join([JPEG[0], segment(n, HIDDEN), *JPEG[1:]])) for n in (0xE0, 0xE1, 0xE2, 0xED, 0xFE)),
        (Media.JPEG, b"".join([*JPEG[:5], segment(0xE1, HIDDEN), *JPEG[5:]])),
        (Media.PNG, PLAIN[Media.PNG] + HIDDEN),
        (Media.JPEG, PLAIN[Media.JPEG] + PLAIN[Media.JPEG] + HIDDEN),
    ],
)
def test_what_a_camera_writes_beside_the_picture_is_gone(kind: Media, told: bytes) -> None:
    assert HIDDEN in told
    assert picture(told) == (kind, PLAIN[kind])


@pytest.mark.parametrize("sides", [(MAX_SIDE + 1, 1), (1, MAX_SIDE + 1), (0, 1)])
def test_a_small_file_that_claims_a_huge_picture_is_refused(sides: tuple[int, int]) -> None:
    assert code_of(picture, b"".join([PNG[0], header(*sides), *PNG[2:]])) == "photograph-sides"
    assert code_of(picture, b"".join([*JPEG[:2], frame(*sides), *JPEG[3:]])) == "photograph-sides"
    assert picture(b"".join([PNG[0], header(MAX_SIDE, MAX_SIDE), *PNG[2:]]))[0] is Media.PNG


def test_an_image_says_its_size_once_and_first() -> None:
    assert code_of(picture, b"".join([PNG[0], *PNG[2:]])) == "photograph-cut-off"
    assert code_of(picture, b"".join([*JPEG[:2], *JPEG[3:]])) == "photograph-cut-off"
    assert code_of(picture, b"".join([*JPEG[:3], frame(1, 1), *JPEG[3:]])) == "photograph-cut-off"


@pytest.mark.parametrize("plain", PLAIN.values())
def test_an_image_that_is_cut_off_anywhere_is_refused(plain: bytes) -> None:
    for end in range(8, len(plain)):
        assert code_of(picture, plain[:end]) == "photograph-cut-off"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "photograph-size"),
        (b"%PDF-1.7", "not-a-photograph"),
        (b"<svg onload='x'/>", "not-a-photograph"),
        (PLAIN[Media.PNG].replace(b"IDAT", b"IDAX"), "photograph-cut-off"),
        (PLAIN[Media.JPEG].replace(b"\xff\xc2", b"\x00\xc2"), "photograph-cut-off"),
    ],
)
def test_what_is_no_photograph_is_refused(data: bytes, code: str) -> None:
    assert code_of(picture, data) == code


def test_the_size_is_asked_before_anything_is_read() -> None:
    assert code_of(check_size, MAX_PHOTOGRAPH + 1) == "photograph-size"
    check_size(MAX_PHOTOGRAPH)
