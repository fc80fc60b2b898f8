"""Takes from everybody what PostgreSQL gives to everybody, in one database, as whoever set the server up (`base/limits.py` says what).

Rules
- Before the first migration, and again at each start. A copy of a database has it too: it stands in the database's own tables.
- The public page compares what is closed and what is given back ("row-security"), and the roles' limits ("roles").
- Whoever is no superuser cannot: they are told so in the log, and the public page is red.
"""

import logging
from typing import Any, Final, LiteralString

import psycopg
from psycopg import sql

from offmon.server.base.limits import (
    END_OVERLONG,
    GIVEN_BACK,
    LIMITS,
    OPEN_COLUMNS,
    REAPER,
    told,
)
from offmon.server.base.policies import Process

_log = logging.getLogger("offmon.roles")

OPEN: Final[LiteralString] = """
select 'function ' || found.oid::regprocedure
from pg_proc found, aclexplode(coalesce(proacl, acldefault('f', proowner))) acl
where found.oid < 16384 and grantee = 0 and (proname ~ %(closed_functions)s or found.oid::regprocedure::text = any(%(closed_signatures)s))
union all
select 'table ' || found.oid::regclass
from pg_class found, aclexplode(relacl) acl
where found.oid < 16384 and relnamespace = 'pg_catalog'::regnamespace and grantee = 0
    and (relkind = 'v' and relname ~ %(closed_views)s or relname = any(%(closed_tables)s))
"""
# Ends each transaction of a role of ours that is older than the role may have it, in whichever database; says how many.
_ENDS: Final = sql.SQL("""
create or replace function public.{name}() returns integer
    language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    select (count(*) filter (where pg_terminate_backend(session.pid, 0)))::integer
    from pg_stat_get_activity(null) session
    join pg_roles role on role.oid = session.usesysid
    join (values {limits}) as allowed (rolname, seconds) on allowed.rolname = role.rolname
    where session.xact_start < clock_timestamp() - make_interval(secs => allowed.seconds)
$$
""")


def close_to_everybody(superuser_url: str, name: str) -> None:
    """Close the database `name`. Doing it again changes nothing."""
    with psycopg.connect(superuser_url, dbname=name) as connection:
        if connection.info.parameter_status("is_superuser") != "on":
            _log.warning(
                "%s stays open to every role: only a superuser can close what PostgreSQL gives to everybody", name
            )
            return
        for (thing,) in connection.execute(OPEN, told()).fetchall():
            connection.execute(f"revoke all on {thing} from public".encode())  # as PostgreSQL itself writes its name
        for table, columns in OPEN_COLUMNS.items():
            grant = sql.SQL("grant select ({}) on {} to public")
            connection.execute(grant.format(sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(table)))
        for role, functions in GIVEN_BACK.items():
            for function in functions:
                connection.execute(f"grant execute on function {function} to {role}".encode())
        _let_end_what_lasts_too_long(connection)
        for process in Process:  # a role sets what it likes of its own; here it begins anew
            alter = sql.SQL("alter role {} in database {} reset all")
            connection.execute(alter.format(sql.Identifier(process), sql.Identifier(name)))


def _let_end_what_lasts_too_long(connection: psycopg.Connection[Any]) -> None:
    limits = sql.SQL(", ").join(
        sql.SQL("({}, {})").format(sql.Literal(process.value), sql.Literal(limit.transaction_s))
        for process, limit in LIMITS.items()
    )
    name = sql.Identifier(END_OVERLONG)
    connection.execute(_ENDS.format(name=name, limits=limits))
    connection.execute(sql.SQL("alter function public.{}() owner to {}").format(name, sql.Identifier(REAPER)))
    connection.execute(sql.SQL("revoke all on function public.{}() from public").format(name))
    worker = sql.Identifier(Process.WORKER)
    connection.execute(sql.SQL("grant execute on function public.{}() to {}").format(name, worker))
