"""The supervised person's side of the demo: an account of its own, a display that it starts, and the real agent on it.

Rules
- The account is in no group of the server's, and can reach no database, socket or key.
- The agent never runs without its indicator. If no display can be had, the demo ends and says what would help.
- Pages come from a real browser in the same account (`browser.py`).
"""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from offmon.core.errors import OffmonError
from trial.places import ProgramCode, TrialHome
from trial.supervise import LAST_LINES, becoming, spawn
from trial.uids import Account, is_root, own_account

PERSON_UID: Final = 60_880
X_SOCKETS: Final = Path("/tmp/.X11-unix")  # noqa: S108  # where X servers have their sockets, by a convention older than us
WAIT_S: Final = 30.0
HEARTBEAT_S: Final = (
    "1"  # an hour of quiet goes by in a minute: the agent asks for its profile every so many heartbeats
)
GAPS_S: Final = "1"  # what was not covered is told at once, and not once an hour


NEEDED: Final = {"Xvfb": "xvfb", "openbox": "openbox", "chromium": "chromium"}


class MissingDisplay(OffmonError):
    """No display to show the indicator on, or no browser to show there. The message is the command that would help."""


class AgentFailed(OffmonError):
    """The agent did not do what it was asked."""


@dataclass
class TrialPerson:
    """The person's account on this machine: a folder, a display, an agent, and what else runs there, by name."""

    home: TrialHome
    code: ProgramCode
    server: str
    account: Account = field(default_factory=lambda: Account(PERSON_UID, PERSON_UID) if is_root() else own_account())
    display: str = ""
    authority: str = ""  # the file that lets one onto a display that somebody else started
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

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
        return self.running["agent"].pid

    def start_display(self) -> None:
        """Xvfb on a number that is free, and a window manager: without one "on top" means nothing. Raises NoDisplay."""
        check_programs(NEEDED)
        if is_root() and not X_SOCKETS.exists():
            X_SOCKETS.mkdir()
            X_SOCKETS.chmod(0o1777)
        number = self.folder / "display"
        with number.open("w+b") as told:
            size = ("-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset")
            command = [str(shutil.which("Xvfb")), "-displayfd", str(told.fileno()), *size]
            display = self.start("display", command, keep=(told.fileno(),))
            deadline = time.monotonic() + WAIT_S
            while not number.read_bytes().endswith(b"\n"):
                if display.poll() is not None or time.monotonic() > deadline:
                    raise MissingDisplay("no-display", "Xvfb did not start; person.log in the trial's logs says why.")
                time.sleep(0.05)
        self.display = f":{number.read_text().strip()}"
        self.start("window manager", [str(shutil.which("openbox"))])

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
        arguments = (
            "run",
            "--home",
            str(self.agent),
            "--server",
            self.server,
            "--heartbeat",
            HEARTBEAT_S,
            "--gaps",
            GAPS_S,
        )
        self.start("agent", [*self.module("offmon.agent"), *arguments])

    def check_running(self) -> None:
        """Raises AgentFailed where the display, the window manager, the agent or the browser has ended."""
        ended = [name for name, process in self.running.items() if process.poll() is not None]
        if ended:
            said = "\n".join(f"    {line}" for line in self._log.read_text(errors="replace").splitlines()[-LAST_LINES:])
            raise AgentFailed(
                "agent-ended", f"On the person's side the {ended[0]} ended. The end of {self._log}:\n{said}\n"
            )

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

    def stop(self) -> None:
        """End all, the last that was started first."""
        for process in reversed(self.running.values()):
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
        self.running.clear()

    def _agent(self, *arguments: str) -> str:
        return self.call([*self.module("offmon.agent"), *arguments])

    def call(self, command: Sequence[str]) -> str:
        """Run a command in this account to its end; what it said. Raises AgentFailed."""
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
            raise AgentFailed("agent-failed", f"{command[0]} ended with {ended.returncode}: {ended.stderr.strip()}")
        return ended.stdout

    def start(self, name: str, command: Sequence[str], keep: Sequence[int] = ()) -> "subprocess.Popen[bytes]":
        """Start a command in this account, with the files `keep` left open, to run until `stop`."""
        self.running[name] = spawn(command, self.account, self._environment(), self._log, keep)
        return self.running[name]

    def module(self, name: str) -> list[str]:
        """The command that runs a module of ours."""
        return [str(self.code.python), "-P", "-m", name]

    def _environment(self) -> dict[str, str]:
        told = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "HOME": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1"}
        screen = {"DISPLAY": self.display, "XAUTHORITY": self.authority}
        return told | self.code.environment() | {name: value for name, value in screen.items() if value}


def check_programs(needed: Mapping[str, str]) -> None:
    """Raises NoDisplay, with the command that would help, where one of the programs (and the package it comes in) is not here."""
    missing = [package for program, package in needed.items() if not shutil.which(program)]
    if missing:
        command = f"apt-get update && apt-get install -y --no-install-recommends {' '.join(missing)}"
        raise MissingDisplay("no-display", command)
