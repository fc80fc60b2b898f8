"""Table by table, from the model registry: who may do what is decided for each, and the guards hold on each (ADR 4).

A later app's table is covered as soon as it exists. A table without a decision fails.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from psycopg import sql

from offmon.core.ids import Digest, Id, Slug
from offmon.core.log.audit import Touched, Verb
from offmon.server.agencies.models import CHANGED_BY_STAFF
from offmon.server.audit.actions import append
from offmon.server.audit.models import Entry
from offmon.server.base.actor import Actor
from offmon.server.base.ids import new_id
from offmon.server.base.policies import Process
from offmon.server.base.rows import AgencyRow, CaseRow, DirectoryRow, LogRow
from offmon.server.base.scope import action
from offmon.server.processes.roles import PROCESS_ROLES
from tests.database import Database
from tests.integration.audit.decided import (
    DECLARED,
    NO_ENTRY,
    NOT_OURS,
    OF_ITS_OWN,
    OF_THE_LOG,
    ONE_OF_A_KIND_BY_ANOTHER_RULE,
    READ_BY_THE_BACKSTOP,
    WRITTEN_BY_OTHERS,
)
from tests.integration.audit.sample import CASE, OTHER_AGENCY, OTHER_CASE, OTHER_WORKER, WORKER
from tests.server import as_process
from tests.support.taken import Elsewhere, name

type Kind = type[AgencyRow | DirectoryRow | LogRow]

MODELS = [model for model in apps.get_models() if model.__module__.startswith("offmon.")]
GUARDED = [model for model in MODELS if issubclass(model, AgencyRow)]
guarded = pytest.mark.parametrize("model", GUARDED, ids=[model._meta.db_table for model in GUARDED])

FAULTS = """
select array_remove(array[
    case when not relrowsecurity then 'has no row-level security' end,
    case when not relforcerowsecurity then 'does not force row-level security on its owner' end,
    case when exists (select from pg_policy where polrelid = relation.oid
                      and (not polpermissive or polcmd <> '*' or cardinality(polroles) <> 1 or polroles = '{0}'))
         then 'has a policy that is not one role''s for everything' end,
    case when exists (select from pg_policy where polrelid = relation.oid group by polroles having count(*) > 1)
         then 'has two policies for a role' end,
    case when exists (select from unnest(%(roles)s::text[]) role
                      where (has_any_column_privilege(role, relation.oid, 'select, insert, update')
                             or has_table_privilege(role, relation.oid, 'delete'))
                          <> exists (select from pg_policy where polrelid = relation.oid
                                     and polroles = array[role::regrole::oid]))
         then 'has a grant without a policy, or a policy without a grant' end,
    case when exists (select from pg_policy where polrelid = relation.oid
                      and pg_get_expr(polqual, polrelid) not like %(agency)s)
         then 'has a policy that does not ask for the agency' end,
    case when exists (select from pg_policy where polrelid = relation.oid
                      and pg_get_expr(polqual, polrelid) is distinct from pg_get_expr(polwithcheck, polrelid))
         then 'lets a role write what it could not read' end
], null)
from pg_class relation where oid = %(table)s::regclass
"""
GUARDS = """
select tgname::text from pg_trigger
where tgrelid = %s::regclass and not tgisinternal and tgenabled = 'O'
    and (tgname <> 'audited' or (tgdeferrable and tginitdeferred and tgtype & 29 = 29 and tgattr::text = '' and tgqual is null
                                 and tgfoid = ('audit_names_' || %s)::regproc
                                 and pg_get_userbyid((select proowner from pg_proc where oid = tgfoid)) = 'offmon_backstop'))
