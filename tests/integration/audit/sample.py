"""A case table of no app: a note about a case."""

from typing import Any

import psycopg

from offmon.core.formats.canon import Json
from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.server.audit.actions import append
from offmon.server.base.actor import Actor, Service, service
from offmon.server.base.fields import TextField
from offmon.server.base.ids import new_id
from offmon.server.base.policies import DELETE, INSERT, SELECT, case_table, may
from offmon.server.base.rows import CaseRow
from offmon.server.base.scope import action

TABLE = "sample_note"
AGENCY = Id("a" * 32)
OTHER_AGENCY = Id("b" * 32)
CASE = Id("c" * 32)
OTHER_CASE = Id("d" * 32)
WORKER = service(Service.WORKER, AGENCY)
OTHER_WORKER = service(Service.WORKER, OTHER_AGENCY)


class Note(CaseRow):
    KIND = TABLE  # a kind that no migration knows: it is called as its table is

    words = TextField()

    class Meta:
        app_label = "sample"
        db_table = TABLE

    def values(self) -> dict[str, Json]:
        return {"id": self.id, "words": self.words}


def agencies(connection: psycopg.Connection[Any]) -> None:
    """The two agencies, as the operator sets them up: an entry stands in the log of one that there is."""
    for number, agency in enumerate((AGENCY, OTHER_AGENCY)):
        connection.execute(
            "insert into agencies_agency (id, name, force_code, origin, root, contact,"
            " office_hours, on_call_urgent, on_call_high, on_call_standard, duty_inspector, delay_days)"
            " values (%s, 'An invented force', %s, %s, '', '', '', '', '', '', '', 14)",
            [agency, f"86{number}", f"force.invalid/86{number}/log"],
        )


def create(connection: psycopg.Connection[Any]) -> None:
    """The table, guarded as an app's migration guards its own."""
    connection.execute(
        'create table sample_note (id uuid primary key, agency uuid not null, "case" uuid not null,'
        " salt bytea not null, words text not null)"
    )
    operations = case_table(
        TABLE, worker=may(SELECT, INSERT, DELETE, update=["words"]), console=may(SELECT, INSERT, update=["words"])
    )
    for operation in operations:
        for statement in operation.sql:
            connection.execute(str(statement).encode())


def a_note(words: str = "as it was", *, actor: Actor = WORKER, case: Id = CASE) -> Note:
    return Note(id=new_id(), agency=actor.agency, case=case, words=words)


@action
def do_note(words: str, *, actor: Actor, case: Id = CASE) -> Note:
    """A well-behaved act: the row, and the entry that names it."""
    note = a_note(words, actor=actor, case=case)
    note.save(force_insert=True)
    append(actor, Verb.TERM_RECORDED, case=case, touched=[note])
    return note
