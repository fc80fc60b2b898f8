"""The database roles are ordinary, and the check that says so can say no (design §5, "Scope")."""

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from offmon.core.errors import Refused
from offmon.server.base.policies import BACKSTOP, MIGRATE, OWNER
from offmon.server.processes.roles import LOGIN_ROLES, PROCESS_ROLES, assert_ordinary, create_roles
from tests.database import Database, running_as_root
from tests.support.refused import code_of
from trial.postgres import Server


@pytest.mark.parametrize("role", PROCESS_ROLES)
def test_each_process_connects_as_an_ordinary_role(sample: Database, role: str) -> None:
    with sample.connect(role) as connection:
        row = connection.execute("select session_user::text, current_user::text").fetchone()
    assert row == (role, role)


def test_the_superuser_is_refused(postgres_server: Server) -> None:
    with psycopg.connect(postgres_server.superuser_url) as connection, pytest.raises(Refused) as refusal:
        assert_ordinary(connection)
    assert refusal.value.code == "database-role-not-ordinary"
    assert "is a superuser" in refusal.value.message
    assert "bypasses row-level security" in refusal.value.message


def test_the_migrating_role_is_refused_to_processes(sample: Database) -> None:
    with sample.connect_as_owner() as connection:
        assert code_of(assert_ordinary, connection) == "database-role-not-ordinary"


def test_a_process_with_another_processs_password_is_refused(sample: Database) -> None:
    with psycopg.connect(sample.url("offmon_ingest")) as connection:
        assert code_of(assert_ordinary, connection, "offmon_vault") == "database-role-unexpected"


@pytest.mark.parametrize(
    ("give", "take", "words"),
    [
        ("alter role offmon_worker bypassrls", "alter role offmon_worker nobypassrls", "bypasses row-level security"),
        ("alter role offmon_worker createrole", "alter role offmon_worker nocreaterole", "creates roles"),
        ("alter role offmon_worker createdb", "alter role offmon_worker nocreatedb", "creates databases"),
        ("alter role offmon_worker replication", "alter role offmon_worker noreplication", "replicates"),
        ("grant offmon_owner to offmon_worker", "revoke offmon_owner from offmon_worker", "belongs to another role"),
    ],
)
def test_each_power_is_refused(postgres_server: Server, sample: Database, give: str, take: str, words: str) -> None:
    with _changed(postgres_server, give, take), psycopg.connect(sample.url("offmon_worker")) as connection:
        with pytest.raises(Refused, match=words):
            assert_ordinary(connection)
        with pytest.raises(Refused, match=words):
            create_roles(postgres_server.superuser_url, postgres_server.secrets)


def test_owning_one_table_anywhere_is_refused(postgres_server: Server, sample: Database) -> None:
    with psycopg.connect(postgres_server.superuser_url, dbname=sample.name) as connection:
        connection.execute("alter table batch owner to offmon_worker")
    with psycopg.connect(sample.url("offmon_worker")) as connection, pytest.raises(Refused, match="owns something"):
        assert_ordinary(connection)


@pytest.mark.parametrize("role", PROCESS_ROLES)
@pytest.mark.parametrize("statement", ["create table mine (id int)", "create temporary table mine (id int)"])
def test_no_process_can_come_to_own_a_table(sample: Database, role: str, statement: str) -> None:
    with sample.connect(role, autocommit=True) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(sql.SQL(statement))


@pytest.mark.parametrize("role", [OWNER, BACKSTOP])
def test_roles_that_own_cannot_log_in(postgres_server: Server, role: str) -> None:
    with psycopg.connect(postgres_server.superuser_url) as connection:
        row = connection.execute(
            "select rolcanlogin, rolsuper, rolbypassrls from pg_roles where rolname = %s", [role]
        ).fetchone()
    assert row == (False, False, False)


def test_migrations_make_tables_that_the_owner_owns(sample: Database) -> None:
    with sample.connect_as_owner() as connection:
        owners = connection.execute(
            "select tablename::text, tableowner::text from pg_tables where schemaname = 'public' order by 1"
        ).fetchall()
        function = connection.execute(
            "select proowner::regrole::text from pg_proc where proname = 'entry_exists'"
        ).fetchone()
    assert owners == [("audit", OWNER), ("batch", OWNER)]
    assert function == (BACKSTOP,)


def test_the_backstop_reads_the_audit_log_that_the_writing_role_cannot(sample: Database) -> None:
    with sample.connect("offmon_ingest") as connection:
        connection.execute("insert into audit default values")
        connection.execute("insert into batch values (1)")
    with sample.connect("offmon_ingest") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("select * from audit")
    with (
        pytest.raises(psycopg.errors.RaiseException, match="no audit entry"),
        sample.connect("offmon_ingest") as connection,
    ):
        connection.execute("insert into batch values (2)")
    with sample.connect("offmon_console") as connection:
        assert connection.execute("select id from batch").fetchall() == [(1,)]


def test_creating_roles_again_changes_no_password_and_mends_a_different_one(
    postgres_server: Server, sample: Database
) -> None:
    before = {role: postgres_server.url(sample.name, role) for role in LOGIN_ROLES}
    with psycopg.connect(postgres_server.superuser_url) as connection:
        connection.execute("alter role offmon_vault password 'drifted'")
    with pytest.raises(psycopg.OperationalError), psycopg.connect(before["offmon_vault"]):
        pass
    create_roles(postgres_server.superuser_url, postgres_server.secrets)
    assert {role: postgres_server.url(sample.name, role) for role in LOGIN_ROLES} == before
    with sample.connect("offmon_vault"):
        pass


def test_each_password_is_its_own_and_only_its_owner_reads_it(postgres_server: Server) -> None:
    files = [postgres_server.secrets / role for role in LOGIN_ROLES]
    assert len({file.read_text() for file in files}) == len(files)
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


@pytest.mark.skipif(not running_as_root(), reason="only root may give a file away")
def test_a_password_file_belongs_to_its_process(postgres_server: Server, tmp_path: Path) -> None:
    # The roles' passwords are the server's, so the one here is put back by the plumbing's own files.
    try:
        files = create_roles(postgres_server.superuser_url, tmp_path, {"offmon_signer": (60_806, 60_806)})
        owners = {role: (file.stat().st_uid, file.stat().st_gid) for role, file in files.items()}
    finally:
        create_roles(postgres_server.superuser_url, postgres_server.secrets)
    assert owners["offmon_signer"] == (60_806, 60_806)
    assert owners[MIGRATE] == (0, 0)


@contextmanager
def _changed(server: Server, give: str, take: str) -> Iterator[None]:
    with psycopg.connect(server.superuser_url, autocommit=True) as connection:
        connection.execute(give.encode())
        try:
            yield
        finally:
            connection.execute(take.encode())