"""
COULD = """
select array_agg(role || ': ' || verb) from unnest(%s::text[]) role, unnest(array['truncate', 'trigger', 'references']) verb
where has_table_privilege(role, %s, verb)
"""


ON_INSERT_ONLY = (
    "create constraint trigger audited after insert on sample_note"
    " deferrable initially deferred for each row execute function audit_names_id()"
)
ON_ONE_COLUMN = (
    "create constraint trigger audited after insert or update of agency or delete on sample_note"
    " deferrable initially deferred for each row execute function audit_names_id()"
)
ON_SOME_ROWS = (
    "create constraint trigger audited after insert or update or delete on sample_note"
    " deferrable initially deferred for each row when (pg_trigger_depth() = 0) execute function audit_names_id()"
)


def scoping_faults(session: psycopg.Connection[Any], table: str) -> list[str]:
    """What is wrong with a table's policies, in words."""
    values = {"roles": list(PROCESS_ROLES), "agency": "%agency = (current_setting('offmon.agency'::text))::uuid%"}
    row = session.execute(FAULTS.encode(), {**values, "table": table}).fetchone()
    assert row is not None
    return list(row[0])


def guards(session: psycopg.Connection[Any], table: str, subject: str = "id") -> set[str]:
    """The triggers that stand on a table; one that is not of the right form does not count."""
    return {name for (name,) in session.execute(GUARDS.encode(), [table, subject]).fetchall()}


def test_every_table_is_of_a_kind(database: Database) -> None:
    kinds: dict[str, Any] = {model._meta.db_table: model for model in MODELS} | NOT_OURS
    with database.connect_as_owner() as session:
        tables = session.execute("select tablename::text from pg_tables where schemaname = 'public'").fetchall()
    undecided = [t for (t,) in tables if not issubclass(kinds.get(t, object), AgencyRow | DirectoryRow | LogRow)]
    assert sorted(undecided) == [*DECLARED]


@pytest.mark.parametrize("table", DECLARED)
def test_what_the_code_declares_no_process_may_write(database: Database, table: str) -> None:
    writes = """
    select array_agg(role) from unnest(%s::text[]) role
    where has_table_privilege(role, %s, 'insert, update, delete, truncate, trigger, references')
        or has_any_column_privilege(role, %s, 'insert, update')
    """
    with database.connect_as_owner() as session:
        assert session.execute(writes, [list(PROCESS_ROLES), table, table]).fetchone() == (None,)


UNNAMED = """
select relname::text from pg_class held where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
    and exists (
        select from unnest(%(roles)s::text[]) role, (values ('insert', 4), ('update', 16), ('delete', 8)) writes (verb, bit)
        where (case verb when 'delete' then has_table_privilege(role, held.oid, verb)
                         else has_any_column_privilege(role, held.oid, verb) end)
            and not exists (select from pg_trigger where tgrelid = held.oid and tgname = 'audited' and tgtype & bit = bit))
"""
COLUMNS = """
select array(select attname::text from pg_attribute where attrelid = 'agencies_agency'::regclass and attnum > 0
                 and exists (select from unnest(%s::text[]) role where has_column_privilege(role, attrelid, attnum, 'update'))
             order by 1),
       array(select attname::text from pg_trigger join pg_attribute on attrelid = tgrelid and attnum = any(tgattr)
             where tgrelid = 'agencies_agency'::regclass and tgname = 'audited' order by 1)
"""


def test_what_a_process_writes_is_named_by_an_entry_or_stands_here_with_its_reason(database: Database) -> None:
    with database.connect_as_owner() as session:
        unnamed = {table for (table,) in session.execute(UNNAMED, {"roles": list(PROCESS_ROLES)}).fetchall()}
        changed = session.execute(COLUMNS, [list(PROCESS_ROLES)]).fetchone()
    assert unnamed == set(NO_ENTRY)
    assert changed == (list(CHANGED_BY_STAFF), list(CHANGED_BY_STAFF)), "of an agency, column by column"


def test_every_table_is_scoped_and_guarded_as_its_kind_says(database: Database) -> None:
    with database.connect_as_owner() as session:
        for model in MODELS:
            table = model._meta.db_table
            if issubclass(model, AgencyRow):
                guarding = {"audited", "no_truncate"} | OF_ITS_OWN.get(table, set())
                assert guards(session, table, model.SUBJECT) == guarding, table
            if issubclass(model, LogRow):
                assert guards(session, table) == OF_THE_LOG.get(table, {"insert_only"}), table
            if issubclass(model, AgencyRow | LogRow) and table not in READ_BY_THE_BACKSTOP:
                faults = ["lets a role write what it could not read"] if table in WRITTEN_BY_OTHERS else []
                assert scoping_faults(session, table) == faults, table


