"""Our own repeated statements with constant text, so that the database plans each once a connection.

Django writes values into the text of a statement, which is then parsed and planned anew. The statements of every act (its scope, rows and
entry) pass values beside the text. After `PREPARE_AFTER` uses (settings) the plan is kept.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from django.db import connection


def execute(words: str, values: Sequence[Any] | Mapping[str, Any]) -> None:
    """Say one statement in the open transaction, seen by whoever watches Django's. Raises Django's DatabaseError."""
    make = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    beside: Any = psycopg.Cursor(connection.connection)  # of the driver itself: Django's writes values into the text
    with make(beside) as cursor:
        cursor.execute(words, values)
