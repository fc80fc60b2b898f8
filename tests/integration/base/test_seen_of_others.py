"""What a process's role may read of the server and of tables of no agency is the same, to the byte, before and after a finding (issue 16).

A person who watches, with a process taken, whether anything was noticed: every view that the role may read, and the result of every
function that it may call without an argument. Rows of an agency or case need a scope (docs/reference/database-roles.md).
"""

from contextlib import closing
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql

from offmon.server.base.policies import Process
from tests.database import Database
from tests.integration.oversight.looking import do
from tests.support.kept import given_a_profile
from tests.support.story import Story

# Of the clock, of chance, or of this very connection: nothing else may change, and these change whether or not anything was found.
OF_THEIR_OWN: Final = frozenset(
    {
        *("clock_timestamp", "now", "statement_timestamp", "timeofday", "transaction_timestamp"),
        *("gen_random_uuid", "random", "pg_backend_pid", "pg_cursor", "pg_prepared_statement", "pg_my_temp_schema"),
        *("pg_cursors", "pg_prepared_statements", "uuidv4", "uuidv7", "random_normal", "pg_trigger_depth"),
    }
)
# Ingest and console hear of devices, the worker finds what there is to do, vault and integrity process read each row: they know.
LEAST: Final = (Process.WEBSITE, Process.PORTAL, Process.OPERATOR, Process.ASSURANCE, Process.SIGNER)
READABLE: Final = """
select relname::text, nspname::text, array_agg(attname::text order by attnum)
from pg_class found join pg_namespace space on space.oid = relnamespace join pg_attribute on attrelid = found.oid
where relkind in ('r', 'v', 'm', 'p', 'f') and attnum > 0 and not attisdropped and has_schema_privilege(nspname, 'usage')
    and has_column_privilege(found.oid, attnum, 'select') and nspname = any(%s)
group by 1, 2 order by 2, 1
"""
CALLABLE: Final = """
select proname::text, nspname::text
from pg_proc join pg_namespace space on space.oid = pronamespace
where (pronargs - pronargdefaults) = 0 and prokind = 'f' and has_function_privilege(pg_proc.oid, 'execute')
    and prorettype not in (select oid from pg_type where typtype = 'p' and typname <> 'record' and typname <> 'void')
order by 2, 1
"""


def seen(story: Story, process: Process) -> dict[str, Any]:
    """Everything, by name; of what is refused, why. Not the standard's views, which show the server's own tables once more."""
    found: dict[str, Any] = {}
    schemas = ["pg_catalog", "public"]
    with closing(psycopg.connect(story.database.url(process), autocommit=True)) as connection:
        for name, schema, columns in connection.execute(READABLE, [schemas]).fetchall():
            asked = sql.SQL("select {} from {}").format(
                sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(schema, name)
            )
            found[name] = _answer(connection, asked)
        for name, schema in connection.execute(CALLABLE).fetchall():
            found[f"{name}()"] = _answer(connection, sql.SQL("select * from {}()").format(sql.Identifier(schema, name)))
    return {name: rows for name, rows in found.items() if name.removesuffix("()") not in OF_THEIR_OWN}


def _answer(connection: psycopg.Connection[Any], asked: sql.Composed) -> list[str]:
    try:
        return sorted(map(repr, connection.execute(asked).fetchall()))
    except psycopg.Error as refusal:
        return [type(refusal).__name__]


def test_no_role_reads_off_the_server_that_something_was_found(empty: Database, tmp_path: Path) -> None:
    story = Story(empty, tmp_path)
    given_a_profile(story)
    story.device.note()
    story.send()
    story.publish()
    before = {process: seen(story, process) for process in LEAST}
    story.disclose(7)
    story.send()
    story.group()
    story.publish()
    do(story.database, "analyze")  # which the server does by itself, when enough was written
    for process in LEAST:
        after = seen(story, process)
        assert len(after) > 100
        differ = {name for name in {**before[process], **after} if before[process].get(name) != after.get(name)}
        assert differ == set(), process