UNIQUE = """
select index.relname::text, array_agg(attname::text) from pg_index
join pg_class index on index.oid = indexrelid join pg_attribute on attrelid = indrelid and attnum = any(indkey)
where indrelid = %s::regclass and indisunique and not indisprimary group by 1 having not 'agency' = any(array_agg(attname))
"""
POINTING = """
select encode(tgargs, 'escape') from pg_trigger where tgrelid = %s::regclass and tgname = 'of_its_parent' and tgenabled = 'O'
"""


def test_a_place_that_there_is_one_of_is_taken_within_its_own_agency_and_case(database: Database) -> None:
    """A foreign key asks nobody whose the other row is: each unique key has the agency, the trigger on a column of it, or a reason."""
    by_another_rule = set()
    with database.connect_as_owner() as session:
        for model in GUARDED:
            table = model._meta.db_table
            pointing = {arguments.split("\\000")[0] for (arguments,) in session.execute(POINTING, [table]).fetchall()}
            for key, columns in session.execute(UNIQUE, [table]).fetchall():
                if not pointing & set(columns):
                    by_another_rule.add(key)
    assert by_another_rule == set(ONE_OF_A_KIND_BY_ANOTHER_RULE)


def test_the_entrys_own_policies_are_those_and_the_backstops(database: Database) -> None:
    with database.connect_as_owner() as session:
        assert scoping_faults(session, "audit_entry") == [
            "has a policy that is not one role's for everything",
            "has a policy that does not ask for the agency",
            "lets a role write what it could not read",
        ]
        session.execute("drop policy offmon_backstop on audit_entry")
        # The signer writes of what it did, and reads of what it asks the log alone; the console reads of its actor's cases.
        for role in ("offmon_signer", "offmon_console"):
            assert scoping_faults(session, "audit_entry") == ["lets a role write what it could not read"]
            session.execute(
                f"alter policy {role} on audit_entry using (agency = current_setting('offmon.agency')::uuid)".encode()
            )
        assert scoping_faults(session, "audit_entry") == []
        session.rollback()


@pytest.mark.parametrize("table", sorted(READ_BY_THE_BACKSTOP - {"audit_entry"}))
def test_what_else_the_backstop_reads_has_its_own_policies_and_that_one(database: Database, table: str) -> None:
    with database.connect_as_owner() as session:
        assert scoping_faults(session, table) == [
            "has a policy that is not one role's for everything",
            "lets a role write what it could not read",  # for it is one to read by, and says nothing of what is written
        ]
        session.execute(f"drop policy offmon_backstop on {table}".encode())
        of_the_console = ["lets a role write what it could not read"] if table in WRITTEN_BY_OTHERS else []
        assert scoping_faults(session, table) == of_the_console
        session.rollback()


def test_no_process_may_empty_a_table_or_hang_anything_on_it(database: Database) -> None:
    with database.connect_as_owner() as session:
        for model in MODELS:
            found = session.execute(COULD, [list(PROCESS_ROLES), model._meta.db_table]).fetchone()
            assert found == (None,), model._meta.db_table


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("alter table sample_note disable row level security", "has no row-level security"),
        ("alter table sample_note no force row level security", "does not force row-level security on its owner"),
        ("create policy more on sample_note to offmon_console using (true)", "has two policies for a role"),
        ("create policy all_of_them on sample_note using (true)", "has a policy that is not one role's for everything"),
        ("grant select on sample_note to offmon_ingest", "has a grant without a policy, or a policy without a grant"),
        ("alter policy offmon_worker on sample_note using (true)", "has a policy that does not ask for the agency"),
        ("alter policy offmon_worker on sample_note with check (true)", "lets a role write what it could not read"),
    ],
)
def test_a_table_that_is_not_scoped_is_found(notes: Database, statement: str, fault: str) -> None:
    with notes.connect_as_owner() as session:
        assert scoping_faults(session, "sample_note") == []
        session.execute(statement.encode())
        assert fault in scoping_faults(session, "sample_note")


