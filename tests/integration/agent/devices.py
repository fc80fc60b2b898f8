"""A real agent process in an account of its own, on a display of its own, against a fake ingest."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from offmon.agent.clock import now
from offmon.core.formats.event import Gap, GapReason
from tests.support.fake_agency import FakeAgency
from tests.support.fake_ingest import FakeIngest
from tests.support.patience import PATIENCE_S

ROOT = Path(__file__).parents[3]
# An account that no other part uses; only root can become it, anyone else stays who they are.
AGENT_UID = 60_880
TELL = """
import json, sys
from pathlib import Path
from offmon.agent.sources.replay import play
print(json.dumps(list(play(Path(sys.argv[1]), json.load(sys.stdin)))))
"""
SAY = """
import sys
from pathlib import Path
from tests.integration.agent.devices import raw_line
sys.stdout.buffer.write(raw_line(Path(sys.argv[1]), sys.stdin.buffer.read()))
"""


@dataclass
class Device:
    """The supervised person's account on one machine: a home folder, a display, and perhaps a running agent."""

    folder: Path
    display: str | None
    ingest: FakeIngest
    url: str
    running: subprocess.Popen[bytes] | None = None
    as_root: bool = False
    speaks: str = "C.UTF-8"
    log: list[str] = field(default_factory=list)

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def command(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start `python -m offmon.agent …` as the person."""
        return start(self, "-m", "offmon.agent", *arguments)

    def call(self, *arguments: str) -> tuple[int, str]:
        """Run a command to its end: exit status and what it said."""
        process = self.command(*arguments)
        said, _ = process.communicate(timeout=PATIENCE_S)
        return process.returncode, said.decode()

    def enrol(self) -> tuple[int, str]:
        code = self.folder / "code"
        code.write_text(self.ingest.code.text, "ascii")
        code.chmod(0o644)
        return self.call("enrol", "--home", str(self.home), "--server", self.url, "--code-file", str(code))

    def start(self, heartbeat_s: int = 1, gaps_s: int = 1) -> None:
        """Start the agent and wait until it answers and, the first time, collects. `gaps_s`: what a device waits an hour for."""
        often = ("--heartbeat", str(heartbeat_s), "--gaps", str(gaps_s))
        self.running = self.command("run", "--home", str(self.home), "--server", self.url, *often)
        await_true(lambda: self._process().poll() is not None or (self.home / "pages.sock").exists())
        self.await_collecting()

    def stop(self) -> str:
        """Ask it to stop; what it had to say."""
        self._process().send_signal(signal.SIGTERM)
        return self._ended()

    def await_end(self) -> tuple[int, str]:
        """Wait until it ends by itself: exit status and what it said."""
        said = self._ended()
        return self._process().returncode, said

    def kill(self) -> None:
        """kill -9."""
        self._process().kill()
        self._ended()

    def tell(self, *pages: Mapping[str, object]) -> list[bool]:
        """Tell the agent of pages, as the person's browser would; whether it wanted each one's text."""
        wanted: list[bool] = json.loads(self._as_person(TELL, json.dumps(pages).encode()))
        return wanted

    def say(self, *lines: bytes) -> bytes:
        """Say something to the agent's socket, from the person's account, that is no page; what came back."""
        return self._as_person(SAY, b"".join(lines))

    def await_collecting(self) -> None:
        """Wait until the agent has noted that it started, and a page of a listed site would be taken."""
        await_true(lambda: any(note.note == "started" for note in self.ingest.notes()))

    def marks(self) -> dict[str, object]:
        """What the agent last wrote down for its next start; empty before it did."""
        path = self.home / "marks"
        found: dict[str, object] = json.loads(path.read_bytes()) if path.exists() else {}
        return found

    def gaps(self, reason: GapReason) -> list[Gap]:
        """Those for that reason which reached the agency."""
        return [gap for gap in self.ingest.gaps() if gap.reason is reason]

    def quarantined(self) -> int:
        """How much was declared as quarantined."""
        return sum(gap.lost or 0 for gap in self.gaps(GapReason.QUARANTINED))

    def disclosed(self) -> list[str | None]:
        """The addresses of what reached the agency, in order."""
        return [body.url for _, body in self.ingest.disclosures()]

    def peak_kib(self) -> int:
        """Peak resident memory of the agent's own process."""
        status = Path(f"/proc/{self._process().pid}/status").read_text("ascii")
        return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])

    @property
    def uids(self) -> frozenset[int]:
        """Under which number all that is the person's runs."""
        return frozenset({AGENT_UID if os.geteuid() == 0 else os.geteuid()})

    def files(self) -> Iterator[tuple[Path, bytes]]:
        """Every file of the person's folder, sockets left out."""
        for path in self.folder.rglob("*"):
            if path.is_file():
                yield path, path.read_bytes()

    def _as_person(self, script: str, given: bytes) -> bytes:
        process = start(self, "-c", script, str(self.home / "pages.sock"), stdin=subprocess.PIPE)
        said, _ = process.communicate(given, timeout=PATIENCE_S)
        assert process.returncode == 0, said.decode()
        return bytes(said)

    def _process(self) -> subprocess.Popen[bytes]:
        assert self.running is not None
        return self.running

    def _ended(self) -> str:
        said, _ = self._process().communicate(timeout=PATIENCE_S)
        self.log.append(said.decode())
        return self.log[-1]


