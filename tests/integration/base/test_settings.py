"""Each process starts with its own settings, as its own role, and not with less than it needs (design §2, §5)."""

import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from offmon.server.base.policies import MIGRATE, Process
from offmon.server.base.settings import common
from tests.database import Database

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
READERS_OF_THE_LOG = [process for process in Process if process is not Process.SIGNER]


SETTINGS = Path(common.__file__).parent


def asked_for(process: str) -> set[str]:
    """The settings that a process cannot do without, as its module asks for them."""
    return set(re.findall(r'env\.(?:required|secret)\(\s*"(\w+)"', (SETTINGS / f"{process}.py").read_text()))


def start(process: str, url: str, code: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Start a process with everything that it asks for; but for the database and the secret, of no meaning."""
    given = dict.fromkeys(asked_for(process), "https://nothing.invalid")
    given |= {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": f"offmon.server.base.settings.{process}",
        "OFFMON_DATABASE_URL": url,
        "OFFMON_SECRET_KEY": secrets.token_urlsafe(48),
        "PYTHONWARNINGS": "error",
        **environ,
    }
    return subprocess.run([sys.executable, "-c", code], env=given, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("process", READERS_OF_THE_LOG)
def test_a_process_works_as_its_own_role_through_a_pool(database: Database, process: Process) -> None:
    ended = start(process.name.lower(), database.url(process), PROBE)
    assert (ended.stdout, ended.stderr) == (f"{process} 0 False False True\n", "")


@pytest.mark.parametrize("process", Process)
def test_a_process_does_not_start_on_another_role(database: Database, process: Process) -> None:
    other = Process.WORKER if process is not Process.WORKER else Process.VAULT
    for role in (other, MIGRATE):
        url = database.url(role)
        ended = start(process.name.lower(), url, PROBE)
        assert ended.returncode != 0
        assert f"does not connect as {process}, the role of this process." in ended.stderr
        assert url not in ended.stderr


@pytest.mark.parametrize("process", [process.name.lower() for process in Process])
def test_a_process_that_lacks_a_setting_says_which(database: Database, process: str) -> None:
    for name in sorted(asked_for(process) | {"OFFMON_DATABASE_URL"}):
        url = database.url(Process[process.upper()])
        ended = start(process, url, PROBE, **{name: ""})
        assert ended.returncode != 0, name
        assert f"{name} is not set. It is " in ended.stderr


def test_the_console_does_not_start_with_a_default_key(database: Database) -> None:
    ended = start(
        "console", database.url(Process.CONSOLE), PROBE, OFFMON_SECRET_KEY="django-insecure-" + "k3Zq9vLw7x" * 4
    )
    assert ended.returncode != 0
    assert "setting-weak-secret" in ended.stderr


@pytest.mark.parametrize("name", ["DEBUG", "OFFMON_DEBUG", "DJANGO_DEBUG"])
def test_debugging_cannot_be_switched_on(database: Database, name: str) -> None:
    ended = start("worker", database.url(Process.WORKER), PROBE, **{name: "1"})
    assert ended.stdout.split()[2:3] == ["False"]


def test_the_address_may_come_in_a_file(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text(database.url(Process.WORKER) + "\n")
    code = f"import os; del os.environ['OFFMON_DATABASE_URL']; os.environ['OFFMON_DATABASE_URL_FILE'] = {str(file)!r}\n{PROBE}"
    assert start("worker", "", code).stdout.startswith("offmon_worker 0")


def test_every_model_has_its_migration(database: Database) -> None:
    command = [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run"]
    given = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "offmon.server.base.settings.migrate",
        "OFFMON_DATABASE_URL": database.url(MIGRATE),
    }
    ended = subprocess.run(command, env=given, capture_output=True, text=True, check=False)
    assert (ended.stdout, ended.returncode) == ("No changes detected\n", 0)
