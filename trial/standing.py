"""What stands from an earlier run: a step is left out where nothing that it reads has changed since it was last done.

Rules
- What the steps read is the code and what is published with it (`code.py`).
- A step that writes into the database also names the database, by a mark in it: one that was made anew holds nothing.
- A step is noted once it is done, so that one that was broken off is done again.
"""

import json
import secrets
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from trial.postgres import Server

FILE: Final = "standing.json"


def mark_of(server: Server, database: str) -> str:
    """The mark of a database, drawn when it is first asked for. It goes with the database."""
    with psycopg.connect(server.superuser_url, autocommit=True) as connection:
        asked = "select shobj_description(oid, 'pg_database') from pg_database where datname = %s"
        found = connection.execute(asked, [database]).fetchone()
        if found and found[0]:
            return str(found[0])
        mark = secrets.token_hex(16)
        said = sql.SQL("comment on database {} is {}").format(sql.Identifier(database), sql.Literal(mark))
        connection.execute(said)
    return mark


class Standing:
    """The steps that were done in a home, each with the state of what it read."""

    def __init__(self, home: Path, state: str) -> None:
        self._file = home / FILE
        self._state = state
        self._done: dict[str, str] = json.loads(self._file.read_text()) if self._file.exists() else {}

    def has(self, step: str, mark: str = "") -> bool:
        """Whether a step was done with the same code, on what `mark` names."""
        return self._done.get(step) == f"{self._state} {mark}"

    def note(self, step: str, mark: str = "") -> None:
        """A step is done."""
        self._done[step] = f"{self._state} {mark}"
        unfinished = self._file.with_suffix(".new")
        unfinished.write_text(json.dumps(self._done, indent=1))
        unfinished.rename(self._file)
