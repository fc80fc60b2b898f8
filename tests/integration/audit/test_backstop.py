"""Nothing changes without an audit entry that names it, whatever code forgets or a compromised process tries (ADR 4; R-DPA-14).

Every test runs as the worker's own role, which `as_process` first shows to be ordinary.
"""

from collections.abc import Callable
from uuid import UUID

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.models import QuerySet

from offmon.core.formats import codec
from offmon.core.ids import Id
from offmon.core.log import audit
from offmon.core.log.audit import Touched, Verb
from offmon.server.audit.actions import append, entries
from offmon.server.audit.models import Entry
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.policies import Process
from offmon.server.base.scope import action, scope
from tests.database import Database
from tests.integration.audit.sample import AGENCY, CASE, TABLE, WORKER, Note, a_note, do_note
from tests.integration.audit.test_as_committed import TOUCHED, Row, an_entry
from tests.prove.markers import proves
from tests.server import as_process
from tests.support.taken import insert

pytestmark = pytest.mark.usefixtures("as_worker")
UNNAMED = "without an audit entry that names it"

# Three do nothing to anyone; the portal acts in one person's scope only, which it tries itself.
ACTING = sorted({*Process} - {Process.ASSURANCE, Process.WEBSITE, Process.PORTAL, Process.OPERATOR})


def words_of(note: Note) -> list[str]:
    with scope(WORKER):
        return [row.words for row in Note.objects.filter(id=note.id)]


@proves("S15", entries._guarded, disabled=lambda row: "nothing:00000000-0000-0000-0000-000000000000")
def test_a_row_whose_entry_names_it_is_committed() -> None:
    note = do_note("kept", actor=WORKER)
    assert words_of(note) == ["kept"]


@proves("S15", drop="drop trigger audited on sample_note")
def test_a_row_without_an_entry_is_not_committed() -> None:
    note = a_note()
    with pytest.raises(IntegrityError, match=UNNAMED), scope(WORKER, durable=True):
        note.save(force_insert=True)
    assert words_of(note) == []


@action
def do_write(rows: list[Note], *, naming: list[Note], actor: Actor = WORKER) -> None:
    """Write these rows, and an entry that names those."""
    Note.objects.bulk_create(rows)
    append(actor, Verb.TERM_RECORDED, case=CASE, touched=naming)


def test_an_entry_that_names_another_row_covers_nothing() -> None:
    note, other = a_note(), a_note()
    with pytest.raises(IntegrityError, match=UNNAMED):
        do_write([note], naming=[other], actor=WORKER)
    assert words_of(note) == []


@action
def do_write_beside(note: Note, entry: Row, *, actor: Actor) -> None:
    """Write the row, and that row of the log."""
    note.save(force_insert=True)
    insert(connection.connection, "audit_entry", entry)


@pytest.mark.parametrize("words", [(), (TOUCHED,)], ids=["none", "another row"])
def test_an_entry_whose_column_names_it_and_whose_words_do_not_covers_nothing(words: tuple[Touched, ...]) -> None:
    note = a_note()
    entry = an_entry(touched=words) | {"touched": [f"{TABLE}:{UUID(note.id)}"]}
    with pytest.raises(psycopg.errors.CheckViolation, match="says what its columns say"):
        do_write_beside(note, entry, actor=WORKER)
    assert words_of(note) == []


def test_one_entry_does_not_cover_a_row_more_than_it_names() -> None:
    named, unnamed = a_note(), a_note()
    with pytest.raises(IntegrityError, match=UNNAMED):
        do_write([named, unnamed], naming=[named], actor=WORKER)
    assert words_of(named) == []
    do_write([named, unnamed], naming=[unnamed, named], actor=WORKER)
    assert words_of(named) == ["as it was"]


@action
def do_write_and_take_the_entry_back(note: Note, *, actor: Actor) -> None:
    note.save(force_insert=True)
    savepoint = transaction.savepoint_create()
    append(actor, Verb.TERM_RECORDED, case=CASE, touched=[note])
    transaction.savepoint_rollback(savepoint)


def test_an_entry_of_a_rolled_back_savepoint_does_not_count() -> None:
    note = a_note()
    with pytest.raises(IntegrityError, match=UNNAMED):
        do_write_and_take_the_entry_back(note, actor=WORKER)
    assert words_of(note) == []


