"""Statements of our own that are said again and again, in the same words: the database plans each once a connection.

Django's own statements have their values written into the text, so that each is read and planned anew. What every act says (its scope, its
rows, its entry) goes this way instead: the words alone, values beside them. After `PREPARE_AFTER` uses (settings) the plan is kept.
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
