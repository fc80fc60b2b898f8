"""Processes start in their own account, are restarted once, and never outlive their starter."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.agent.devices import await_true
from trial.places import TrialHome, account_of
from trial.stack import Spec
from trial.supervise import Processes, ProcessFailed, becoming
from trial.uids import is_root

SLEEPER = ("/usr/bin/sleep", "60")


def spec(
    command: tuple[str, ...] = SLEEPER,
    answers: Callable[[], bool] = lambda: True,
    name: str = "worker",
    after: tuple[str, ...] = (),
) -> Spec:
    return Spec(name, command, {"PATH": os.defpath}, answers, after)


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def work(script: str) -> Spec:
    """The seed, which does its work once the worker answers."""
    command = ("/bin/sh", "-c", script)
    return Spec("seed", command, {}, lambda: True, ("worker",), ends=True, account="console")


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def processes(home: TrialHome, said: list[str]) -> Iterator[Processes]:
    """None of them outlives its test."""
    started = Processes(home, said.append)
    yield started
    started.stop()


def test_a_process_runs_as_its_own_account_without_any_power(processes: Processes) -> None:
    processes.start([spec()])
    own = Path(f"/proc/{processes.pids['worker']}")
    await_true(lambda: (own / "comm").read_text() == "sleep\n")  # setpriv has become the sleeper
    status = (own / "status").read_text()
    lines = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    account = account_of("worker")
    assert lines["Uid"].split() == [str(account.uid)] * 4
    assert lines["NoNewPrivs"] == "1"
    if is_root():
        assert int(lines["CapEff"], 16) == int(lines["CapBnd"], 16) == 0
        assert set(map(int, lines["Groups"].split())) - {account.gid} == set(account.groups)


def test_one_that_ends_is_named_and_started_once_more_and_not_twice(processes: Processes, said: list[str]) -> None:
    processes.start([spec()])
    first = processes.pids["worker"]
    os.kill(first, signal.SIGKILL)
    await_true(lambda: gone(first))
    processes.watch()
    assert processes.pids["worker"] != first
    assert any("started once more" in line for line in said)
    os.kill(processes.pids["worker"], signal.SIGKILL)
    await_true(lambda: gone(processes.pids["worker"]))
    with pytest.raises(ProcessFailed):
        processes.watch()


def test_what_a_killed_process_had_started_itself_is_ended_before_it_is_started_again(processes: Processes) -> None:
    processes.start([spec(("/bin/sh", "-c", "/usr/bin/sleep 60 & wait"))])
    old = processes.pids["worker"]
    children = Path(f"/proc/{old}/task/{old}/children")
    await_true(lambda: children.read_text() != "" and (Path(f"/proc/{old}/comm").read_text() == "sh\n"))
    child = int(children.read_text())
    os.kill(old, signal.SIGKILL)
    processes.restart("worker")
    await_true(lambda: gone(child))
    assert processes.pids["worker"] != old


def test_one_that_cannot_start_is_told_with_the_end_of_its_log(processes: Processes) -> None:
    command = ("/bin/sh", "-c", "echo the reason; exit 7")
    with pytest.raises(ProcessFailed, match="the reason"):
        processes.start([spec(command, lambda: False)])


def test_what_needs_nothing_of_another_starts_beside_it_and_the_rest_once_what_it_needs_answers(
    processes: Processes, said: list[str]
) -> None:
    def both_started() -> bool:
        return {"signer", "vault"} <= processes.pids.keys()

    needing = spec(answers=lambda: len(said) == 2, name="console", after=("signer", "vault"))
    processes.start([spec(answers=both_started, name="signer"), spec(answers=both_started, name="vault"), needing])
    assert said[-1].startswith("console answers")
    assert processes.spans["console"].since >= max(processes.spans[name].until for name in ("signer", "vault"))


def test_one_that_only_does_its_work_is_waited_for_and_not_started_again(processes: Processes, home: TrialHome) -> None:
    processes.start([spec(), work("echo done")])
    assert processes.said("seed") == ["done"]
    assert processes.pids.keys() == {"worker"}
    processes.watch()
    assert processes.pids.keys() == {"worker"}


def test_work_that_fails_is_told_with_the_end_of_its_log_and_what_had_started_ends(
    processes: Processes, said: list[str]
) -> None:
    with pytest.raises(ProcessFailed, match=r"(?s)seed ended with 1 while starting.*the reason"):
        processes.start([spec(), work("echo the reason; exit 1"), spec(name="assurance", after=("seed",))])
    pid = processes.pids["worker"]
    assert "assurance" not in processes.pids
    processes.stop()
    assert gone(pid)


def test_one_that_does_not_answer_in_time_is_named_while_others_wait_for_it(processes: Processes) -> None:
    silent = Spec("vault", SLEEPER, {"PATH": os.defpath}, lambda: False, within_s=0.2)
    with pytest.raises(ProcessFailed, match="vault does not answer after 0 s"):
        processes.start([silent, spec(after=("vault",))])
    assert processes.pids.keys() == {"vault"}


def test_each_ends_once_nothing_runs_that_needs_it(processes: Processes) -> None:
    def ending(name: str, *after: str) -> Spec:
        script = "trap 'date +%s%N; sleep 0.2; date +%s%N; exit 0' TERM; echo up; while :; do sleep 0.02; done"
        return spec(("/bin/sh", "-c", script), lambda: processes.said(name) == ["up"], name, after)

    processes.start([ending("signer"), ending("worker", "signer"), ending("console", "signer")])
    processes.stop()
    asked = {name: [int(line) for line in processes.said(name)[1:]] for name in ("signer", "worker", "console")}
    ended = {name: times[1] for name, times in asked.items()}
    assert asked["signer"][0] >= max(ended["worker"], ended["console"])
    assert max(asked["worker"][0], asked["console"][0]) < min(ended["worker"], ended["console"]), "both at once"


def test_none_outlives_the_trial_that_was_killed() -> None:
    script = (
        "import subprocess, sys, time\n"
        f"child = subprocess.Popen({[*becoming(account_of('worker')), *SLEEPER]!r})\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as trial:
        assert trial.stdout is not None
        child = int(trial.stdout.readline())
        time.sleep(0.3)  # setpriv has become the sleeper by then
        trial.kill()
        trial.wait()
    await_true(lambda: gone(child))