def test_an_entry_of_an_earlier_transaction_does_not_count() -> None:
    note = do_note("first", actor=WORKER)
    with pytest.raises(IntegrityError, match=UNNAMED), scope(WORKER, durable=True):
        Note.objects.filter(id=note.id).update(words="edited")
    assert words_of(note) == ["first"]


FORGERY = """
insert into audit_entry (id, {columns}, xid)
select gen_random_uuid(), {columns}, (pg_current_xact_id()::text::bigint + 1)::text::xid8 from audit_entry where id = %s
"""


@action
def do_forge(note: Note, *, actor: Actor) -> int:
    """Write an entry that claims to belong to the next transaction. Returns that transaction's number."""
    entry = append(actor, Verb.TERM_RECORDED, case=CASE, touched=[note])
    columns = ", ".join(f'"{field.column}"' for field in Entry._meta.fields if field.column != "id")
    with connection.cursor() as cursor:
        cursor.execute(FORGERY.format(columns=columns), [entry.id])
    return transaction_number() + 1


@action
def do_edit(note: Note, seen: list[int], *, actor: Actor) -> None:
    """Change a row and name nothing."""
    Note.objects.filter(id=note.id, agency=actor.agency).update(words="edited")
    seen.append(transaction_number())


def transaction_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select pg_current_xact_id()::text::bigint")
        return int(cursor.fetchone()[0])


def test_an_entry_with_a_forged_transaction_id_does_not_count() -> None:
    note = do_note("first", actor=WORKER)
    claimed, seen = do_forge(note, actor=WORKER), list[int]()
    with pytest.raises(IntegrityError, match=UNNAMED):
        do_edit(note, seen, actor=WORKER)
    assert seen == [claimed]  # else the forgery was not tried
    assert words_of(note) == ["first"]


@pytest.mark.parametrize(
    ("change", "after"), [(lambda rows: rows.update(words="edited"), ["edited"]), (lambda rows: rows.delete(), [])]
)
def test_an_update_and_a_deletion_need_an_entry_as_an_insertion_does(
    change: Callable[["QuerySet[Note]"], object], after: list[str]
) -> None:
    note = do_note("first", actor=WORKER)
    with pytest.raises(IntegrityError, match=UNNAMED), scope(WORKER, durable=True):
        change(Note.objects.filter(id=note.id))
    assert words_of(note) == ["first"]
    with scope(WORKER, durable=True):
        append(WORKER, Verb.TERM_CONFIRMED, case=CASE, touched=[note])
        change(Note.objects.filter(id=note.id))
    assert words_of(note) == after


@pytest.mark.parametrize("seconds", [-6, 6])
def test_an_entry_far_from_the_databases_clock_is_refused(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + seconds * 1000)
    with pytest.raises(IntegrityError, match="more than 5 seconds"):
        do_note("late", actor=WORKER)


def test_the_table_cannot_be_emptied_at_a_stroke(as_worker: Database) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute(f"truncate {TABLE}")
    with (
        as_worker.connect_as_owner() as owner,
        pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="truncate of sample_note is refused"),
    ):
        owner.execute(b"truncate sample_note")


def test_the_backstop_cannot_be_switched_off_by_a_process() -> None:
    for statement in (
        "alter table sample_note disable trigger all",
        "set session_replication_role = replica",
        "set constraints all immediate; drop trigger audited on sample_note",
    ):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_an_entry_commits_to_the_row_as_it_stands_after_the_write() -> None:
    note = do_note("as committed", actor=WORKER)
    with scope(WORKER):
        entry = Entry.objects.get()
    record = codec.load(audit.AuditEntry, entry.doc, max_size=1 << 16)
    assert [(item.table, item.id, item.commit) for item in record.touched] == [(note.KIND, note.id, note.commitment())]
    assert [name.split(":")[0] for name in entry.touched] == [TABLE]  # what the backstop compares with
    assert entry.commit == audit.commit_of(record, entry.salt)
    assert record.agency == Id(AGENCY)


def test_every_process_that_acts_may_append_and_its_own_role_is_shown_ordinary(as_worker: Database) -> None:
    for process in ACTING:
        with as_process(as_worker, process), scope(WORKER, durable=True):
            append(WORKER, Verb.ACCESS_DENIED, case=CASE)
    with scope(WORKER):
        assert Entry.objects.count() == len(ACTING)
