"""Starts, watches and ends the processes.

Rules
- `setpriv` (util-linux) starts each, with its own uid, gid and groups, no capability and no new privileges. Each ends when this process
  ends in whatever way. An ordinary user gets only no new privileges, and that end.
- A process that ends by itself is named and started once more. The second time, its log's last lines are printed and everything ends.
- Ctrl-C goes to this process alone. It asks the others to end, in reverse order, and waits for each.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from offmon.core.errors import OffmonError
from trial.places import TrialHome, account_of
from trial.stack import Spec
from trial.uids import Account, is_root

START_S: Final = 60.0
STOP_S: Final = 15.0
LAST_LINES: Final = 12

type Say = Callable[[str], None]


class ProcessFailed(OffmonError):
    """A process of the trial did not start, or ended."""


class Processes:
    """The running processes of one home."""

    def __init__(self, home: TrialHome, say: Say) -> None:
        self._home = home
        self._say = say
        self._running: dict[str, tuple[Spec, subprocess.Popen[bytes]]] = {}
        self._restarted: set[str] = set()

    @property
    def pids(self) -> dict[str, int]:
        """The process id of each."""
        return {name: process.pid for name, (_, process) in self._running.items()}

    def start(self, specs: Iterable[Spec]) -> None:
        """Start each and wait until it answers. Raises ProcessFailed."""
        for spec in specs:
            self._log(spec.name).unlink(missing_ok=True)  # what it said in an earlier run
            self._start(spec)
            self._wait(spec)
            self._say(f"{spec.name} answers (pid {self.pids[spec.name]}, uid {account_of(spec.name).uid})")

    def watch(self) -> None:
        """Restart once whatever has ended. Raises ProcessFailed for what ends again."""
        for name, (_, process) in list(self._running.items()):
            status = process.poll()
            if status is None:
                continue
            if name in self._restarted:
                raise self._failed(name, f"ended twice, the last time with {status}")
            self._restarted.add(name)
            self._say(f"{name} ended with {status}; it is started once more. Its log: {self._log(name)}")
            self.restart(name)

    def restart(self, name: str) -> None:
        """Start one again that has ended or is ending, and wait until it answers. Raises ProcessFailed."""
        spec, process = self._running[name]
        _end_all_of(process)
        self._start(spec)
        self._wait(spec)

    def stop(self) -> None:
        """End all, the faces first."""
        for name, (_, process) in reversed(list(self._running.items())):
            process.terminate()
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                _end_all_of(process)
                self._say(f"{name} did not end in {STOP_S:.0f} s and was killed")
        self._running.clear()

    def _start(self, spec: Spec) -> None:
        self._running[spec.name] = (
            spec,
            spawn(spec.command, account_of(spec.name), spec.environment, self._log(spec.name)),
        )

    def _wait(self, spec: Spec) -> None:
        deadline = time.monotonic() + START_S
        while not spec.answers():
            status = self._running[spec.name][1].poll()
            if status is not None:
                raise self._failed(spec.name, f"ended with {status} while starting")
            if time.monotonic() > deadline:
                raise self._failed(spec.name, f"does not answer after {START_S:.0f} s")
            time.sleep(0.05)

    def _log(self, name: str) -> Path:
        return self._home.logs / f"{name}.log"

    def _failed(self, name: str, what: str) -> ProcessFailed:
        lines = self._log(name).read_text(errors="replace").splitlines()[-LAST_LINES:]
        said = "\n".join(f"    {line}" for line in lines)
        return ProcessFailed("process-failed", f"{name} {what}. The end of {self._log(name)}:\n{said}\n")


def _end_all_of(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it started. A server's master that was killed leaves its workers, who would go on answering."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # each is the leader of a session of its own
    process.wait()


def spawn(
    command: Iterable[str], account: Account, environment: Mapping[str, str], log: Path, keep: Sequence[int] = ()
) -> subprocess.Popen[bytes]:
    """Start a command as `account`, from `/`, with nothing but `environment`, its words going to `log`, the files `keep` left open."""
    with log.open("ab") as words:
        return subprocess.Popen(  # noqa: S603 - argument lists of this package, never a shell
            [*becoming(account), *command],
            cwd="/",
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=words,
            start_new_session=True,
            pass_fds=keep,
        )


def becoming(account: Account) -> list[str]:
    """The command before a command that runs it as `account`, and ends it when whoever started it ends."""
    setpriv = shutil.which("setpriv", path=os.defpath + ":/usr/sbin:/sbin")
    if setpriv is None:
        raise ProcessFailed("no-setpriv", "setpriv is missing. On Debian, as root: apt-get install util-linux")
    whom = [f"--reuid={account.uid}", f"--regid={account.gid}"]
    groups = f"--groups={','.join(map(str, account.groups))}" if account.groups else "--clear-groups"
    become = [*whom, groups, "--bounding-set=-all", "--inh-caps=-all"] if is_root() else []
    return [setpriv, *become, "--no-new-privs", "--pdeathsig=TERM", "--"]
