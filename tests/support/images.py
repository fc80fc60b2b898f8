"""A page image that a test can recognise."""

import struct
import zlib


def page_image(page: bytes) -> bytes:
    """A page image with the person's name in it, where a test that looks for names in answers finds it: in a text chunk of the PNG."""
    chunk = b"tEXtComment\0Sam Invented"
    length, check = struct.pack(">I", len(chunk) - 4), struct.pack(">I", zlib.crc32(chunk))
    return page[:33] + length + chunk + check + page[33:]  # after the signature and the header
