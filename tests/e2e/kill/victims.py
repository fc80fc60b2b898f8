"""Kills each process, and restarts it as its supervisor would."""

import os
import signal
import socket
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from offmon.agent.clock import now
from tests.e2e.kill.browser import Browser
from tests.e2e.kill.officer import Reveals
from tests.e2e.kill.truth import Kill, Victim
from trial.person import TrialPerson
from trial.postgres import Cluster
from trial.raising import Raised

BACK_S = 60.0
ASKING_S = 3.0


@dataclass(frozen=True)
class Victims:
    """Everything that is killed."""

    system: Raised
    person: TrialPerson
    browser: Browser
    reveals: Reveals
    without_database: list[tuple[float, float]] = field(default_factory=list)
    without_agent: list[tuple[int, int]] = field(default_factory=list)

    def kill(self, kill: Kill) -> None:
        """SIGKILL, at its moment; back, and answering, when this returns."""
        if kill.victim is Victim.VAULT:
            self.reveals.asking.wait(ASKING_S)
        time.sleep(kill.delay_s)
        match kill.victim:
            case Victim.AGENT:
                self._agent()
            case Victim.SHIM:
                self._shim()
            case Victim.DATABASE:
                self._database()
            case Victim.INGEST | Victim.WORKER | Victim.VAULT:
                self._process(kill.victim.value, alone=kill.alone)
        # What was not killed and has ended all the same is started once more by the trial itself, and told of.
        self.system.processes.watch()

    def _agent(self) -> None:
        agent = self.person.running.pop("agent")
        killed = now()
        agent.kill()
        agent.wait()
        self.person.start_agent()
        until = time.monotonic() + BACK_S
        while not self._agent_listens():
            self.person.check_running()
            assert time.monotonic() < until, "the agent did not come back"
            time.sleep(0.05)
        self.without_agent.append((killed, now()))

    def _agent_listens(self) -> bool:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            return probe.connect_ex(str(self.person.agent / "pages.sock")) == 0

    def _shim(self) -> None:
        shim = self.browser.shim  # the browser waited until it had one; by now its end may have come by itself
        if shim is not None:
            with suppress(ProcessLookupError):
                os.kill(shim.pid, signal.SIGKILL)

    def _database(self) -> None:
        server = self.system.stack.server
        assert isinstance(server, Cluster)
        killed = time.monotonic()
        server.kill()
        server.start()
        self.without_database.append((killed, time.monotonic()))

    def _process(self, name: str, *, alone: bool) -> None:
        pid = self.system.processes.pids[name]
        if alone:
            [serving] = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            os.kill(int(serving), signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGKILL)
        self.system.processes.restart(name)
