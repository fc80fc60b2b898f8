"""The real process over real HTTP: it starts as its own role and serves. A kill between commit and answer loses nothing."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import pytest

from offmon.core.formats import dsse
from offmon.core.formats.event import Receipt
from offmon.core.formats.keys import PublicKey, SigningKey
from offmon.core.log.audit import Verb
from offmon.server.base.policies import Process
from tests.database import Database
from tests.integration.ingest.arrange import Agency, Answer, Case, entries, problem_in, select
from tests.support.fake_device import FakeDevice, Request
from tests.support.patience import PATIENCE_S


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Service:
    """An ingest process of its own, on a port of its own."""

    def __init__(self, port: int, key: PublicKey) -> None:
        self.port, self.key = port, key

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def send(self, request: Request) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        try:
            connection.request(request.method, request.path, request.body, request.headers)
            response = connection.getresponse()
            return Answer(
                response.status, response.read(), {name.title(): value for name, value in response.getheaders()}
            )
        finally:
            connection.close()


@contextmanager
def serving(database: Database, keys: dict[str, str], port: int, module: str, **more: str) -> Iterator[Service]:
    """The process, ready to answer; ended in the end."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(["src", "."]),
        "OFFMON_DATABASE_URL": database.url(Process.INGEST),
        "OFFMON_INGEST_URL": f"http://127.0.0.1:{port}",
        **keys,
        **more,
    }
    command = [sys.executable, "-m", "offmon.serving", module, str(port)]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, env=environment, start_new_session=True, stdout=log, stderr=log)
        try:
            _wait(port, process, log)
            seed = Path(keys["OFFMON_RECEIPT_KEY_FILE"]).read_bytes()
            yield Service(port, SigningKey.from_seed(keys["OFFMON_RECEIPT_KEY_NAME"], seed).public)
        finally:
            with contextlib.suppress(ProcessLookupError):  # it died by itself, as one test wants it to
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(port: int, process: "subprocess.Popen[bytes]", log: IO[bytes]) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        # The port is open before the application is loaded: only an answer says that it serves.
        with (
            contextlib.suppress(OSError, http.client.HTTPException),
            contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=1)) as connection,
        ):
            connection.request("GET", "/")
            connection.getresponse().read()
            return
        time.sleep(0.05)
    log.seek(0)
    raise AssertionError(f"ingest did not start: {log.read().decode()}")


FACE = "offmon.server.faces.ingest.wsgi"


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def sender(database: Database, key_files: dict[str, str], port: int) -> FakeDevice:
    """An enrolled device that holds a profile and has one disclosure to send."""
    seed = Path(key_files["OFFMON_RECEIPT_KEY_FILE"]).read_bytes()
    key = SigningKey.from_seed(key_files["OFFMON_RECEIPT_KEY_NAME"], seed).public
    case = Case(Agency(database, trust=Path(key_files["OFFMON_TRUST"])).stand(key)).stand()
    device = case.enrolled(f"http://127.0.0.1:{port}")
    device.disclose(case.sign_profile(device))
    return device


def test_a_batch_over_real_http_is_kept_and_a_stranger_is_told_in_a_problem(
    database: Database, key_files: dict[str, str], port: int, sender: FakeDevice
) -> None:
    with serving(database, key_files, port, FACE) as service:
        request = sender.send()
        receipt = dsse.open_signed(Receipt, service.send(request).body, service.key)
        assert (receipt.size, receipt.nonce) == (1, request.nonce)
        assert problem_in(service.send(FakeDevice(service.url).heartbeat()))[1] == "unknown-device"
        assert problem_in(service.send(Request("GET", "/robots.txt", b"", {})))[1] == "not-found"
        body_of_unknown_length = _chunked(port, sender)
    assert b"urn:offmon:problem:malformed" in body_of_unknown_length
    assert select(database, "select count(*) from intake_leaf") == [(1,)]


def test_a_process_killed_between_commit_and_answer_has_lost_nothing(
    database: Database, key_files: dict[str, str], port: int, sender: FakeDevice, tmp_path: Path
) -> None:
    """Formats §6: the device sends again, and the receipt says the same."""
    die = tmp_path / "die"
    die.touch()
    dying = serving(database, key_files, port, "tests.integration.ingest.dying", OFFMON_TEST_DIE=str(die))
    with dying as service, pytest.raises((http.client.HTTPException, OSError)):
        service.send(sender.send())
    assert select(database, "select size from intake_journal") == [(1,)], "it was committed"
    with serving(database, key_files, port, FACE) as service:
        request = sender.send()
        receipt = dsse.open_signed(Receipt, service.send(request).body, service.key)
    assert (receipt.size, receipt.refused, receipt.nonce) == (1, (), request.nonce)
    assert select(database, "select count(*) from intake_batch") == [(1,)]
    assert len(entries(database, Verb.BATCH_RECEIVED)) == 1


def test_without_its_receipt_key_it_does_not_start(
    database: Database, key_files: dict[str, str], port: int, tmp_path: Path
) -> None:
    short = tmp_path / "short"
    short.write_bytes(b"not a key")
    keys = key_files | {"OFFMON_RECEIPT_KEY_FILE": str(short)}
    with pytest.raises(AssertionError, match="bad-seed"), serving(database, keys, port, FACE):
        pass


def _chunked(port: int, device: FakeDevice) -> bytes:
    """What is answered to a body in chunks, whose length nobody states."""
    request = device.heartbeat()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        with suppress(BrokenPipeError, ConnectionResetError):  # it may be answered before it has all been sent
            connection.request(request.method, request.path, iter([request.body]), request.headers, encode_chunked=True)
        return connection.getresponse().read()
    finally:
        connection.close()
