"""The shim carries whole messages, unchanged and in order, parses none, and ends with either side."""

import os
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from offmon.agent.native_host import MAX_ANSWER, MAX_MESSAGE, TooLong, as_message, lines, messages
from tests.support.patience import PATIENCE_S

SRC = Path(__file__).parents[3] / "src"


def test_what_is_longer_than_any_message_ends_it() -> None:
    with pytest.raises(TooLong):
        list(messages(bytearray(struct.pack("=I", MAX_MESSAGE + 1))))
    for endless in (b"x" * (MAX_ANSWER + 1), b"x" * (MAX_ANSWER + 1) + b"\n"):
        with pytest.raises(TooLong):
            list(lines(bytearray(endless)))


class Shim:
    """A running shim, with the test on both its sides."""

    def __init__(self, home: Path) -> None:
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(str(home / "pages.sock"))
        self.listener.listen()
        self.process = start(home)
        self.agent, _ = self.listener.accept()
        self.agent.settimeout(PATIENCE_S)

    def say(self, message: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(as_message(message))
        self.process.stdin.flush()

    def ended(self) -> tuple[int, bytes]:
        """Its exit status, and all that it wrote that was not read before."""
        assert self.process.stdout is not None
        said = self.process.stdout.read()
        return self.process.wait(PATIENCE_S), said


def start(home: Path) -> "subprocess.Popen[bytes]":
    env = {"PATH": os.defpath, "PYTHONPATH": str(SRC), "PYTHONWARNINGS": "error", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "offmon.agent.native_host", str(home), "chrome-extension://invented/"]
    return subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


@pytest.fixture
def shim() -> Iterator[Shim]:
    with tempfile.TemporaryDirectory(prefix="om-") as home:
        one = Shim(Path(home))
        yield one
        one.agent.close()
        one.listener.close()
        one.process.kill()
        with one.process:  # closes its pipes
            pass


def test_it_carries_both_ways_and_ends_with_the_browser(shim: Shim) -> None:
    shim.say(b'{"url": "x",\n "title": ""}')
    assert shim.agent.recv(1 << 10) == b'{"url": "x",  "title": ""}\n'
    shim.agent.sendall(b'{"read":true}\n{"read"')
    assert shim.process.stdout is not None
    assert shim.process.stdout.read(4 + 13) == as_message(b'{"read":true}')
    assert shim.process.stdin is not None
    shim.process.stdin.close()
    assert shim.ended() == (0, b"")
    assert shim.agent.recv(1) == b""


def test_it_ends_with_the_agent(shim: Shim) -> None:
    shim.agent.close()
    assert shim.ended() == (0, b"")


def test_it_ends_silently_at_a_message_that_is_too_long(shim: Shim) -> None:
    assert shim.process.stdin is not None
    shim.process.stdin.write(struct.pack("=I", MAX_MESSAGE + 1))
    shim.process.stdin.flush()
    assert shim.ended() == (1, b"")
    assert shim.agent.recv(1) == b""


def test_without_an_agent_it_ends_at_once_and_silently(tmp_path: Path) -> None:
    process = start(tmp_path)
    said, _ = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, said) == (1, b"")


def test_it_loads_nothing_of_offmon_but_itself() -> None:
    script = "import sys, offmon.agent.native_host; print(*sorted(sys.modules))"
    said = subprocess.run([sys.executable, "-c", script], env={"PYTHONPATH": str(SRC)}, capture_output=True, check=True)
    loaded = said.stdout.decode().split()
    assert {name for name in loaded if name.startswith("offmon")} == {
        "offmon",
        "offmon.agent",
        "offmon.agent.native_host",
    }
    assert {"cryptography", "logging", "ssl", "sqlite3"}.isdisjoint(loaded)