@contextmanager
def device(display: str | None) -> Iterator[Device]:
    """A device that is not enrolled yet, and its agency."""
    ingest = FakeIngest(FakeAgency(now()))
    server = ingest.serve(now)
    folder = Path(tempfile.mkdtemp(prefix="om-"))
    _give(folder)
    one = Device(folder, display, ingest, server.url)
    try:
        yield one
    finally:
        if one.running is not None and one.running.poll() is None:
            one.kill()
        server.close()
        shutil.rmtree(folder)


@contextmanager
def copied(enrolled: Device, display: str | None) -> Iterator[Device]:
    """Another device like it, with an agency and an ingest of its own: to enrol takes a second."""
    with device(display) as one:
        one.ingest.agency, one.ingest.secret = copy(enrolled.ingest.agency), enrolled.ingest.secret
        shutil.copytree(enrolled.home, one.home)
        for path in (one.home, *one.home.iterdir()):
            _give(path)
        yield one


def _give(path: Path) -> None:
    if os.geteuid() == 0:
        os.chown(path, AGENT_UID, AGENT_UID)


def start(person: Device, *arguments: str, **options: Any) -> subprocess.Popen[bytes]:
    """Start our interpreter as the person, with nothing of our own environment."""
    env = {"PATH": os.defpath, "LC_ALL": person.speaks, "HOME": str(person.folder), "PYTHONPATH": f"{ROOT}:{ROOT}/src"}
    env |= {"PYTHONWARNINGS": "error", "PYTHONDONTWRITEBYTECODE": "1"}
    if person.display is not None:
        env["DISPLAY"] = person.display
    if os.geteuid() == 0 and not person.as_root:
        options |= {"user": AGENT_UID, "group": AGENT_UID, "extra_groups": []}
    return subprocess.Popen(
        [sys.executable, *arguments], cwd="/", env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options
    )


def await_true(holds: Callable[[], bool], seconds: float = PATIENCE_S) -> None:
    """Wait until it holds; an AssertionError where it never does."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.02)


def raw_line(path: Path, lines: bytes) -> bytes:
    """Say something to the agent's socket; what came back before it hung up."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as agent:
        agent.settimeout(PATIENCE_S)
        agent.connect(str(path))
        try:
            agent.sendall(lines)
            agent.shutdown(socket.SHUT_WR)
            with agent.makefile("rb") as answers:
                return answers.read()
        except (BrokenPipeError, ConnectionResetError):
            return b""
