"""Each process works with its own settings, as its own role, through a pool (design §2, §5)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from offmon.server.base.policies import MIGRATE, Process
from tests.database import Database
from tests.unit.server.base.test_settings import asked_for

# A process as it is started: its settings, a query through the pool in a scope, its role, and what it may show of itself.
PROBE = """
import django
django.setup()
from django.conf import settings
from django.db import connection
from offmon.server.audit.models import Entry
from offmon.server.base.actor import Service, service
from offmon.server.base.scope import scope
with scope(service(Service.WORKER, "a" * 32)), connection.cursor() as cursor:
    cursor.execute("select current_user, count(*) from audit_checkpoint")
    print(*cursor.fetchone(), settings.DEBUG, settings.DATABASES["default"]["ATOMIC_REQUESTS"], connection.pool is not None)
connection.close()
connection.close_pool()
"""
READERS_OF_THE_LOG = [
    process
    for process in Process
    if process
    not in {Process.SIGNER, Process.WEBSITE, Process.PORTAL, Process.OPERATOR, Process.INTEGRITY, Process.NOTIFY}
]


def start(process: Process, **environ: str) -> subprocess.CompletedProcess[str]:
    name = process.name.lower()
    given = asked_for(name) | {
        "DJANGO_SETTINGS_MODULE": f"offmon.server.base.settings.{name}",
        "PYTHONWARNINGS": "error",
    }
    given.pop("OFFMON_DATABASE_URL")
    command = [sys.executable, "-c", PROBE]
    return subprocess.run(command, env=given | environ, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("process", READERS_OF_THE_LOG)
def test_a_process_works_as_its_own_role_through_a_pool(database: Database, process: Process) -> None:
    ended = start(process, OFFMON_DATABASE_URL=database.url(process))
    assert (ended.stdout, ended.stderr) == (f"{process} 0 False False True\n", "")


def test_the_address_may_come_in_a_file(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text(database.url(Process.WORKER) + "\n")
    assert start(Process.WORKER, OFFMON_DATABASE_URL_FILE=str(file)).stdout.startswith("offmon_worker 0")


def test_every_model_has_its_migration(database: Database) -> None:
    command = [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run"]
    given = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "offmon.server.base.settings.migrate",
        "OFFMON_DATABASE_URL": database.url(MIGRATE),
    }
    ended = subprocess.run(command, env=given, capture_output=True, text=True, check=False)
    assert (ended.stdout, ended.returncode) == ("No changes detected\n", 0)
