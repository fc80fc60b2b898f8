"""The database roles: one per process, each limited to its grants.

Rules
- A process connects as its own role: no superuser, subject to row-level security, owner of nothing. It makes no roles or databases, and
  belongs to no other role. `assert_ordinary` checks this at each start and in each database test.
- `offmon_owner` owns the tables and cannot log in. `offmon_migrate` logs in only to change them, and becomes the owner for that.
- `offmon_backstop` owns the functions that guard the audit log and compare rows with it. It cannot log in and writes nothing. By a policy
  of its own on each it reads the audit table, the caseload, the compliance records and the choices.
- A role has its limits (`base/limits.py`), which it cannot raise. What it may change of its own, password and settings, each start sets
  again. It may come into no database but ours.
- `offmon_reaper` owns the one function that ends what lasts too long. It cannot log in, and is in two of the server's own roles for that.
- Passwords are generated here, never chosen, and reach a process as its own file of mode 0600.
"""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import tuple_row

from offmon.core.errors import Refused
from offmon.server.base.limits import LIMITS, REAPER, REAPER_OF, TRANSACTION
from offmon.server.base.policies import BACKSTOP, MIGRATE, OWNER, Process

PROCESS_ROLES = tuple(process.value for process in Process)
LOGIN_ROLES = (MIGRATE, *PROCESS_ROLES)
CREATION_LOCK = 6_386_660_104  # an arbitrary number: two starts at once would race to create the same role

POWERS = """
select role.rolname,
       array_remove(array[
         case when role.rolsuper then 'is a superuser' end,
         case when role.rolbypassrls then 'bypasses row-level security' end,
         case when role.rolcreaterole then 'creates roles' end,
         case when role.rolcreatedb then 'creates databases' end,
         case when role.rolreplication then 'replicates' end,
         case when exists (select from pg_shdepend
                           where refclassid = 'pg_authid'::regclass and refobjid = role.oid and deptype = 'o'
                               and classid <> 'pg_default_acl'::regclass) -- what would hold of what it makes, and it makes nothing
              then 'owns something' end,
         case when exists (select from pg_auth_members where member = role.oid) then 'belongs to another role' end
       ], null)
from pg_roles role
where role.rolname = any(%s)
"""


def assert_ordinary(connection: psycopg.Connection[Any], role: str | None = None) -> None:
    """Refuse to go on unless this connection's role is ordinary, and is `role` where that is given.

    With Django: `connection.ensure_connection()`, then pass `connection.connection`. Outside autocommit it begins a
    transaction, which the caller ends.
    Raises Refused `database-role-not-ordinary` or `database-role-unexpected`.
    """
    with connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute("select session_user::text, current_user::text")
        names = cursor.fetchone() or ()
        cursor.execute(POWERS, [list(names)])
        found = cursor.fetchall()
    if role is not None and set(names) != {role}:
        code = "database-role-unexpected"
        message = f"This process connects as {role}, and the database knows it as {' and '.join(sorted(set(names)))}."
        raise Refused(code, message)
    _refuse_powers(found)


def create_roles(
    superuser_url: str, folder: Path, accounts: Mapping[str, tuple[int, int]] | None = None
) -> Mapping[str, Path]:
    """Create what is missing of the roles, and give each that logs in the password in its file below `folder`.

    `accounts` names the (uid, gid) to own a role's file; others stay the caller's. Running it again changes nothing, and
    mends a password or setting that the role changed. Raises Refused if a role already there has powers it must not have.
    """
    files = {role: folder / role for role in LOGIN_ROLES}
    for role, file in files.items():
        if not file.exists():
            write_secret(file, secrets.token_urlsafe(32))
        if accounts is not None and role in accounts:
            os.chown(file, *accounts[role])
    with psycopg.connect(superuser_url) as connection:
        connection.execute("select pg_advisory_xact_lock(%s)", [CREATION_LOCK])
        present = {str(name) for (name,) in connection.execute("select rolname from pg_roles").fetchall()}
        for role in (OWNER, BACKSTOP, REAPER, *LOGIN_ROLES):
            if role not in present:
                connection.execute(sql.SQL("create role {}").format(sql.Identifier(role)))
        for role, file in files.items():
            _set_password(connection, role, file.read_text())
        _let_migrations_own(connection)
        _limit(connection)
        _refuse_powers(connection.execute(POWERS, [list(PROCESS_ROLES)]).fetchall())
    return files


def password_of(folder: Path, role: str) -> str:
    """The password of `role` from its file below `folder`."""
    return (folder / role).read_text()


def write_secret(file: Path, text: str, account: tuple[int, int] | None = None) -> None:
    """Write `text` to a new file that only its owner may read, from its first moment on."""
    file.unlink(missing_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as stream:
        stream.write(text)
        if account is not None:
            os.fchown(handle, *account)


def _set_password(connection: psycopg.Connection[Any], role: str, password: str) -> None:
    # Hashed here, so that neither the server's log nor its statistics ever see the password.
    verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    statement = sql.SQL("alter role {} login password {}")
    connection.execute(statement.format(sql.Identifier(role), sql.Literal(verifier)))


def _let_migrations_own(connection: psycopg.Connection[Any]) -> None:
    """`offmon_migrate` works as the owner from its first statement, so that every table is the owner's."""
    owner, backstop, migrate = (sql.Identifier(role) for role in (OWNER, BACKSTOP, MIGRATE))
    # A migration hands the trigger functions over, so the owner must be able to become the backstop. It gains nothing by
    # that: who owns a table can switch its policies off.
    connection.execute(sql.SQL("grant {} to {}").format(backstop, owner))
    connection.execute(sql.SQL("grant {} to {}").format(owner, migrate))
    connection.execute(sql.SQL("alter role {} set role to {}").format(migrate, sql.Literal(OWNER)))
    # A caller's server may give us a role that creates databases and roles and is no superuser: it then needs to be the
    # owner in order to make the owner's databases, and the migrating role in order to end its sessions.
    if connection.execute("select rolsuper from pg_roles where rolname = current_user").fetchone() == (False,):
        connection.execute(sql.SQL("grant {}, {} to current_user").format(owner, migrate))


def _limit(connection: psycopg.Connection[Any]) -> None:
    """Each role's limits. How many connections it has is left as it is where somebody said so: they know their machines."""
    is_superuser = connection.info.parameter_status("is_superuser") == "on"
    for process, limit in LIMITS.items():
        role = sql.Identifier(process)
        unlimited = "select from pg_roles where rolname = %s and rolconnlimit < 0"
        if connection.execute(unlimited, [process]).fetchone() is not None:
            many = sql.Literal(limit.connections)
            connection.execute(sql.SQL("alter role {} connection limit {}").format(role, many))
        connection.execute(sql.SQL("alter role {} reset all").format(role))
        for name, value in limit.settings().items():
            if (name != TRANSACTION or connection.info.server_version >= 170_000) and (
                name != "temp_file_limit" or is_superuser
            ):
                alter = sql.SQL("alter role {} set {} to {}")
                connection.execute(alter.format(role, sql.Identifier(name), sql.Literal(value)))
    if is_superuser:
        for of in REAPER_OF:
            connection.execute(sql.SQL("grant {} to {}").format(sql.Identifier(of), sql.Identifier(REAPER)))
        connection.execute("revoke connect, temporary on database postgres, template1 from public")


def _refuse_powers(found: list[tuple[Any, ...]]) -> None:
    for role, powers in found:
        if powers:
            code = "database-role-not-ordinary"
            message = (
                f"The database role {role} {', '.join(powers)}. Take that away, or connect as the process's own role."
            )
            raise Refused(code, message)
