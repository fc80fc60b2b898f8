"""Django for tests that need it: every app of the product, and whichever database and process a test is about.

`as_process(database, Process.CONSOLE)` makes the product's own code, in this test, run as that process does: on its role, which is
first shown to be ordinary. Commits are real. Threads started inside have their own connections, as the same role.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import django
from django.conf import settings
from django.db import connection, connections

from offmon.server.base.policies import Process
from offmon.server.base.settings import common
from offmon.server.processes.roles import assert_ordinary
from tests.database import Database


def set_up_django() -> None:
    """Once for the run, whoever comes first. There is no database until a test has one."""
    if not settings.configured:
        settings.configure(
            DEBUG=False,
            USE_TZ=True,
            DEFAULT_AUTO_FIELD=common.DEFAULT_AUTO_FIELD,
            SECRET_KEY="an invented key of the tests, of no value to anyone",
            DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "none"}},
            INSTALLED_APPS=common.apps_with_tables(),
        )
        django.setup()


@contextmanager
def as_process(database: Database, process: Process) -> Iterator[None]:
    """Run the product's code as `process` on this test's database."""
    given = common.database(database.url(process), process, pooled=False)
    before: dict[str, Any] = connections["default"].settings_dict
    _switch(connections.configure_settings({"default": given})["default"])
    try:
        connection.ensure_connection()
        assert_ordinary(connection.connection, process)
        yield
    finally:
        connection.close()
        _switch(before)


def _switch(to: dict[str, Any]) -> None:
    if connections.all(initialized_only=True):  # this thread's; other threads make their own
        del connections["default"]
    connections.settings["default"] = to
