"""Django for tests that need it: every app of the product, with the test's own database and process.

`as_process(database, Process.CONSOLE)` makes the product's own code, in this test, run as that process does: on its role, which is first
shown to be ordinary. Commits are real. Threads started inside have their own connections, as the same role.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import django
from django.conf import settings
from django.db import connection, connections

from offmon.server.base.policies import MIGRATE, Process
from offmon.server.base.settings import common
from offmon.server.base.web import wiring
from offmon.server.processes.roles import assert_ordinary
from tests.database import Database
from tests.support.compiled import CompiledOnce, keep_what_was_made
from tests.support.hashed import hash_once

# Most tests sign in by a code. Those of the rule that it is not enough take this away.
CODE_IS_ENOUGH_FOR = ("86", "86P")


def set_up_django() -> None:
    """Once for the run, whoever comes first. There is no database until a test has one."""
    if not settings.configured:
        settings.configure(
            DEBUG=False,
            USE_TZ=True,
            DEFAULT_AUTO_FIELD=common.DEFAULT_AUTO_FIELD,
            SECRET_KEY="an invented key of the tests, of no value to anyone",
            DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "none"}},
            OFFMON_CODE_IS_ENOUGH_FOR=CODE_IS_ENOUGH_FOR,
            OFFMON_WEBHOOK_INSIDE=(),
            INSTALLED_APPS=["django.contrib.sessions", *common.apps_with_tables()],
        )
        django.setup()
        wiring.TEMPLATES[0]["OPTIONS"]["bytecode_cache"] = CompiledOnce()
        keep_what_was_made()
        hash_once()


@contextmanager
def as_process(database: Database, process: Process) -> Iterator[None]:
    """Run the product's code as `process` on this test's database."""
    with _as_role(database, process):
        connection.ensure_connection()
        assert_ordinary(connection.connection, process)
        yield


@contextmanager
def as_operator(database: Database) -> Iterator[None]:
    """Run the product's code as the operator does who sets up agencies and publishes their keys: on the migrating role."""
    with _as_role(database, MIGRATE):
        yield


@contextmanager
def _as_role(database: Database, role: str) -> Iterator[None]:
    given = common.database(database.url(role), role, pooled=False)
    outer, outer_settings = connections["default"], connections.settings["default"]
    connections.settings["default"] = connections.configure_settings({"default": given})["default"]
    connections["default"] = connections.create_connection("default")  # this thread's; others make their own
    try:
        yield
    finally:
        connection.close()
        connections.settings["default"], connections["default"] = outer_settings, outer
