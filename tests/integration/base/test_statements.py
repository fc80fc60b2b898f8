"""Repeated statements are planned once a connection, and every watcher of statements still sees them."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from offmon.server.base.scope import scope
from offmon.server.base.settings.common import PREPARE_AFTER
from offmon.server.base.statements import execute
from tests.integration.audit.sample import TABLE, WORKER, Note, do_note

pytestmark = pytest.mark.usefixtures("as_worker")


def planned() -> list[str]:
    """The statements whose plans this connection keeps."""
    with connection.cursor() as cursor:
        cursor.execute("select statement from pg_prepared_statements")
        return [words for (words,) in cursor.fetchall()]


def test_scope_row_and_entry_are_planned_once_they_were_said_often() -> None:
    do_note("said once", actor=WORKER)
    assert planned() == []
    for n in range(PREPARE_AFTER):
        do_note(f"said for the {n}th time", actor=WORKER)
    begun = sorted(words.partition("(")[0].strip() for words in planned())
    assert begun == ['insert into "audit_entry"', f'insert into "{TABLE}"', "select set_config"]
    do_note("by the plan that was kept", actor=WORKER)
    with scope(WORKER):
        assert Note.objects.filter(words="by the plan that was kept").count() == 1


def test_whoever_watches_statements_sees_these_too() -> None:
    seen = []

    def note(execute: Any, words: str, given: Any, many: bool, context: Any) -> Any:
        seen.append(words)
        return execute(words, given, many, context)

    with connection.execute_wrapper(note):
        do_note("watched", actor=WORKER)
    assert len(seen) == 3


def test_what_the_database_refuses_is_django_s_error_and_ends_the_transaction() -> None:
    with pytest.raises(DatabaseError, match="invalid input syntax"), transaction.atomic():
        execute("select %s::uuid", ["not an id"])
    with transaction.atomic():
        execute("select %s::uuid", [WORKER.id])
