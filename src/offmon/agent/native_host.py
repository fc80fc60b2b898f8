"""The shim between a browser and the agent: passes the browser's messages to the agent's socket, and the answers back.

    python -m offmon.agent.native_host HOME [what the browser adds]

Rules
- It keeps nothing, understands nothing of what it carries, and writes only answers: no log, no error text.
- It ends when either side ends. Without an agent it ends at once and queues nothing.
- A message or an answer larger than either side would send ends it.
- Standard library only, and nothing else of Offmon: one runs for each open browser profile.

On the browser's side a message is its length (four bytes in the machine's order), then JSON. On the agent's side it is a line.
"""

import os
import selectors
import socket
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

SOCKET: Final = "pages.sock"
MAX_MESSAGE: Final = 4 << 20
MAX_ANSWER: Final = 1 << 10
_LENGTH: Final = struct.Struct("=I")
_RECEIVE: Final = 1 << 16
_TO_SPACE: Final = bytes.maketrans(b"\r\n", b"  ")


class TooLong(Exception):
    """Something is longer than any message of this talk."""


def messages(received: bytearray) -> Iterator[bytes]:
    """Take every whole message off what the browser sent. Raises TooLong."""
    while len(received) >= _LENGTH.size:
        (length,) = _LENGTH.unpack_from(received)
        if length > MAX_MESSAGE:
            raise TooLong
        end = _LENGTH.size + length
        if len(received) < end:
            return
        message = bytes(received[_LENGTH.size : end])
        del received[:end]
        yield message


def lines(received: bytearray) -> Iterator[bytes]:
    """Take every whole line off what the agent sent. Raises TooLong."""
    while (end := received.find(b"\n")) >= 0:
        line = bytes(received[:end])
        del received[: end + 1]
        if len(line) > MAX_ANSWER:
            raise TooLong
        yield line
    if len(received) > MAX_ANSWER:
        raise TooLong


def as_line(message: bytes) -> bytes:
    """A message as one line. In JSON a bare line break is only ever white space, so a space means the same."""
    return message.translate(_TO_SPACE) + b"\n"


def as_message(line: bytes) -> bytes:
    """A line as the browser takes it."""
    return _LENGTH.pack(len(line)) + line


def carry(browser: int, answers: int, agent: socket.socket) -> None:
    """Carry messages until either side ends. Raises OSError or TooLong."""
    from_browser, from_agent = bytearray(), bytearray()
    with selectors.DefaultSelector() as ready:
        ready.register(browser, selectors.EVENT_READ)
        ready.register(agent, selectors.EVENT_READ)
        while True:
            for key, _ in ready.select():
                if key.fd == browser:
                    got = os.read(browser, _RECEIVE)
                    from_browser += got
                    for message in messages(from_browser):
                        agent.sendall(as_line(message))
                else:
                    got = agent.recv(_RECEIVE)
                    from_agent += got
                    for line in lines(from_agent):
                        _write(answers, as_message(line))
                if not got:
                    return


def main(arguments: list[str]) -> int:
    """Exit status: 0 one side ended, 1 there is no agent, or what came made no sense."""
    if not arguments:
        return 2
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as agent:
            agent.connect(str(Path(arguments[0]) / SOCKET))
            carry(sys.stdin.fileno(), sys.stdout.fileno(), agent)
    except (OSError, TooLong):
        return 1
    return 0


def _write(to: int, data: bytes) -> None:
    while data:
        data = data[os.write(to, data) :]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
