"""The demo's outside checks: words that no row may hold (files: `seeking.py`), and which account each process has."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql

from trial.postgres import Server
from trial.uids import is_root


@dataclass(frozen=True, slots=True)
class Ran:
    """A process as the kernel describes it."""

    name: str
    pid: int
    uid: int
    command: str


def rows_with(server: Server, dbname: str, word: str) -> list[str]:
    """The tables that have a row with the word in it, in clear or in a column of bytes. Asked as the superuser: no policy hides a row."""
    found = []
    with closing(psycopg.connect(server.superuser_url, dbname=dbname)) as connection:
        tables = connection.execute("select relname from pg_stat_user_tables order by relname").fetchall()
        for (table,) in tables:
            holding = sql.SQL(
                "select count(*) from {0} row where strpos(row::text, %s) > 0 or strpos(row::text, %s) > 0"
            )
            row = connection.execute(holding.format(sql.Identifier(table)), [word, word.encode().hex()]).fetchone()
            if row is None or row[0]:
                found.append(str(table))
    return found


def count(server: Server, dbname: str, what: LiteralString, *values: str) -> int:
    """How many rows there are of `what` (a table and its condition), whoever they are about; asked as the superuser."""
    with closing(psycopg.connect(server.superuser_url, dbname=dbname)) as connection:
        row = connection.execute(f"select count(*) from {what}", values).fetchone()  # noqa: S608 - a literal, as its type says
        return 0 if row is None else int(row[0])


def ran(pids: Mapping[str, int]) -> list[Ran]:
    """Each process as the kernel has it."""
    return [_look(name, pid) for name, pid in pids.items()]


def not_apart(processes: list[Ran], together: frozenset[str] = frozenset()) -> list[str]:
    """Which of pid, uid and command line are not as they should be: all different, save that those in `together` share one uid.

    An ordinary user's processes all have its uid, which is said elsewhere.
    """
    facts: dict[str, list[object]] = {"pid": [p.pid for p in processes], "command line": [p.command for p in processes]}
    if is_root():
        shared = {
            p.uid for p in processes if p.name in together
        }  # more than one is as wrong as one that is also another's
        apart = [p.uid for p in processes if p.name not in together]
        facts["uid"] = [*apart, *shared] if len(shared) <= 1 else [*shared] * 2
    return [name for name, values in facts.items() if len(set(values)) != len(values)]


def _look(name: str, pid: int) -> Ran:
    status = Path(f"/proc/{pid}/status").read_text()
    uid = next(line for line in status.splitlines() if line.startswith("Uid:")).split()[1]
    command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    return Ran(name, pid, int(uid), command)
