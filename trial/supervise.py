"""Starts, watches and ends the processes.

Rules
- `setpriv` (util-linux) starts each, with its own uid, gid and groups, no capability and no new privileges. Each ends when this process
  ends in whatever way. An ordinary user gets only no new privileges, and that end.
- A process that ends by itself is named and started once more. The second time, its log's last lines are printed and everything ends.
- A process starts once those that it needs answer, a few at a time: each first imports, which takes a core.
- Ctrl-C goes to this process alone. It asks the others to end, each once nothing runs that needs it, and waits for each.
- The kernel ends a process when the thread that started it ends. So only the main thread starts any; others ask whether they answer.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from offmon.core.errors import OffmonError
from trial.places import TrialHome, account_of
from trial.stack import Spec
from trial.telling import Span
from trial.uids import Account, is_root

AT_ONCE: Final = (os.cpu_count() or 1) + 1
ASK_EACH_S: Final = 0.03
STOP_S: Final = 15.0
LAST_LINES: Final = 12

type Say = Callable[[str], None]


class ProcessFailed(OffmonError):
    """A process of the trial did not start, or ended."""


@dataclass
class _Begun:
    """One that was started and does not answer yet."""

    spec: Spec
    at: float
    asked: Future[bool]


class Processes:
    """The running processes of one home."""

    def __init__(self, home: TrialHome, say: Say) -> None:
        self._home = home
        self._say = say
        self._running: dict[str, tuple[Spec, subprocess.Popen[bytes]]] = {}
        self._restarted: set[str] = set()
        self.spans: dict[str, Span] = {}
        """When each was started, and when it answered."""

    @property
    def pids(self) -> dict[str, int]:
        """The process id of each."""
        return {name: process.pid for name, (_, process) in self._running.items()}

    def start(self, specs: Iterable[Spec]) -> None:
        """Start each once what it needs answers, and wait until all answer. Raises ProcessFailed."""
        waiting = list(specs)
        for spec in waiting:
            self._log(spec.name).unlink(missing_ok=True)  # what it said in an earlier run
        begun: dict[str, _Begun] = {}
        with ThreadPoolExecutor(AT_ONCE) as asking:  # an answer may take seconds, which the others do not wait for
            while waiting or begun:
                missing = {spec.name for spec in waiting} | begun.keys()
                ready = [spec for spec in waiting if missing.isdisjoint(spec.after)]
                for spec in ready[: AT_ONCE - len(begun)]:
                    waiting.remove(spec)
                    self._start(spec)
                    begun[spec.name] = _Begun(spec, time.monotonic(), asking.submit(spec.answers))
                time.sleep(ASK_EACH_S)
                for one in [one for one in begun.values() if self._is_up(one, asking)]:
                    del begun[one.spec.name]
                    self._is_there(one)

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
        """End all, the faces first: each once nothing runs any more that needs it."""
        while self._running:
            needed = {name for spec, _ in self._running.values() for name in spec.after}
            ending = {name: process for name, (_, process) in self._running.items() if name not in needed}
            for process in ending.values():
                process.terminate()
            for name, process in ending.items():
                try:
                    process.wait(STOP_S)
                except subprocess.TimeoutExpired:
                    _end_all_of(process)
                    self._say(f"{name} did not end in {STOP_S:.0f} s and was killed")
                del self._running[name]

    def said(self, name: str) -> list[str]:
        """The lines of its log."""
        return self._log(name).read_text(errors="replace").splitlines()

    def _start(self, spec: Spec) -> None:
        self._running[spec.name] = (
            spec,
            spawn(spec.command, account_of(spec.account or spec.name), spec.environment, self._log(spec.name)),
        )

    def _wait(self, spec: Spec) -> None:
        began = time.monotonic()
        while not spec.answers():
            self._check_starting(spec, began)
            time.sleep(0.05)

    def _is_up(self, one: _Begun, asking: ThreadPoolExecutor) -> bool:
        """Whether it answers, or has done its work. Raises ProcessFailed."""
        if one.spec.ends:
            status = self._running[one.spec.name][1].poll()
            if status == 0:
                return True
        elif one.asked.done():
            if one.asked.result():
                return True
            one.asked = asking.submit(one.spec.answers)
        self._check_starting(one.spec, one.at)
        return False

    def _is_there(self, one: _Begun) -> None:
        name = one.spec.name
        self.spans[name] = Span(one.at, time.monotonic())
        if one.spec.ends:
            del self._running[name]
        else:
            uid = account_of(one.spec.account or name).uid
            self._say(f"{name} answers (pid {self.pids[name]}, uid {uid})")

    def _check_starting(self, spec: Spec, began: float) -> None:
        status = self._running[spec.name][1].poll()
        if status is not None:
            raise self._failed(spec.name, f"ended with {status} while starting")
        if time.monotonic() > began + spec.within_s:
            does = "has not ended" if spec.ends else "does not answer"
            raise self._failed(spec.name, f"{does} after {spec.within_s:.0f} s")

    def _log(self, name: str) -> Path:
        return self._home.logs / f"{name}.log"

    def _failed(self, name: str, what: str) -> ProcessFailed:
        said = "\n".join(f"    {line}" for line in self.said(name)[-LAST_LINES:])
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
