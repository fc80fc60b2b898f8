"""Our own repeated statements with constant text, so that the database plans each once a connection.

Django writes values into the text of a statement, which is then parsed and planned anew. The statements of every act (its scope, rows and
entry) pass values beside the text. After `PREPARE_AFTER` uses (settings) the plan is kept.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper


def execute(words: str, values: Sequence[Any] | Mapping[str, Any]) -> None:
    """Say one statement in the open transaction, seen by whoever watches Django's. Raises Django's DatabaseError."""
    with beside() as cursor:
        cursor.execute(words, values)


def beside() -> CursorWrapper:
    """A cursor of the open transaction that passes values beside the text, and is seen by whoever watches Django's."""
    make = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    drivers_own: Any = psycopg.Cursor(connection.connection)  # Django's writes values into the text
    return make(drivers_own)
