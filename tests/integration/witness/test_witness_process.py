"""A real witness process over HTTP: each refusal, and its memory when stopped, killed or asked twice at once."""

import http.client
import itertools
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from threading import Barrier, Semaphore

import pytest

from offmon.core.formats.keys import PublicKey, SigningKey
from offmon.core.log.tlog.cosignature import check_cosigned
from offmon.core.log.tlog.note import SignedNote, parse_signatures
from offmon.core.log.tlog.submission import MAX_SUBMISSION, SIZE_TYPE, Submission
from tests.support.patience import PATIENCE_S
from tests.support.proofs import open_checkpoint
from tests.unit.witness.sample import FORK, LOG, LOG_KEY, NEXT_LOG_KEY, ORIGIN, SampleLog, seeded

NAME = "witness.invalid/real"
COMMAND = [sys.executable, "-m", "offmon.witness"]


@dataclass(frozen=True)
class Running:
    """A witness process (with its worker) and how to ask it."""

    process: subprocess.Popen[bytes]
    port: int

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, str, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        try:
            connection.request(method, path, body)
            answer = connection.getresponse()
            return answer.status, answer.headers["Content-Type"], answer.read()
        finally:
            connection.close()

    def add(self, submission: Submission) -> tuple[int, str, bytes]:
        return self.ask("POST", "/add-checkpoint", submission.data)

    def end(self, number: signal.Signals) -> None:
        """Kill stops the worker at once too, as a loss of power would; otherwise only the main process is told."""
        if number is signal.SIGKILL:
            os.killpg(self.process.pid, number)
        else:
            self.process.send_signal(number)
        self.process.wait(PATIENCE_S)


@dataclass(frozen=True)
class Place:
    """A witness's folder, with its key and its configuration."""

    folder: Path
    key: PublicKey
    port: int

    @contextmanager
    def running(self) -> Iterator[Running]:
        with (self.folder / "log").open("ab") as log:
            command = [*COMMAND, str(self.folder / "witness.toml")]
            process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
            running = Running(process, self.port)
            try:
                self._await(running)
                yield running
            finally:
                if process.poll() is None:
                    running.end(signal.SIGTERM)

    def _await(self, running: Running) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                running.ask("GET", "/")
            except OSError:
                if time.monotonic() > deadline or running.process.poll() is not None:
                    pytest.fail(f"the witness did not start: {(self.folder / 'log').read_text()}")
                time.sleep(0.05)
            else:
                return