@pytest.mark.parametrize(
    "statement",
    [
        "drop trigger audited on sample_note",
        "alter table sample_note disable trigger audited",
        "alter function audit_names_id() owner to offmon_owner",
        *(f"drop trigger audited on sample_note; {weaker}" for weaker in (ON_INSERT_ONLY, ON_ONE_COLUMN, ON_SOME_ROWS)),
    ],
)
def test_a_table_that_is_not_guarded_is_found(notes: Database, statement: str) -> None:
    with notes.connect_as_owner() as session:
        assert guards(session, "sample_note") == {"audited", "no_truncate"}
        session.execute(statement.encode())
        assert guards(session, "sample_note") == {"no_truncate"}


@action
def do_in_table(
    statement: str, values: Mapping[str, Any], *, touched: Sequence[Touched], actor: Actor, case: Id | None = None
) -> None:
    """Run one statement, and append one entry where it should name something."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
    if touched:
        append(actor, Verb.TERM_RECORDED, case=case, touched=touched)


@action
def do_in_table_and_take_the_entry_back(
    statement: str, values: Mapping[str, Any], *, touched: Sequence[Touched], actor: Actor, case: Id | None
) -> None:
    """Run one statement, and append its true entry in a savepoint that is rolled back."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
    savepoint = transaction.savepoint_create()
    append(actor, Verb.TERM_RECORDED, case=case, touched=touched)
    transaction.savepoint_rollback(savepoint)


@action
def do_in_table_and_tell_another_agency(
    statement: str, values: Mapping[str, Any], naming: Touched, table: str, *, actor: Actor, case: Id | None
) -> None:
    """Run one statement, and insert an entry that names it in another agency's log, as whoever holds a process's role may."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        cursor.execute("select set_config('offmon.agency', %s, true)", [OTHER_AGENCY])
    there = Elsewhere(OTHER_AGENCY, case, OTHER_WORKER)
    name(connection.connection, there, Verb.TERM_RECORDED, table, naming.id, naming)


AHEAD = 1000  # transactions are numbered for the whole server, which other tests use at the same time
FORGERY = """
insert into audit_entry (id, {columns}, xid)
select gen_random_uuid(), {columns}, (pg_current_xact_id()::text::bigint + ahead)::text::xid8
from audit_entry, generate_series(1, {ahead}) ahead where id = %s returning pg_current_xact_id()::text::bigint
"""


@action
def do_forge(touched: Sequence[Touched], *, actor: Actor, case: Id | None) -> range:
    """Write entries that name these rows and claim to belong to the transactions to come. Returns the numbers claimed."""
    entry = append(actor, Verb.TERM_RECORDED, case=case, touched=touched)
    columns = ", ".join(f'"{field.column}"' for field in Entry._meta.fields if field.column != "id")
    with connection.cursor() as cursor:
        cursor.execute(FORGERY.format(columns=columns, ahead=AHEAD), [entry.id])
        number = int(cursor.fetchone()[0])
    return range(number + 1, number + 1 + AHEAD)


@action
def do_in_table_unnamed(statement: str, values: Mapping[str, Any], seen: list[int], *, actor: Actor) -> None:
    """Run one statement, name nothing, and note the number of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        cursor.execute("select pg_current_xact_id()::text::bigint")
        seen.append(int(cursor.fetchone()[0]))


def refused(statement: str, values: Mapping[str, Any], naming: Touched, table: str, case: Id | None) -> None:
    """No entry; one that names another row; of another case; of another agency; taken back; forged in an earlier transaction."""
    another = replace(naming, id=new_id())
    unnamed = pytest.raises(IntegrityError, match="without an audit entry that names it")
    with unnamed:
        do_in_table(statement, values, touched=[], actor=WORKER)
    with unnamed:
        do_in_table(statement, values, touched=[another], actor=WORKER, case=case)
    for other in (OTHER_CASE, None) if case else ():  # what is about no case, an entry may name beside what is
        with unnamed:
            do_in_table(statement, values, touched=[naming], actor=WORKER, case=other)
    with unnamed:
        do_in_table_and_tell_another_agency(statement, values, naming, table, actor=WORKER, case=case)
    with unnamed:
        do_in_table_and_take_the_entry_back(statement, values, touched=[naming], actor=WORKER, case=case)
    claimed, seen = do_forge([naming], actor=WORKER, case=case), list[int]()
    with unnamed:
        do_in_table_unnamed(statement, values, seen, actor=WORKER)
    assert seen[0] in claimed  # else the forgery was not tried


