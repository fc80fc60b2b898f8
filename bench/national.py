"""A database of the whole country's size: 50,000 cases of eight agencies, a million alerts, and the leaves and entries behind them.

Of the alerts of a case four are undecided and of the last four weeks; of these 98 in 100 were acknowledged within an hour, and nobody
answered the others. The rest were decided in the year before. One case is played through the product, from the order to an alert. A team of
eight officers with 60 cases each is opened by it too, since names are enclosed; their supervisor sees all 480. The other rows are set down
by SQL. `OFFMON_BENCH_LEAVES` (2,000,000 if unset, of 20,000,000) says how many leaves there are.
"""

import os
import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

import psycopg
from django.contrib.auth.hashers import make_password

from bench.ground import Ground, free_port, serving
from bench.queue_page import Browser, Office, environment_of
from offmon.core.ids import Id
from offmon.server.base.ids import new_id
from offmon.server.people.actions import do_open_case
from tests.support import accounts
from tests.support.story import Story
from trial.acting import set_app_up
from trial.apps import StaffWayIn

LEAVES: Final = int(os.environ.get("OFFMON_BENCH_LEAVES", "2000000"))
CASES: Final = 50_000
AGENCIES: Final = 8
OFFICERS: Final = 8
OWN: Final = 60  # cases of an officer
EACH: Final = 20  # alerts of a case
UNDECIDED: Final = 4  # of those
MISSED: Final = 50  # one of so many of these was answered by nobody

