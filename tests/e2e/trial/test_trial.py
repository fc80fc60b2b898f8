"""`make run`, `make demo` and `make reset` as a stranger meets them: real processes, in a home of their own (issue 2)."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from offmon.core.formats import trust_file
from tests.database import running_as_root, short_folder
from tests.integration.agent.presence.displays import a_desktop
from tests.support.patience import PATIENCE_S
from trial.apps import way_in
from trial.invented import STAFF, WAY_IN
from trial.officer import Officer, Visitor
from trial.places import TrialHome
from trial.thread import code_at_visit
from trial.tour import tour

pytestmark = pytest.mark.thread

TRIAL = (sys.executable, "-m", "trial")
PIN = "830194"
DEMO_S = 180  # issue 2: under three minutes after set-up
READY = "Everything answers"
PIDS = re.compile(r"(\w+) answers \(pid (\d+), uid (\d+)\)")


@pytest.fixture
def home() -> Iterator[Path]:
    with short_folder() as folder:
        try:
            yield folder / "run"
        finally:
            shutil.rmtree(folder / "run", ignore_errors=True)


@pytest.fixture
def screen() -> Iterator[str]:
    """A display with a window manager, as somebody sits at one."""
    with a_desktop() as name:
        yield name


def trial(*arguments: str | Path, path: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = dict(os.environ) if path is None else os.environ | {"PATH": path}
    command = [*TRIAL, *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=DEMO_S)


def processes() -> list[str]:
    """The command line of everything that runs, but for this test itself."""
    lines = []
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            lines.append(command.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return lines


@contextmanager
def running(home: Path, out: Path) -> Iterator[str]:
    """`run`, up and answering, then Ctrl-C. What it had said by then."""
    with out.open("w+") as told:
        process = subprocess.Popen(
            [*TRIAL, "run", "--home", str(home)], stdout=told, stderr=told, start_new_session=True
        )
        try:
            deadline = time.monotonic() + 240
            while READY not in out.read_text() or "goes on from here" not in out.read_text():
                assert process.poll() is None, out.read_text()
                assert time.monotonic() < deadline, out.read_text()
                time.sleep(0.1)
            yield out.read_text()
        finally:
            for _ in range(3):  # as from a terminal, to all of its group; by somebody who cannot wait
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGINT)
                time.sleep(0.2)
            assert process.wait(PATIENCE_S) == 0
            assert not [line for line in processes() if str(home) in line], "Ctrl-C stops all of it"


def test_the_demo_plays_the_thread_and_the_bundle_verifies(home: Path) -> None:
    ended = trial("demo", "--json", "--home", home)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    shown = json.loads(ended.stdout.splitlines()[-1])
    assert shown["verified"] is True
    assert shown["seconds"] < DEMO_S
    assert len(shown["steps"]) >= 10
    assert all(set(step) == {"step", "safeguard", "shown", "seconds"} for step in shown["steps"])
    (pages,) = [step for step in shown["steps"] if "browser" in step["step"]]
    assert "8 pages in Chromium" in pages["shown"]
    (apart,) = [step for step in shown["steps"] if "told apart" in step["step"]]
    assert {"agent", "browser", "shim"} <= {*re.findall(r"(\w+) \d+/\d+", apart["shown"])}
    assert not [line for line in processes() if str(home) in line], "the browser and its web ended with the demo"

    bundle, trust = Path(shown["bundle"]), Path(shown["trust"])
    verify = [sys.executable, "-m", "offmon", "verify", str(bundle)]
    assert subprocess.run([*verify, "--trust", str(trust)], capture_output=True, check=False).returncode == 0
    assert subprocess.run(verify, capture_output=True, check=False).returncode == 1  # without keys of one's own

    damaged = bundle.with_name("damaged.zip")
    data = bytearray(bundle.read_bytes())
    data[len(data) // 2] ^= 1
    damaged.write_bytes(data)
    judged = subprocess.run([*verify[:-1], str(damaged), "--trust", str(trust)], capture_output=True, check=False)
    assert judged.returncode in {1, 2}


def test_without_a_display_the_demo_says_what_would_help_and_exits_3(home: Path, tmp_path: Path) -> None:
    ended = trial("demo", "--home", home, path=str(tmp_path))
    assert ended.returncode == 3
    assert ended.stderr.splitlines()[-1].startswith("apt-get update && apt-get install")


def check_told(said: str, home: Path) -> None:
    """Where to look, who to be and what to try (issue 2): each address, each sign-in with its password, the trust file, the tour."""
    addresses = {
        "Console": "console.localhost",
        "Own page": "portal.localhost",
        "Public site": "www.localhost",
        "For devices": "127.0.0.1",
        "Witness": "127.0.0.1",
    }
    ports = {
        name: re.findall(rf"^  {name} +http://{host}:(\d+)", said, re.MULTILINE) for name, host in addresses.items()
    }
    assert {name: len(found) for name, found in ports.items()} == dict.fromkeys(addresses, 1), said
    assert len({found[0] for found in ports.values()}) == len(addresses)
    for [port] in ports.values():
        socket.create_connection(("127.0.0.1", int(port)), 10).close()
    name, code = json.loads((home / "console" / "seed.json").read_text())[WAY_IN].split()
    assert f"/en/first/  (the supervised person's; name {name}, code {code}," in said
    trust, passwords = home / "public" / "trust.json", json.loads((home / "sign-ins.json").read_text())
    assert set(passwords) == {one.sign_in for one in STAFF}
    for one in STAFF:
        row = rf"^  {one.sign_in} +{re.escape(passwords[one.sign_in])} +{one.name}, {one.role.value}$"
        assert re.search(row, said, re.MULTILINE), one.sign_in
    assert re.search(rf"^  Trust file +{re.escape(str(trust))}$", said, re.MULTILINE)
    assert len(tour(str(trust)).splitlines()) == 5
    assert tour(str(trust)) in said


def test_run_answers_one_can_be_the_person_by_hand_it_stops_at_ctrl_c_goes_on_where_it_was_and_is_forgotten(
    home: Path, tmp_path: Path, screen: str
) -> None:
    with running(home, tmp_path / "first") as said:
        found = {name: (int(pid), int(uid)) for name, pid, uid in PIDS.findall(said)}
        assert set(found) == {
            *[
                "witness",
                "signer",
                "vault",
                "worker",
                "integrity",
                "mailbox",
                "notify",
                "ingest",
                "console",
                "portal",
                "website",
                "assurance",
            ]
        }
        check_told(said, home)
        if running_as_root():
            assert len({uid for _, uid in found.values()} - {0}) == len(found)
        second = trial("run", "--home", home)
        assert second.returncode == 1
        assert "already runs" in second.stderr
        assert trial("reset", "--home", home).returncode == 1
        be_the_person(said, home, tmp_path / "device", screen)
        assert first_visit(said) == "/en/now/"
        assert_on_call(said, home)
    assert not any(Path(f"/proc/{pid}").exists() for pid, _ in found.values())

    trust, sign_ins = home / "public" / "trust.json", home / "sign-ins.json"
    kept = trust.read_bytes(), sign_ins.read_bytes()
    assert trust_file.load(kept[0]).quorum == 1
    with running(home, tmp_path / "second") as said:
        assert ": 1 steps played now" in said
        assert first_visit(said) == "/en/now/", "the code of the first run was used, so this is another"
        assert (trust.read_bytes(), sign_ins.read_bytes()) == kept

    forgotten = trial("reset", "--home", home)
    assert forgotten.returncode == 0
    assert str(home) in forgotten.stdout
    assert not home.exists()


def first_visit(said: str) -> str:
    """Where the person comes by the name and the code that the run printed."""
    name, code = re.findall(r"name (\S+), code (\S+),", said)[0]
    person = Visitor("portal", int(re.findall(r"portal.localhost:(\d+)", said)[0]))
    return person.submit("/en/first/", {"name": name, "code": code, "pin_new": PIN, "pin_again": PIN}).path


def assert_on_call(said: str, home: Path) -> None:
    """A supervisor sees who has each turn, and the mail that tested a channel came."""
    port = int(re.findall(r"console.localhost:(\d+)", said)[0])
    page = Officer(port, way_in(TrialHome(home), "supervisor")).get("/on-call/").text
    for turn in ("First on call, Public protection unit", "Second on call, Public protection unit", "Duty inspector"):
        assert page.count(f"\n{turn}\n") >= 2, turn  # this week and the next
    assert "test message" in trial("mail", "--home", home).stdout


def be_the_person(said: str, home: Path, what: Path, screen: str) -> None:
    """As the tour says."""
    command = next(line for line in said.splitlines() if " device --server " in line)
    command = command.replace(".venv/bin/python", sys.executable)
    officer = Officer(int(re.findall(r"console.localhost:(\d+)", said)[0]), way_in(TrialHome(home), "officer"))
    case = next(link for link in officer.get("/cases/").links if re.fullmatch(r"/cases/[0-9a-f]{32}/", link))
    code = code_at_visit(officer, case)
    assert code is not None
    with what.open("w+b") as told:
        env = os.environ | {"DISPLAY": screen}
        device = subprocess.Popen(command.split(), stdin=subprocess.PIPE, stdout=told, stderr=told, env=env)
    assert device.stdin is not None
    device.stdin.write(code.encode() + b"\n")
    device.stdin.close()
    deadline = time.monotonic() + 90
    while "The browser is open" not in what.read_text():
        assert device.poll() is None, what.read_text()
        assert time.monotonic() < deadline, what.read_text()
        time.sleep(0.1)
    assert what.read_text().count("Monitored now:") == 3
    assert trial("reset", "--home", home).returncode == 1
    device.send_signal(signal.SIGINT)
    assert device.wait(PATIENCE_S) == 0, what.read_text()
    assert not [line for line in processes() if str(home / "device") in line]


def test_without_a_screen_there_is_no_device_to_be(home: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    command = [*TRIAL, "device", "--home", str(home)]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE_S)
    assert ended.returncode == 3
    assert ended.stderr.splitlines()[-1].startswith("make demo")


def test_reset_leaves_alone_what_no_trial_made(home: Path) -> None:
    home.mkdir()
    (home / "thesis.txt").write_text("not yours to remove")
    assert trial("reset", "--home", home).returncode == 1
    assert (home / "thesis.txt").exists()
