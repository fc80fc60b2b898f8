"""Our own repeated statements with constant text, so that the database plans each once a connection.

Django writes values into the text of a statement, which is then parsed and planned anew. The statements of every act (its scope, rows and
entry) pass values beside the text. After `PREPARE_AFTER` uses (settings) the plan is kept. An id goes as its text.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.utils import CursorWrapper


def execute(words: str, values: Sequence[Any] | Mapping[str, Any]) -> int:
    """Say one statement, in the transaction that is open or in its own; how many rows it wrote. Raises Django's DatabaseError."""
    return int(_say(words, values).rowcount)


def ask(words: str, values: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of one statement, as the driver reads them: an id is a UUID. Raises Django's DatabaseError."""
    rows: list[tuple[Any, ...]] = _say(words, values).fetchall()
    return rows


def beside() -> CursorWrapper:
    """A cursor of the open transaction that passes values beside the text, and is seen by whoever watches Django's."""
    make = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    drivers_own: Any = psycopg.Cursor(connection.connection)  # Django's writes values into the text
    return make(drivers_own)


def _say(words: str, values: Sequence[Any] | Mapping[str, Any]) -> Any:
    """The cursor on which it was said: Django's for whoever watches, else the driver's own, which takes two thirds of the time."""
    here = connections[DEFAULT_DB_ALIAS]
    here.ensure_connection()
    if here.execute_wrappers or here.queries_logged:
        cursor = beside()
        cursor.execute(words, values)
        return cursor
    here.validate_no_broken_transaction()
    with here.wrap_database_errors:
        return psycopg.Cursor(here.connection).execute(words, values)