# By a superuser whom no trigger stops: only what is read is real here, not how it came to be. `n` numbers the cases, from 0.
PLACES: Final = """
set session_replication_role = replica;
set synchronous_commit = off;
set maintenance_work_mem = '512MB';
create temporary table places as
    select n, coalesce(team."case", gen_random_uuid()) as "case", coalesce(team.staff_id, md5('officer' || n / {own})::uuid) as officer,
           case when n < {here} then '{agency}'::uuid else md5('agency' || n / {here})::uuid end as agency
    from generate_series(0, {cases} - 1) n
    left join (select "case", staff_id, row_number() over (order by staff_id, "case") - 1 as n from agencies_caseload
               where staff_id = any({team}) and "case" <> '{case}') team using (n);
create index on places ("case");
create temporary table known as select '{case}'::uuid as id;
analyze places;
insert into agencies_caseload (id, agency, salt, "case", staff_id, since, reason, granted_by)
    select gen_random_uuid(), agency, '', "case", officer, 0, 'works on it', officer from places where n >= {teams};
insert into agencies_caseload (id, agency, salt, "case", staff_id, since, reason, granted_by)
    select gen_random_uuid(), agency, '', "case", '{supervisor}', 0, 'works on it', officer from places where n < {teams}
    on conflict do nothing;
insert into people_person (id, agency, salt, "case", reference, name, language)
    select "case", agency, '', "case", 'N/' || n, '', 'en' from places where n >= {teams};
insert into agencies_staff (id, agency_id, team_id, sign_in, display_name, role, is_active, salt, credentials, password)
    select distinct officer, agency, agency, 'officer' || officer, 'Officer', 'offender_manager', true, ''::bytea, ''::bytea, '!'
    from places where n >= {teams};
"""
REST: Final = """
insert into triage_alert (id, agency, salt, "case", deployment, capability, list_name, rule, gravity, state, owner, opened_at, last_at,
    risen_at, due_at, is_full)
    select md5('alert' || n || '-' || nth)::uuid, agency, '', "case", md5('{deployment}' || n)::uuid, 'site', 'site-list@1', 'rule.' || nth,
           'standard', case when nth > {undecided} then 'decided' else 'open' end, officer, at, at, at, at + 604800000, false
    from places, generate_series(1, {each}) nth,
         lateral (select case when nth > {undecided} then 2.42e9 + random() * 3e10 else random() * 2.4e9 end) since (ms),
         lateral (select ({now} - since.ms)::bigint) opened (at);
insert into triage_acknowledgement (id, agency, salt, "case", alert_id, by, at)
    select gen_random_uuid(), agency, '', "case", id, owner, opened_at + 3600000
    from triage_alert where state = 'open' and owner is not null and abs(hashtext(id::text)) % {missed} <> 0;
insert into triage_decision (id, agency, salt, "case", alert_id, outcome, reason, decided_by, decided_at)
    select md5('decision' || id)::uuid, agency, '', "case", id, 'not_a_match', 'Looked at in full.', owner, opened_at + 3600000
    from triage_alert where state = 'decided';
insert into triage_alertitem (id, agency, salt, "case", alert_id, leaf, device, epoch, n, event_at, captured_at, leads)
    select gen_random_uuid(), alert.agency, '', alert."case", alert.id, md5('leaf' || places.n || '-' || 2 * nth + also)::uuid,
           md5('{device}' || places.n)::uuid, md5('{epoch}' || places.n)::uuid, 2 * nth + also, opened_at, opened_at + also, true
    from places join triage_alert alert using ("case"), generate_series(0, 1) also,
         lateral (select substr(rule, 6)::int) of_rule (nth);
insert into intake_leaf (id, agency, salt, "case", batch, device, epoch, n, kind, "commit", ciphertext_digest, held, document,
    event_at, deployment, capability, list_name, rule, gravity)
    select md5('leaf' || n || '-' || nth)::uuid, agency, '\\x00112233445566778899aabbccddeeff', "case",
           md5('batch' || n || '-' || nth / 50)::uuid,
           md5('{device}' || n)::uuid, md5('{epoch}' || n)::uuid, nth, 'envelope', decode(repeat(md5(n::text), 2), 'hex'),
           decode(repeat(md5(nth::text), 2), 'hex'), 'held', decode(repeat(md5(n::text || nth), 12), 'hex'), {now} - nth * 60000,
           md5('{deployment}' || n)::uuid, 'site', 'site-list@1', 'rule.' || nth % 20, 'standard'
    from places, generate_series(2, {leaves} / {cases} + 1) nth;
insert into audit_entry (id, agency, "case", at, verb, operation, outcome, actor, actor_role, touched, doc, salt, "commit", xid, nth)
    select gen_random_uuid(), agency, "case", {now} - (random() * 6.3e10)::bigint, act.verb, act.operation, 'allowed', officer,
           'offender_manager', '{{}}', decode(repeat(md5(n::text), 40), 'hex'), ''::bytea, ''::bytea, '1', -n * 100 - nth
    from places, generate_series(1, {each}) nth
    join (values (0, 'batch.received', 'collection'), (1, 'queue.consulted', 'consultation'), (2, 'case.consulted', 'consultation'),
                 (3, 'alert.review', 'consultation')) act (mod, verb, operation) on act.mod = nth % 4;
"""
# Indexes are made once the rows lie there, which takes a third of the time. Those of a constraint stay.
_INDEXES: Final = """
select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index
where indrelid = any ('{intake_leaf,triage_alert,triage_alertitem,audit_entry}'::regclass[]) and not indisunique
"""
# What one case has of every table, for the others.
_TABLES: Final = """
select c.relname, array_agg(a.attname::text order by a.attnum), array_agg(a.atttypid = 'uuid'::regtype order by a.attnum)
from pg_class c join pg_namespace s on s.oid = c.relnamespace and s.nspname = 'public'
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attidentity = ''
where c.relkind = 'r' group by c.relname order by c.relname
"""
_FILLED_APART: Final = frozenset(
    {
        "agencies_caseload",
        "people_person",
        "triage_alert",
        "triage_alertitem",
        "intake_leaf",
        "triage_handover",
        "intake_batch",
        "triage_called",
    }
)


@dataclass(frozen=True)
class Country:
    """The filled database, its officer and supervisor."""

    story: Story
    officer: Office
    supervisor: Office

    @contextmanager
    def at_desks(self) -> Iterator[tuple[Browser, Browser]]:
        """The console, answering; the officer and the supervisor."""
        with serving("offmon.server.faces.console.wsgi", self.officer.environment, self.officer.port, ask="/sign-in/"):
            yield Browser(self.officer.port, self.officer.by), Browser(self.officer.port, self.supervisor.by)


