"""The product's database with one more case table, so that the guards are tried on meaningless rows."""

from tests.server import set_up_django

set_up_django()

from collections.abc import Iterator  # noqa: E402  # models cannot be imported before Django is set up

import pytest  # noqa: E402

from offmon.server.base.policies import Process  # noqa: E402
from tests.database import Database  # noqa: E402
from tests.integration.audit import sample  # noqa: E402
from tests.server import as_process  # noqa: E402


@pytest.fixture
def database(empty: Database) -> Iterator[Database]:
    """A database in which there are the two agencies of the sample, and in which each process may say anything."""
    with empty.connect_as_owner() as connection:
        sample.agencies(connection)
    for process in (Process.WORKER, Process.CONSOLE, Process.INGEST):  # whoever forges must know what to forge
        empty.let_call(process, "pg_current_xact_id()")
    with empty.any_verb():
        yield empty


@pytest.fixture
def notes(database: Database) -> Database:
    """A database that has the sample table too."""
    with database.connect_as_owner() as connection:
        sample.create(connection)
    return database


@pytest.fixture
def as_worker(notes: Database) -> Iterator[Database]:
    """The test runs as the worker."""
    with as_process(notes, Process.WORKER):
        yield notes
