"""A PostgreSQL database of its own for each test, cloned from a template that was migrated once.

Why not pytest-django's `transaction=True`: it empties tables with TRUNCATE, which the audit backstop refuses, and it would
connect as the owner. Here a test commits for real, as the role of the process it tests.
"""

import functools
import hashlib
import hmac
import os
import secrets
import shutil
import sys
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from offmon.server.base.policies import MIGRATE
from offmon.server.processes.roles import LOGIN_ROLES, assert_ordinary, password_of
from trial.databases import (
    Migration,
    Superuser,
    copy_database,
    create_database,
    drop_database,
    migrate,
    remove_database,
    seal,
)
from trial.postgres import Server

# The product's own migrations, run as the trial and production run them.
DJANGO_MIGRATIONS = (sys.executable, "-m", "django", "migrate", "--settings=offmon.server.base.settings.migrate")


@dataclass(frozen=True)
class Database:
    """One test's database."""

    server: Server
    name: str

    def url(self, role: str) -> str:
        return self.server.url(self.name, role)

    @contextmanager
    def connect(self, role: str, *, autocommit: bool = False) -> Iterator[psycopg.Connection[Any]]:
        """A connection as a process's role, which is first shown to be ordinary. Commits on a clean exit."""
        # `closing` as well: psycopg leaves a connection open when its commit fails, as a deferred trigger makes it.
        with closing(psycopg.connect(self.url(role), autocommit=autocommit)) as connection, connection:
            assert_ordinary(connection, role)
            connection.rollback()
            yield connection

    @contextmanager
    def connect_as_owner(self) -> Iterator[psycopg.Connection[Any]]:
        """A connection that owns the tables: to arrange what no process may do, never to show that one may."""
        with closing(psycopg.connect(self.url(MIGRATE))) as connection, connection:
            yield connection

    def let_call(self, role: str, function: LiteralString) -> None:
        """Let a process call what is closed to everybody (`base/limits.py`), to arrange what it could not."""
        with psycopg.connect(self.server.superuser_url, dbname=self.name) as superuser:
            superuser.execute(
                sql.SQL("grant execute on function {} to {}").format(sql.SQL(function), sql.Identifier(role))
            )

    @contextmanager
    def any_verb(self) -> Iterator[None]:
        """Meanwhile a process may write entries of others' verbs too: what is tried then stands behind that rule."""
        with self.connect_as_owner() as owner:
            before = owner.execute("select writers, verb from audit_verb").fetchall()
            owner.execute("update audit_verb set writers = (select array_agg(rolname::text) from pg_roles)")
        try:
            yield
        finally:
            with self.connect_as_owner() as owner, owner.cursor() as cursor:
                cursor.executemany("update audit_verb set writers = %s where verb = %s", before)


@dataclass(frozen=True)
class Template:
    """A migrated database that is only ever copied."""

    server: Server
    name: str

    @classmethod
    def build(cls, server: Server, migration: Migration, name: str | None = None) -> "Template":
        template = cls(server, name or f"offmon_template_{secrets.token_hex(6)}")
        create_database(server, template.name)
        try:
            migrate(server, template.name, migration)
            seal(server, template.name)
        except BaseException:
            template.drop()
            raise
        return template

    @contextmanager
    def clone(self) -> Iterator[Database]:
        database = Database(self.server, f"offmon_test_{secrets.token_hex(6)}")
        copy_database(superuser_of(self.server), database.name, self.name)
        try:
            yield database
        finally:
            remove_database(superuser_of(self.server), database.name)

    def drop(self) -> None:
        drop_database(self.server, self.name)


def superuser_of(server: Server) -> Superuser:
    """One connection for the run, to make and remove databases. It ends with the server."""
    return _superuser(server.superuser_url)


@functools.cache
def _superuser(url: str) -> Superuser:
    return psycopg.connect(url, autocommit=True)


# Short paths both; `mkdtemp` draws the name of what is made there.
DISK, MEMORY = Path("/tmp"), Path("/dev/shm")  # noqa: S108
ROOM = 1 << 30  # bytes; a group of tests has used 300 MB


def quick_place() -> Path:
    """Where a server lives that nobody keeps: in memory, where the machine lends enough of it (a container may have 64 MB), else on disk.

    It does without fsync either way. Much of what a test waits for is the copying of its own database, which is 12 MB in a thousand files:
    on a disk that may be ten times the work.
    """
    in_memory = os.access(MEMORY, os.W_OK | os.X_OK) and shutil.disk_usage(MEMORY).free >= ROOM
    return MEMORY if in_memory else DISK


@contextmanager
def short_folder(place: Path = DISK) -> Iterator[Path]:
    """A temporary folder with a short path that the database's account may pass through; it must end up empty.

    pytest's own `tmp_path` is neither: a socket's path has 107 bytes, and `/tmp/pytest-of-root` is closed to others.
    """
    folder = Path(tempfile.mkdtemp(prefix="offmon-", dir=place))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        folder.rmdir()


def answer_at_once(server: Server) -> None:
    """Keep each role's own password by one round of SCRAM in place of 4,096, which is most of what a test's connection costs."""
    with closing(psycopg.connect(server.superuser_url, autocommit=True)) as superuser:
        for role in LOGIN_ROLES:
            salt = secrets.token_bytes(16)
            salted = hashlib.pbkdf2_hmac("sha256", password_of(server.secrets, role).encode(), salt, 1)
            stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
            parts = (salt, stored, hmac.digest(salted, b"Server Key", "sha256"))
            kept = "SCRAM-SHA-256$1:{}${}:{}".format(*(b64encode(one).decode() for one in parts))
            superuser.execute(sql.SQL("alter role {} password {}").format(sql.Identifier(role), sql.Literal(kept)))


def running_as_root() -> bool:
    return os.geteuid() == 0
