"""The worker as a process: it works while the witness is down, and SIGTERM ends it between two turns."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from django.db.utils import OperationalError

from offmon.core.formats.keys import Algorithm
from offmon.core.formats.trust import KeyRole
from offmon.core.log.audit import Verb
from offmon.server.agencies.queries import AgencyView
from offmon.server.audit.actions import append
from offmon.server.base.limits import LIMITS
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.processes.worker import jobs, service
from tests.prove.markers import proves
from tests.support.instant_witness import seed_key
from tests.support.patience import PATIENCE_S
from tests.support.story import Story
from tests.support.worker import turn, working


def count(story: Story, table: str) -> int:
    where = story.database  # as the superuser, whom no policy hides a row from
    with psycopg.connect(where.server.superuser_url, dbname=where.name) as connection:
        row = connection.execute(f"select count(*) from {table}").fetchone()  # noqa: S608 - names of this file
        return 0 if row is None else int(row[0])


def wait(what: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not what():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.1)


def start(story: Story, folder: Path) -> subprocess.Popen[str]:
    keys = folder / "log-keys"
    keys.mkdir()
    (keys / story.agency).write_bytes(story.keys[KeyRole.LOG].private.private_bytes_raw())
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = taken.getsockname()[1]
    environment = {
        "PATH": os.defpath,
        "OFFMON_DATABASE_URL": story.database.url(Process.WORKER),
        "OFFMON_LOG_KEYS": str(keys),
        "OFFMON_WITNESS_URL": f"http://127.0.0.1:{nobody}",
        "OFFMON_WITNESS_KEY": seed_key("witness.invalid/down", Algorithm.COSIGNATURE).public.vkey,
        "OFFMON_SIGNER_SOCKET": str(folder / "nobody"),
        "OFFMON_VAULT_SOCKET": str(folder / "nobody"),
    }
    command = [sys.executable, "-m", "offmon.server.processes.worker"]
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)


def test_jobs_go_on_without_witness_and_signer_and_it_ends_when_asked(story: Story, tmp_path: Path) -> None:
    worker = start(story, tmp_path)
    try:
        wait(lambda: count(story, "audit_sequenced") == count(story, "audit_entry") > 0, worker)
        wait(lambda: count(story, "deployments_profile") == 1, worker)
    finally:
        worker.send_signal(signal.SIGTERM)
        said = worker.communicate(timeout=PATIENCE_S)[1]
    assert worker.returncode == 0, said
    assert "witness failed: witness-silent" in said
    assert "sign failed: signer-unreachable" in said
    assert "stopped" in said


def test_a_database_that_is_away_for_a_moment_ends_nothing(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    stop, looks = threading.Event(), list[str]()

    def look() -> list[AgencyView]:
        looks.append("away" if not looks else "back")
        if looks == ["away"]:
            raise OperationalError
        stop.set()
        return []

    monkeypatch.setattr(service, "agencies", look)
    monkeypatch.setattr(service, "LOOK_AGAIN_S", 0.0)
    with story.running(Process.WORKER):
        service.work(stop)
    assert looks == ["away", "back"]


@proves("S130", jobs.end_overlong, disabled=lambda: False)
def test_a_transaction_that_another_process_never_ends_keeps_no_entry_from_its_place(story: Story) -> None:
    """The least role writes, and waits: no entry after it has a place while it does (`audit/actions/sequence`)."""
    turn(story, "sequence")
    with psycopg.connect(story.database.url(Process.WEBSITE)) as website:
        website.execute("set idle_in_transaction_session_timeout = 0")
        website.execute(
            "insert into oversight_cookiechoice (id, choice, version, at) values (gen_random_uuid(), 'refused', 1, 1)"
        )
        with story.console(), scope(story.officer):
            append(story.officer, Verb.QUEUE_CONSULTED, case=None)
        with working(story) as turns:
            assert not turns["sequence"].turn(time.monotonic())
            until = time.monotonic() + 3 * LIMITS[Process.WEBSITE].transaction_s
            while not turns["sequence"].turn(time.monotonic()) and time.monotonic() < until:
                turns["end what lasts too long"].turn(time.monotonic())
                time.sleep(0.2)
        assert count(story, "audit_sequenced") == count(story, "audit_entry")
        with pytest.raises(psycopg.OperationalError):
            website.execute("select true")
