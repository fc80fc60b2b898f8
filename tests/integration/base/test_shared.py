"""What all processes share cannot be taken by one of them, and tells none of them of another's work (issue 16).

Each attack is one statement of whoever holds a process's password, without any of our code.
"""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any, LiteralString

import psycopg
import pytest

from offmon.server.base.limits import LIMITS
from offmon.server.base.policies import Process
from offmon.server.processes.closing import close_to_everybody
from offmon.server.processes.roles import assert_ordinary, create_roles
from tests.database import Database
from tests.prove.markers import proves
from trial.databases import create_database, drop_database
from trial.postgres import Server

DENIED = psycopg.errors.InsufficientPrivilege
TAKEN: dict[str, LiteralString] = {
    "a lock until it is let go": "select pg_advisory_lock(1)",
    "a lock of two numbers": "select pg_try_advisory_lock(6386661, 1)",
    "a lock until the transaction ends": "select pg_advisory_xact_lock(1)",
    "a log": "select audit_hold_log(gen_random_uuid())",
    "a device": "select audit_hold_device(gen_random_uuid())",
    "an agency": "select audit_claim_agency(gen_random_uuid())",
    "an object of its own": "select lo_create(0)",
    "another, filled": "select lo_from_bytea(0, 'x')",
    "a table of its own": "create temporary table mine (id int)",
    "what others do": "select * from pg_stat_activity",
    "what others hold": "select * from pg_locks",
    "what was written": "select n_tup_ins from pg_stat_user_tables",
    "what was written, by number": "select pg_stat_get_tuples_inserted('audit_entry'::regclass)",
    "how much there is": "select pg_relation_size('audit_entry')",
    "how much there was when last counted": "select reltuples from pg_class",
    "how far the journal is": "select pg_current_wal_insert_lsn()",
    "how many have written": "select pg_current_xact_id()",
    "how many have written, by age": "select age('3'::xid)",
    "how many have written, by a row": "select xmin from oversight_pagecount",
    "how many have written, by what is looked at": "select xmin from oversight_look",
    "how many have written, by a setting of its own": "select xmin from pg_db_role_setting",
    "how many have written, by a right of its own": "select pg_shdepend.xmin from pg_default_acl, pg_shdepend",
    "a line in the journal": "select pg_logical_emit_message(false, 'mine', 'x')",
    "another's end": "select pg_terminate_backend(1)",
    "a long transaction's end": "select offmon_end_overlong()",
}


@contextmanager
def taken(database: Database, process: Process, *, dbname: str = "") -> Iterator[psycopg.Connection[Any]]:
    """Whoever holds the process's password: its limits are put away first, as far as it may."""
    where = psycopg.conninfo.make_conninfo(database.url(process), **({"dbname": dbname} if dbname else {}))
    with closing(psycopg.connect(where, autocommit=True)) as connection:
        for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
            connection.execute(f"set {name} = 0")
        yield connection


@pytest.mark.parametrize("statement", TAKEN.values(), ids=TAKEN)
def test_the_least_role_takes_nothing_that_all_share_and_sees_nothing_of_it(
    database: Database, statement: LiteralString
) -> None:
    with taken(database, Process.WEBSITE) as website, pytest.raises(DENIED):
        website.execute(statement)


@proves("S131", close_to_everybody, disabled=lambda superuser_url, name: None)
def test_a_database_is_closed_to_everybody_before_anything_is_in_it(postgres_server: Server) -> None:
    name = f"offmon_test_{secrets.token_hex(6)}"
    create_database(postgres_server, name)
    try:
        with closing(psycopg.connect(postgres_server.url(name, Process.WEBSITE), autocommit=True)) as website:
            for asked in (
                "select * from pg_stat_activity",
                "select pg_relation_size('pg_proc')",
                "select lo_create(0)",
            ):
                with pytest.raises(DENIED):
                    website.execute(asked)
    finally:
        drop_database(postgres_server, name)


@pytest.mark.parametrize("process", Process)
def test_no_process_comes_into_another_database_than_ours(database: Database, process: Process) -> None:
    for other in ("postgres", "template1"):
        with pytest.raises(psycopg.OperationalError, match="permission denied"), taken(database, process, dbname=other):
            pass


@pytest.mark.parametrize("process", [Process.WEBSITE, Process.PORTAL, Process.INGEST])
def test_a_process_has_so_many_connections_and_the_rest_is_there_for_others(
    database: Database, process: Process
) -> None:
    with ExitStack() as open_ones:
        for _ in range(LIMITS[process].connections):
            open_ones.enter_context(taken(database, process))
        with pytest.raises(psycopg.OperationalError, match="too many connections"), taken(database, process):
            pass
        with database.connect(Process.OPERATOR) as another:
            assert another.execute("select true").fetchone() == (True,)


def test_a_process_cannot_lift_its_limit_nor_leave_itself_unable_to_start(database: Database) -> None:
    """What a role may change of its own, it may; the next start sets it again."""
    with taken(database, Process.WEBSITE) as website:
        with pytest.raises(DENIED):
            website.execute("alter role offmon_website connection limit -1")
        with pytest.raises(DENIED):
            website.execute("set temp_file_limit = -1")
        website.execute("alter role offmon_website password 'of its own'")
        website.execute("alter role offmon_website set lock_timeout = 0")
        website.execute("alter default privileges revoke execute on functions from public")
    create_roles(database.server.superuser_url, database.server.secrets)
    with database.connect(Process.WEBSITE) as website:
        assert_ordinary(website, Process.WEBSITE)
        assert website.execute("show lock_timeout").fetchone() == ("2s",)
