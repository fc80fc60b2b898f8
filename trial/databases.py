"""Databases on the trial's server: made, migrated, cloned, dropped.

Rules
- Each belongs to `offmon_owner`. Only Offmon's roles may connect, and none may make temporary tables, which it would own.
- What PostgreSQL gives to everybody is closed before anything is in it (`processes/closing.py`).
- Only `offmon_migrate` changes the schema.
"""

import os
import subprocess
from collections.abc import Callable, Sequence
from typing import Any

import psycopg
from psycopg import sql

from offmon.core.errors import OffmonError
from offmon.server.base.policies import MIGRATE, OWNER
from offmon.server.processes.closing import close_to_everybody
from offmon.server.processes.roles import LOGIN_ROLES
from trial.postgres import Server

# What changes a schema: a function of the URL to connect with, or a command that finds it in URL_VARIABLE.
Migration = Callable[[str], None] | Sequence[str]
Superuser = psycopg.Connection[tuple[Any, ...]]  # which commits each statement by itself
URL_VARIABLE = "OFFMON_DATABASE_URL"
GONE_MS = 5_000


class MigrationFailed(OffmonError):
    """A command that should have migrated the database ended with an error."""


def create_database(server: Server, name: str, *, template: str | None = None) -> None:
    """Create `name`, empty, or as a copy of the sealed database `template` (which nobody may be connected to)."""
    with psycopg.connect(server.superuser_url, autocommit=True) as superuser:
        if template is None:  # template0: what the server's owner put into template1 is none of ours
            clean = sql.SQL("create database {} owner {} template template0 encoding 'UTF8' locale 'C.UTF-8'")
            superuser.execute(clean.format(sql.Identifier(name), sql.Identifier(OWNER)))
            _only_our_roles(superuser, name)
        else:
            copy_database(superuser, name, template)
    if template is None:
        close_to_everybody(server.superuser_url, name)


def copy_database(superuser: Superuser, name: str, template: str) -> None:
    """Create `name` as a copy of a sealed database."""
    # By file, which is half the work of writing each page of the copy to the log first.
    copy = sql.SQL("create database {} owner {} template {} strategy file_copy")
    superuser.execute(copy.format(sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template)))
    # A copy does not bring its template's grants along (PostgreSQL, CREATE DATABASE, "Notes").
    _only_our_roles(superuser, name)


def _only_our_roles(superuser: Superuser, name: str) -> None:
    database, roles = sql.Identifier(name), sql.SQL(", ").join(sql.Identifier(role) for role in LOGIN_ROLES)
    closing = "revoke all on database {0} from public; grant connect on database {0} to {1}"
    superuser.execute(sql.SQL(closing).format(database, roles))


def drop_database(server: Server, name: str) -> None:
    """Remove `name` and cut off whoever is connected to it."""
    with psycopg.connect(server.superuser_url, autocommit=True) as superuser:
        remove_database(superuser, name)


def remove_database(superuser: Superuser, name: str) -> None:
    """`drop_database` for whoever is connected already."""
    superuser.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def database_exists(server: Server, name: str) -> bool:
    """Whether the server has a database `name`."""
    with psycopg.connect(server.superuser_url) as connection:
        return connection.execute("select from pg_database where datname = %s", [name]).fetchone() is not None


def migrate(server: Server, name: str, migration: Migration) -> None:
    """Bring the schema of `name` up to date as `offmon_migrate`. A command's failure raises MigrationFailed."""
    url = server.url(name, MIGRATE)
    if callable(migration):
        migration(url)
        return
    ended = subprocess.run(  # noqa: S603 - the caller's own command
        list(migration), env={**os.environ, URL_VARIABLE: url}, capture_output=True, text=True, check=False
    )
    if ended.returncode != 0:
        code = "migration-failed"
        message = f"{' '.join(migration)} ended with {ended.returncode}:\n{ended.stderr.strip()}"
        raise MigrationFailed(code, message)


def seal(server: Server, name: str) -> None:
    """Make `name` a template that can always be copied: PostgreSQL refuses to copy a database that anyone is using."""
    with psycopg.connect(server.superuser_url, autocommit=True) as connection:
        connection.execute(sql.SQL("alter database {} with allow_connections false").format(sql.Identifier(name)))
        ending = (
            "select pg_terminate_backend(pid, %s) from pg_stat_activity where datname = %s and pid <> pg_backend_pid()"
        )
        connection.execute(ending, [GONE_MS, name])
