"""The supervised person's side of the demo: an account of its own, a display that it starts, and the real agent on it.

Rules
- The account is none of the server's: it is in no group of theirs and can reach neither database, sockets nor keys.
- There is no way to run the agent without its indicator; where no display can be had, the demo ends and says what would help.
- Pages come through the agent's replay socket. It is the socket that the browser's shim will use; the browser itself comes later.
"""

import json
import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from offmon.core.errors import OffmonError
from offmon.server.processes.trial.places import Code, Home
from offmon.server.processes.trial.supervise import LAST_LINES, becoming, spawn
from offmon.server.processes.trial.uids import Account, is_root, own_account

PERSON_UID: Final = 60_880
X_SOCKETS: Final = Path("/tmp/.X11-unix")  # noqa: S108  # where X servers have their sockets, by a convention older than us
WAIT_S: Final = 30.0
HEARTBEAT_S: Final = (
    "1"  # an hour of quiet goes by in a minute: the agent asks for its profile every so many heartbeats
)


class NoDisplay(OffmonError):
    """Nothing to show the indicator on."""


class AgentFailed(OffmonError):
    """The agent did not do what it was asked."""


@dataclass
class Person:
    """The person's account on this machine: a folder, a display, an agent."""

    home: Home
    code: Code
    server: str
    account: Account = field(default_factory=lambda: Account(PERSON_UID, PERSON_UID) if is_root() else own_account())
    display: str = ""
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder.mkdir(mode=0o700, exist_ok=True)
        if is_root():
            os.chown(self.folder, self.account.uid, self.account.gid)

    @property
    def folder(self) -> Path:
        """The account's home folder."""
        return self.home.path / "person"

    @property
    def agent(self) -> Path:
        """The agent's own folder."""
        return self.folder / "agent"

    @property
    def _log(self) -> Path:
        return self.home.logs / "person.log"

    @property
    def agent_pid(self) -> int:
        """The process of the running agent."""
        return self.running[-1].pid

    def start_display(self) -> None:
        """Xvfb on a number that is free, and a window manager: without one "on top" means nothing. Raises NoDisplay."""
        missing = [
            package for program, package in (("Xvfb", "xvfb"), ("openbox", "openbox")) if not shutil.which(program)
        ]
        if missing:
            raise NoDisplay(
                "no-display", f"apt-get update && apt-get install -y --no-install-recommends {' '.join(missing)}"
            )
        if is_root() and not X_SOCKETS.exists():
            X_SOCKETS.mkdir()
            X_SOCKETS.chmod(0o1777)
        number = self.folder / "display"
        with number.open("w+b") as told:
            size = ("-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset")
            command = [str(shutil.which("Xvfb")), "-displayfd", str(told.fileno()), *size]
            self._start(command, keep=(told.fileno(),))
            deadline = time.monotonic() + WAIT_S
            while not number.read_bytes().endswith(b"\n"):
                if self.running[-1].poll() is not None or time.monotonic() > deadline:
                    raise NoDisplay("no-display", "Xvfb did not start; person.log in the trial's logs says why.")
                time.sleep(0.05)
        self.display = f":{number.read_text().strip()}"
        self._start([str(shutil.which("openbox"))])

    def enrol(self, code: str) -> None:
        """Enrol the device by a code, handed over as a file. Raises AgentFailed."""
        file = self.folder / "code.txt"
        file.write_text(code)
        file.chmod(0o600)
        if is_root():
            os.chown(file, self.account.uid, self.account.gid)
        self._agent("enrol", "--home", str(self.agent), "--server", self.server, "--code-file", str(file))
        file.unlink()

    def start_agent(self) -> None:
        """Start the agent; it shows its indicator first, or refuses to run."""
        arguments = ("run", "--home", str(self.agent), "--server", self.server, "--heartbeat", HEARTBEAT_S)
        self._start([*self._module("offmon.agent"), *arguments])

    def check_running(self) -> None:
        """Raises AgentFailed where the display, the window manager or the agent has ended."""
        ended = [process for process in self.running if process.poll() is not None]
        if ended:
            said = "\n".join(f"    {line}" for line in self._log.read_text(errors="replace").splitlines()[-LAST_LINES:])
            raise AgentFailed("agent-ended", f"Part of the person's side ended. The end of {self._log}:\n{said}\n")

    def status(self) -> str:
        """What the agent tells the person is monitored now."""
        return self._agent("status", "--home", str(self.agent))

    def collects(self) -> bool:
        """Whether the agent noted for itself that nothing keeps it from collecting: a profile in force, and an indicator seen."""
        try:
            return json.loads((self.agent / "marks").read_bytes())["idle"] is None
        except FileNotFoundError:
            return False

    def status_or_none(self) -> str | None:
        """The same, or None from an agent that is not enrolled."""
        try:
            return self.status()
        except AgentFailed:
            return None

    def visit(self, pages: Sequence[Mapping[str, object]]) -> None:
        """Have the agent told of pages. They come from a file outside the trial's home that is gone when this returns."""
        handle, name = tempfile.mkstemp(prefix="offmon-pages-")
        try:
            with os.fdopen(handle, "w") as file:
                file.writelines(json.dumps(page) + "\n" for page in pages)
            if is_root():
                os.chown(name, self.account.uid, self.account.gid)
            self._call([*self._module("offmon.agent.sources.replay"), str(self.agent), name])
        finally:
            Path(name).unlink()

    def stop(self) -> None:
        """End the agent, then its display."""
        for process in reversed(self.running):
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
        self.running.clear()

    def _agent(self, *arguments: str) -> str:
        return self._call([*self._module("offmon.agent"), *arguments])

    def _call(self, command: list[str]) -> str:
        ended = subprocess.run(  # noqa: S603 - argument lists of this package, never a shell
            [*becoming(self.account), *command],
            cwd="/",
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=WAIT_S,
        )
        if ended.returncode != 0:
            raise AgentFailed("agent-failed", f"The agent ended with {ended.returncode}: {ended.stderr.strip()}")
        return ended.stdout

    def _start(self, command: Sequence[str], keep: Sequence[int] = ()) -> None:
        self.running.append(spawn(command, self.account, self._environment(), self._log, keep))

    def _module(self, name: str) -> list[str]:
        return [str(self.code.python), "-P", "-m", name]

    def _environment(self) -> dict[str, str]:
        told = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "HOME": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1"}
        return told | self.code.environment() | ({"DISPLAY": self.display} if self.display else {})


def marker() -> str:
    """A random word that stands nowhere yet."""
    return f"marker{secrets.token_hex(12)}"
