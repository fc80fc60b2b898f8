"""A request over HTTP/1.1 and its answer (RFC 9112), as much as an agent needs. The standard library's client takes two megabytes more.

Rules
- One request after the other on a connection. No redirect, no compression, no cookie.
- An answer is read up to its limit and no further. What is no answer, or ends before its time, is an error.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from socket import socket
from typing import BinaryIO, Final

_MOST_OF_A_LINE: Final = 8 << 10
_MOST_LINES: Final = 100
_LAST_INTERIM: Final = 199
_DIGITS: Final = "0123456789abcdef"
_WITHOUT_BODY: Final = frozenset({204, 304})


class NoAnswer(Exception):
    """What came is no answer, or not all of it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `fields`: by lower-case name, the last of each. `goes_on`: another request may follow on the connection."""

    status: int
    fields: Mapping[str, str]
    body: bytes
    goes_on: bool = field(default=False, compare=False)


def ask(
    line: socket, method: str, host: str, path: str, fields: Mapping[str, str], *, body: bytes, most: int
) -> Answer:
    """Send a request and read at most so much of the answer's body. Raises OSError or NoAnswer."""
    plain = {"Host": host, "Accept-Encoding": "identity", "Content-Length": str(len(body))}
    told = "".join(f"{name}: {value}\r\n" for name, value in {**plain, **fields}.items())
    line.sendall(f"{method} {path} HTTP/1.1\r\n{told}\r\n".encode("ascii") + body)
    with line.makefile("rb") as came:
        return _answer(came, most)


def _answer(came: BinaryIO, most: int) -> Answer:
    first = _line(came)
    status = _status(first)
    fields = _fields(came)
    goes_on = first.startswith("HTTP/1.1") and fields.get("connection", "").lower() != "close"
    if status <= _LAST_INTERIM:  # the answer proper is yet to come
        status = _status(_line(came))
        fields = _fields(came)
    if status in _WITHOUT_BODY:
        return Answer(status, fields, b"", goes_on)
    if "transfer-encoding" in fields:
        if fields["transfer-encoding"].lower() != "chunked":
            raise NoAnswer
        return Answer(status, fields, _chunks(came, most))
    if "content-length" not in fields:
        return Answer(status, fields, came.read(most))
    size = _number(fields["content-length"], 10)
    return Answer(status, fields, _whole(came, min(size, most)), goes_on and size <= most)


def _line(came: BinaryIO) -> str:
    line = came.readline(_MOST_OF_A_LINE)
    if not line.endswith(b"\n"):
        raise NoAnswer
    return line.decode("latin-1").rstrip("\r\n")


def _status(line: str) -> int:
    version, _, rest = line.partition(" ")
    status = rest.partition(" ")[0]
    if not version.startswith("HTTP/1.") or len(status) != len("200"):
        raise NoAnswer
    return _number(status, 10)


def _fields(came: BinaryIO) -> dict[str, str]:
    fields: dict[str, str] = {}
    for _ in range(_MOST_LINES):
        line = _line(came)
        if not line:
            return fields
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            raise NoAnswer
        fields[name.lower()] = value.strip()
    raise NoAnswer


def _chunks(came: BinaryIO, most: int) -> bytes:
    body = b""
    while size := _number(_line(came).partition(";")[0].strip(), 16):
        body += _whole(came, min(size, most - len(body)))
        if len(body) == most:
            return body
        if _line(came):
            raise NoAnswer
    return body


def _whole(came: BinaryIO, size: int) -> bytes:
    read = came.read(size)
    if len(read) != size:
        raise NoAnswer
    return read


def _number(text: str, base: int) -> int:
    if not text or not set(text.lower()) <= {*_DIGITS[:base]}:
        raise NoAnswer
    return int(text, base)
