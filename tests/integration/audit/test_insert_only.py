"""No process can change, remove or empty the log. Its owner can only by dropping a trigger (formats §8)."""

import psycopg
import pytest
from django.apps import apps
from psycopg import sql

from offmon.server.base.policies import Process
from offmon.server.base.rows import LogRow
from offmon.server.processes.roles import PROCESS_ROLES
from tests.database import Database
from tests.integration.audit.sample import CASE, WORKER, do_note
from tests.prove.markers import proves
from tests.server import as_process

LOG = sorted(model._meta.db_table for model in apps.get_models() if issubclass(model, LogRow))
CHANGES = {
    "update": sql.SQL("update {table} set agency = agency"),
    "delete": sql.SQL("delete from {table}"),
    "truncate": sql.SQL("truncate {table} cascade"),
}


@pytest.fixture
def log(notes: Database) -> Database:
    with as_process(notes, Process.WORKER):
        do_note("something to remove", actor=WORKER)
    return notes


def test_the_roles_are_those_that_exist() -> None:
    assert {process.value for process in Process} == set(PROCESS_ROLES)


@pytest.mark.parametrize("role", PROCESS_ROLES)
def test_no_process_changes_the_log(log: Database, role: str) -> None:
    for table in LOG:
        for statement in CHANGES.values():
            with log.connect(role, autocommit=True) as connection:
                for setting, value in (("agency", WORKER.agency), ("actor", WORKER.id), ("case", CASE)):
                    connection.execute("select set_config(%s, %s, false)", [f"offmon.{setting}", value])
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement.format(table=sql.Identifier(table)))


@pytest.mark.parametrize("table", LOG)
@pytest.mark.parametrize("change", CHANGES)
@proves("S16", drop="; ".join(f"drop trigger insert_only on {table}" for table in LOG))
def test_nor_does_its_owner_while_the_trigger_stands(log: Database, table: str, change: str) -> None:
    refused = pytest.raises(psycopg.errors.IntegrityConstraintViolation, match=f"{change} of audit_[a-z]+ is refused")
    with refused, log.connect_as_owner() as connection:
        connection.execute("select set_config('offmon.agency', %s, false)", [WORKER.agency])
        connection.execute(CHANGES[change].format(table=sql.Identifier(table)))
