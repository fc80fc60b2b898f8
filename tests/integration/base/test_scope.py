"""One transaction acts for one actor of one agency. Without a scope nothing of a case is visible (design §5, "Scope")."""

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from offmon.core.access.roles import Role
from offmon.core.errors import Refused
from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.server.audit.actions import append, entries
from offmon.server.audit.models import Entry
from offmon.server.base.actor import Actor
from offmon.server.base.policies import Process
from offmon.server.base.scope import action, current, scope
from offmon.server.processes.roles import PROCESS_ROLES
from tests.database import Database
from tests.integration.audit.sample import (
    AGENCY,
    CASE,
    OTHER_AGENCY,
    OTHER_CASE,
    OTHER_WORKER,
    WORKER,
    Note,
    a_note,
    do_note,
)
from tests.prove.markers import proves
from tests.server import as_process


@pytest.mark.parametrize("role", ["offmon_worker", "offmon_console"])
@pytest.mark.parametrize("rows", [0, 1])
def test_unset_is_an_error_and_never_an_empty_page(notes: Database, role: str, rows: int) -> None:
    if rows:
        with as_process(notes, Process.WORKER):
            do_note("of a case", actor=WORKER)
    with notes.connect(role, autocommit=True) as session:
        with pytest.raises(psycopg.errors.UndefinedObject):
            session.execute("select * from sample_note")
        with session.transaction():
            session.execute("select set_config('offmon.agency', %s, true)", [AGENCY])
            session.execute("select set_config('offmon.actor', %s, true)", [AGENCY])
            session.execute("select * from sample_note")
        # Once it was set, a setting is not unset again but empty: that is no agency either.
        with pytest.raises(psycopg.errors.InvalidTextRepresentation):
            session.execute("select * from sample_note")


def test_a_query_without_a_scope_is_an_error(as_worker: Database) -> None:
    with pytest.raises(DatabaseError):
        list(Note.objects.all())
    with pytest.raises(DatabaseError):
        list(Entry.objects.all())


@proves(
    "S17",
    drop="alter table sample_note no force row level security; alter table sample_note disable row level security",
)
def test_an_agency_sees_its_own_rows_only(as_worker: Database) -> None:
    mine, theirs = do_note("ours", actor=WORKER), do_note("theirs", actor=OTHER_WORKER, case=OTHER_CASE)
    with scope(WORKER):
        assert [note.id for note in Note.objects.all()] == [mine.id]
        assert {entry.agency for entry in Entry.objects.all()} == {AGENCY}
        assert Note.objects.filter(id=theirs.id).update(words="edited") == 0
        assert Note.objects.filter(id=theirs.id).delete()[0] == 0
    with scope(OTHER_WORKER):
        assert [note.words for note in Note.objects.all()] == ["theirs"]


def test_an_agency_writes_no_row_of_another(as_worker: Database) -> None:
    stray = a_note(actor=OTHER_WORKER)
    with pytest.raises(DatabaseError, match="row-level security"), scope(WORKER):
        stray.save(force_insert=True)


@action
def do_deny_elsewhere(*, actor: Actor) -> None:
    """What a taken process might try: its own agency in the entry, another in the session."""
    with connection.cursor() as cursor:
        cursor.execute("select set_config('offmon.agency', %s, true)", [OTHER_AGENCY])
    append(actor, Verb.ACCESS_DENIED, case=CASE)


@pytest.mark.parametrize("role", PROCESS_ROLES)
def test_no_process_writes_an_entry_of_another_agency(notes: Database, role: str) -> None:
    with as_process(notes, Process(role)), pytest.raises(DatabaseError, match=r"row-level security|permission denied"):
        do_deny_elsewhere(actor=WORKER)


def test_a_scope_of_another_agency_or_person_cannot_be_opened_inside_one(as_worker: Database) -> None:
    colleague = Actor(Id("e" * 32), Role.OFFENDER_MANAGER, None, AGENCY)
    for other in (OTHER_WORKER, colleague):
        with scope(WORKER), pytest.raises(Refused) as refusal, scope(other):
            pass
        assert refusal.value.code == "scope-of-another"
        assert current() is None


def test_a_scope_inside_the_same_actors_joins_it(as_worker: Database) -> None:
    note = a_note("kept")
    with scope(WORKER, durable=True):
        with scope(WORKER):
            note.save(force_insert=True)
        append(WORKER, Verb.TERM_RECORDED, case=CASE, touched=[note])
    with scope(WORKER):
        assert Note.objects.get().words == "kept"


def test_an_action_runs_in_no_other_transaction(as_worker: Database) -> None:
    with pytest.raises(RuntimeError, match="durable"), scope(WORKER):
        do_note("inside", actor=WORKER)
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        do_note("inside", actor=WORKER)


def test_an_action_without_an_actor_does_not_run(as_worker: Database) -> None:
    with pytest.raises(TypeError, match="actor"):
        do_note("nobody's", actor=None)  # type: ignore[arg-type]


def test_an_entry_is_written_in_its_actors_scope_only(as_worker: Database) -> None:
    with pytest.raises(Refused) as outside:
        append(WORKER, Verb.ACCESS_DENIED, case=CASE)
    with pytest.raises(Refused) as of_another, scope(WORKER):
        append(OTHER_WORKER, Verb.ACCESS_DENIED, case=CASE)
    assert {outside.value.code, of_another.value.code} == {"audit-outside-scope"}


@proves("S95", entries._elsewhere, disabled=lambda row, agency, case: False)
def test_an_entry_accounts_for_rows_of_its_own_case_only(as_worker: Database) -> None:
    note = a_note(case=OTHER_CASE)
    with pytest.raises(Refused) as refusal, scope(WORKER):
        append(WORKER, Verb.TERM_RECORDED, case=CASE, touched=[note])
    assert refusal.value.code == "audit-wrong-case"
