"""Seeking some bytes in every file of some folders, as whoever takes a disk away would.

Rules
- A text is sought in the spellings in which software leaves it: as it is, lower and upper case, percent-encoded, as a form has it,
  in JSON, in base64 at each of its three offsets, in hex, and in UTF-16.
- A seeker that finds nothing proves nothing by itself: whoever uses it shows first that it finds something else in the same places.
"""

import base64
import json
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote, quote_plus


def spellings(text: str) -> set[bytes]:
    """The text as it may lie in a file."""
    told = {
        text,
        text.lower(),
        text.upper(),
        quote(text, safe=""),
        quote_plus(text),
        quote(text, safe="").lower(),
        json.dumps(text)[1:-1],
    }
    plain = {one.encode() for one in told}
    wide = {text.encode("utf-16-le"), text.encode("utf-16-be")}
    return plain | wide | {text.encode().hex().encode()} | {_in_base64(text.encode(), offset) for offset in range(3)}


def found(texts: Iterable[str], folders: Iterable[Path]) -> set[tuple[str, Path]]:
    """Which of the texts lies in which file of the folders. A file that ends while it is read held what could be read."""
    wanted = {text: spellings(text) for text in texts}
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return {(text, path) for path in files for text in _in(path, wanted)}


def _in(path: Path, wanted: dict[str, set[bytes]]) -> list[str]:
    try:
        held = path.read_bytes()
    except FileNotFoundError:  # PostgreSQL took it away meanwhile
        return []
    return [text for text, written in wanted.items() if any(one in held for one in written)]


def _in_base64(text: bytes, offset: int) -> bytes:
    """What is the same in base64 whatever stands before and after, when `offset` bytes of its first group stand before."""
    first = -(-offset * 8 // 6)
    last = (offset + len(text)) * 8 // 6
    return base64.b64encode(b"\0" * offset + text)[first:last]