@guarded
def test_nothing_is_written_without_an_entry_that_names_it(database: Database, model: type[AgencyRow]) -> None:
    table, subject = model._meta.db_table, model.SUBJECT
    with database.connect_as_owner() as owner:
        _open_to_the_worker(owner, table)
    values = {"agency": WORKER.agency, "case": CASE, "subject": new_id()} | {"row": new_id()}
    if subject == "id":
        values["row"] = values["subject"]
    columns = {"id": "row", "agency": "agency"}
    case = CASE if issubclass(model, CaseRow) else None
    columns |= {"case": "case"} if case else {}
    columns |= {subject: "subject"}
    names, places = ", ".join(f'"{c}"' for c in columns), ", ".join(f"%({p})s" for p in columns.values())
    insert = f"insert into {table} ({names}) values ({places})"  # noqa: S608  # a table's own names
    changes = [f"update {table} set agency = agency", f"delete from {table}"]  # noqa: S608
    word = model.KIND if subject == "id" else table  # as the entry's words call it
    naming = Touched(Slug(word), Id(values["subject"]), Digest("0" * 64))
    with as_process(database, Process.WORKER):
        for statement in (insert, *changes):
            refused(statement, values, naming, table, case)
            do_in_table(statement, values, touched=[naming], actor=WORKER, case=case)
    emptied = pytest.raises(psycopg.errors.IntegrityConstraintViolation, match=f"truncate of {table} is refused")
    with emptied, database.connect_as_owner() as owner:
        owner.execute(sql.SQL("truncate {} cascade").format(sql.Identifier(table)))


def test_what_staff_change_of_an_agency_is_guarded_in_the_same_way(database: Database) -> None:
    with database.connect_as_owner() as owner:
        owner.execute("grant select, update on agencies_agency to offmon_worker")
    naming = Touched(Slug("agencies_agency"), WORKER.agency, Digest("0" * 64))
    with as_process(database, Process.WORKER):
        for column in CHANGED_BY_STAFF:
            change, values = f"update agencies_agency set {column} = {column} where id = %(id)s", {"id": WORKER.agency}  # noqa: S608
            refused(change, values, naming, "agencies_agency", None)
            do_in_table(change, values, touched=[naming], actor=WORKER)


def _open_to_the_worker(owner: psycopg.Connection[Any], table: str) -> None:
    """Let the worker write rows that are nothing but their keys: what is tried is the guard, not the table's other rules."""
    name = sql.Identifier(table)
    for statement in _rules_of(owner, table):
        owner.execute(statement)
    for guard in OF_ITS_OWN.get(table, ()):
        owner.execute(sql.SQL("drop trigger {} on {}").format(sql.Identifier(guard), name))
    owner.execute(sql.SQL("grant select, insert, update, delete on {} to offmon_worker").format(name))
    owner.execute(sql.SQL("drop policy if exists offmon_worker on {}").format(name))
    policy = (
        "create policy offmon_worker on {} to offmon_worker using (agency = current_setting('offmon.agency')::uuid)"
    )
    owner.execute(sql.SQL(policy).format(name))


def _rules_of(owner: psycopg.Connection[Any], table: str) -> Iterator[sql.Composed]:
    """The statements that drop a table's other constraints, those that point to it included."""
    rules = "select conrelid::regclass::text, conname::text from pg_constraint where contype in ('c', 'f', 'u')"
    of_it = f"{rules} and %s::regclass in (conrelid, confrelid)".encode()
    for of_table, rule in owner.execute(of_it, [table]).fetchall():
        drop = sql.SQL("alter table {} drop constraint if exists {} cascade")  # another may have taken it along
        yield drop.format(sql.Identifier(of_table), sql.Identifier(rule))
    filled = "select attname::text from pg_attribute where attrelid = %s::regclass and attnum > 0 and attnotnull and attname <> 'id'"
    for (column,) in owner.execute(filled, [table]).fetchall():
        loosen = sql.SQL("alter table {} alter column {} drop not null")
        yield loosen.format(sql.Identifier(table), sql.Identifier(column))