def a_place(folder: Path, origin: str, *logs: SigningKey) -> Place:
    """A folder with a new key, for a witness of the log with these keys."""
    new_key = [*COMMAND, "new-key", NAME, str(folder / "witness.key")]
    made = subprocess.run(new_key, check=True, capture_output=True, text=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    (folder / "witness.toml").write_text(
        f'operator = "Example Board"\nindependent = true\nkey = "witness.key"\nstate = "witness.sqlite3"\n'
        f'listen = "127.0.0.1:{port}"\n[[logs]]\norigin = "{origin}"\nvkeys = {[one.public.vkey for one in logs]}\n'
    )
    return Place(folder, PublicKey.parse(made.stdout.strip()), port)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return a_place(tmp_path, ORIGIN, LOG_KEY, NEXT_LOG_KEY)


def test_a_log_is_cosigned_and_every_dishonest_step_is_refused(place: Place) -> None:
    with place.running() as witness:
        status, kind, about = witness.ask("GET", "/")
        assert (status, kind) == (200, "text/plain; charset=utf-8")
        assert place.key.vkey in about.decode()
        assert "Operator: Example Board\n" in about.decode()

        status, kind, answer = witness.add(LOG.submission(0, 5))
        assert (status, kind) == (200, "text/plain; charset=utf-8")
        note = LOG.note(5).adding(parse_signatures(answer.decode()))
        (cosigned,) = check_cosigned(note, [place.key])
        assert abs(cosigned.at / 1000 - time.time()) < 60

        assert witness.add(LOG.submission(0, 8)) == (409, SIZE_TYPE, b"5\n")
        assert witness.add(LOG.submission(3, 4)) == (409, SIZE_TYPE, b"5\n")
        refusals = {
            "smaller": (LOG.submission(5, 4), 400),
            "forked at the same size": (FORK.submission(5, 5), 422),
            "forked and grown": (FORK.submission(5, 8), 422),
            "proof of wrong length": (replace(LOG.submission(5, 8), proof=()), 422),
            "unknown origin": (SampleLog(origin="log.invalid/87").submission(0, 1), 404),
            "unknown key": (SampleLog(key=seeded("stranger.invalid")).submission(5, 8), 403),
        }
        assert {why: witness.add(sent)[0] for why, (sent, _) in refusals.items()} == {
            why: status for why, (_, status) in refusals.items()
        }
        assert witness.ask("POST", "/add-checkpoint", b"junk")[0] == 400
        assert witness.ask("POST", "/add-checkpoint", bytes(MAX_SUBMISSION + 1))[0] == 413
        assert witness.ask("GET", "/add-checkpoint")[0] == 405

        assert witness.add(SampleLog(key=NEXT_LOG_KEY).submission(5, 8))[0] == 200
        status, _, kept = witness.ask("GET", f"/{sha256(ORIGIN.encode()).hexdigest()}/checkpoint")
        assert open_checkpoint(kept, ORIGIN, [NEXT_LOG_KEY.public]).size == 8
        assert check_cosigned(SignedNote.parse(kept), [place.key])


def test_slow_bodies_keep_no_log_out_and_are_ended(place: Place) -> None:
    """As on the faces (tests/e2e/console/test_slow_bodies.py)."""
    with place.running() as witness, ExitStack() as slow:
        begun = [
            slow.enter_context(socket.create_connection(("127.0.0.1", place.port), timeout=PATIENCE_S))
            for _ in range(12)
        ]
        for one in begun:
            one.sendall(b"POST /add-checkpoint HTTP/1.1\r\nHost: witness\r\nContent-Length: 1000\r\n\r\nabc")
        assert witness.add(LOG.submission(0, 5))[0] == 200
        assert all(b" 408 " in one.recv(64) for one in begun)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_what_was_cosigned_is_known_after_a_stop_and_after_a_kill(place: Place, number: signal.Signals) -> None:
    with place.running() as witness:
        assert witness.add(LOG.submission(0, 5))[0] == 200
        assert witness.add(LOG.submission(5, 8))[0] == 200
        witness.end(number)
    with place.running() as witness:
        assert witness.add(FORK.submission(0, 9)) == (409, SIZE_TYPE, b"8\n")
        assert witness.add(LOG.submission(5, 9)) == (409, SIZE_TYPE, b"8\n")
        assert witness.add(LOG.submission(8, 9))[0] == 200


def test_killed_in_the_midst_of_work_it_has_forgotten_nothing_that_it_signed(place: Place) -> None:
    with place.running() as witness, ThreadPoolExecutor(1) as pool:
        answered = Semaphore(0)

        def grow() -> int:
            """Adds one entry after another until the witness is gone; returns the last size whose signature arrived."""
            for size in itertools.count(1):
                try:
                    status, _, _ = witness.add(LOG.submission(size - 1, size))
                except (OSError, http.client.HTTPException):
                    return size - 1
                assert status == 200
                answered.release()
            raise AssertionError

        growing = pool.submit(grow)
        for _ in range(20):
            assert answered.acquire(timeout=PATIENCE_S)
        witness.end(signal.SIGKILL)
        signed = growing.result()
    with place.running() as witness:
        status, _, known = witness.add(FORK.submission(0, 1))
        assert status == 409
        assert int(known) in (signed, signed + 1)  # the last may have been kept and its signature never have left


def test_of_two_updates_at_once_one_wins(place: Place) -> None:
    with place.running() as witness, ThreadPoolExecutor(4) as pool:
        assert witness.add(LOG.submission(0, 1))[0] == 200
        size = 1
        for _ in range(10):
            start = Barrier(4)

            def race(log: SampleLog, old: int, new: int, start: Barrier = start) -> tuple[int, int]:
                submission = log.submission(old, new)
                start.wait()
                return witness.add(submission)[0], new

            sent = [pool.submit(race, LOG, size, size + step) for step in range(1, 5)]
            answers = [future.result() for future in sent]
            assert sorted(status for status, _ in answers) == [200, 409, 409, 409]
            size = next(new for status, new in answers if status == 200)


def test_a_witness_that_cannot_start_says_why(place: Place) -> None:
    def refused(*arguments: str) -> str:
        done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=PATIENCE_S, check=False)
        assert done.returncode in (1, 2)
        assert "Traceback" not in done.stderr
        return done.stderr

    config = place.folder / "witness.toml"
    assert "[no-config]" in refused(str(place.folder / "nothing.toml"))
    assert "[key-exists]" in refused("new-key", NAME, str(place.folder / "witness.key"))
    assert "new-key NAME FILE" in refused()
    (place.folder / "witness.key").chmod(0o644)
    assert "[key-exposed]" in refused(str(config))
    (place.folder / "witness.key").chmod(0o600)
    config.write_text(config.read_text().replace("witness.sqlite3", "nowhere/witness.sqlite3"))
    assert "[no-state-file]" in refused(str(config))