@contextmanager
def filled(ground: Ground, cases: int = CASES, leaves: int = LEAVES) -> Iterator[Country]:
    """A database of so many cases and leaves."""
    with ground.database() as (database, folder):
        story = Story(database, folder).play()
        team = [story.officer, *(_colleague(story, number) for number in range(1, OFFICERS))]
        with story.console(), story.with_keys():
            for nth, one in enumerate(team):
                for number in range(OWN - (nth == 0)):
                    do_open_case(f"86/{nth}{number:03}", f"Invented Person {nth} {number}", actor=one)
            offices = [_office(story, name) for name in ("officer", "supervisor")]
        for office in offices:
            accounts.change(database, story.staff[office.by.sign_in].id, password=make_password(office.by.password))
        with psycopg.connect(offices[0].as_superuser, autocommit=True) as superuser:
            _fill(superuser, story, [one.id for one in team], cases, leaves)
        yield Country(story, *offices)


def _colleague(story: Story, number: int) -> Any:
    one = replace(story.officer, id=new_id(), session=new_id())
    accounts.add(story.database, accounts.an_account(one, f"team{number}", f"Officer {number}"))
    return one


def _office(story: Story, name: str) -> Office:
    held: list[str] = []
    set_app_up(story.staff[name], held.append)
    by = StaffWayIn(name, secrets.token_urlsafe(24), held[0])
    return Office(story.database, free_port(), by, environment_of(story, story.folder))


def _fill(superuser: "psycopg.Connection[Any]", story: Story, team: list[Id], cases: int, leaves: int) -> None:
    [(now, epoch)] = superuser.execute(
        "select (extract(epoch from clock_timestamp()) * 1000)::bigint, (select epoch from intake_journal limit 1)"
    ).fetchall()
    told: dict[str, Any] = {
        "agency": story.agency,
        "case": story.case,
        "cases": cases,
        "deployment": uuid.UUID(story.deployment),
        "device": uuid.UUID(story.device.device),
        "each": EACH,
        "epoch": epoch,
        "here": max(cases // AGENCIES // OWN, OFFICERS) * OWN,
        "leaves": leaves,
        "missed": MISSED,
        "now": now,
        "own": OWN,
        "undecided": UNDECIDED,
        "supervisor": story.supervisor.id,
        "team": f"'{{{','.join(team)}}}'::uuid[]",
        "teams": OFFICERS * OWN - 1,
    }
    indexes = superuser.execute(_INDEXES).fetchall()
    for statement in [
        *PLACES.format(**told).split(";\n"),
        *_of_one_case(superuser, story),
        *(f"drop index {name}" for name, _ in indexes),
        *REST.format(**told).split(";\n"),
        *(made for _, made in indexes),
        "vacuum analyze",
        "checkpoint",  # else what was filled is written while pages are timed
    ]:
        if statement.strip():
            superuser.execute(statement.encode())


def _of_one_case(superuser: "psycopg.Connection[Any]", story: Story) -> Iterator[str]:
    """Statements that give each case what the played one has, under ids of its own."""
    tables = [
        (table, columns)
        for table, names, ids in superuser.execute(_TABLES).fetchall()
        if {"id", "case", "agency"} <= (columns := dict(zip(names, ids, strict=True))).keys()
        and table not in _FILLED_APART
        and not table.startswith("audit_")
    ]
    for table, _ in tables:
        yield f'insert into known select id from {table} where "case" = \'{story.case}\' or "case" is null'  # noqa: S608
    yield from (
        "insert into known select device from intake_journal",
        "insert into known select epoch from intake_journal",
    )
    for table, columns in tables:
        shown = ", ".join(f'"{name}"' for name in columns)
        made = ", ".join(_made(name, is_id) for name, is_id in columns.items())
        yield (
            f"insert into {table} ({shown}) select {made} from {table} one, places"  # noqa: S608 - names of our own
            f" where one.\"case\" = '{story.case}' on conflict do nothing"
        )


def _made(name: str, is_id: bool) -> str:
    if name in ("case", "agency"):
        return f'places."{name}"'
    if not is_id:
        return f'one."{name}"'
    same = f'one."{name}"'
    return f"case when {same} in (select id from known) then md5({same}::text || places.n)::uuid else {same} end"  # noqa: S608
