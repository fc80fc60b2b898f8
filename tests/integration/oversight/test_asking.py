"""Each control that the database is asked about: it holds on a sound system, and breaking one turns exactly what rests on it (issue 3)."""

from dataclasses import dataclass, replace

import pytest

from offmon.core.assurance import Control, Standing
from offmon.core.audit import Verb
from offmon.core.clock import DAY_MS
from offmon.core.ids import Digest
from offmon.core.roles import Role
from offmon.core.step_up import Factor
from offmon.core.tlog.checkpoint import Checkpoint
from offmon.server.agencies.door.actions import do_reset_factor, do_set_up_factor, show
from offmon.server.agencies.door.codes import code_of, step_of
from offmon.server.agencies.door.models import SecondFactor
from offmon.server.audit.actions import append
from offmon.server.audit.queries import latest_cosigned
from offmon.server.base import clock
from offmon.server.base.actor import Actor, Service, service
from offmon.server.base.columns import column_key
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.oversight.asking import PAPERS, ask
from offmon.server.oversight.log import Reading
from tests.database import Database
from tests.integration.oversight.looking import TODAY, chosen, do, looks
from tests.server import as_process
from tests.support.fake_device import now
from tests.support.story import Story

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # of an invented app
EMPTY = frozenset({Control.CONSENTED, Control.CONTACT_PAGE})
"""Where the played case has nothing to look at: no visitor."""


@dataclass(frozen=True)
class Break:
    """What a hostile hand does as the superuser, whom no trigger stops, and which controls it breaks."""

    statements: str
    turned: frozenset[Control]


def a_break(statements: str, *turned: Control) -> Break:
    return Break(statements, frozenset(turned))


_COUNTED = f"insert into oversight_pagecount (id, page, day, count) values (gen_random_uuid(), 'home', {TODAY}, 1)"  # noqa: S608  # ours
_C = Control


BREAKS = {
    "a trigger is off": a_break("alter table triage_decision disable trigger audited", _C.BACKSTOP),
    "the log's trigger is off": a_break("alter table audit_entry disable trigger insert_only", _C.INSERT_ONLY),
    "a trigger's function does nothing": a_break(
        "create or replace function audit_names_id() returns trigger language plpgsql security definer"
        " set search_path = pg_catalog, pg_temp as $$ begin return null; end $$",
        _C.BACKSTOP,
    ),
    "the function that refuses lets pass": a_break(
        "create or replace function audit_refuse_change() returns trigger language plpgsql"
        " set search_path = pg_catalog, pg_temp as $$ begin return null; end $$",
        _C.BACKSTOP,
        _C.INSERT_ONLY,
    ),
    "a rule swallows what is written": a_break(
        "create rule swallow as on insert to audit_entry do instead nothing", _C.BACKSTOP
    ),
    "row security is not forced": a_break("alter table people_person no force row level security", _C.ROW_SECURITY),
    "a policy forgets the caseload": a_break(
        "alter policy offmon_console on triage_alert"
        " using (agency = current_setting('offmon.agency')::uuid) with check (true)",
        _C.ROW_SECURITY,
    ),
    "one policy more, for everyone": a_break(
        "create policy leak on evidence_exhibit to public using (current_setting('offmon.agency') is not null)",
        _C.ROW_SECURITY,
    ),
    "a right too many": a_break("grant select on people_person to offmon_website", _C.ROW_SECURITY),
    "a right to one column too many": a_break("grant select (message) on oversight_enquiry to public", _C.ROW_SECURITY),
    "a function that reads as its owner": a_break(
        "create function leak() returns bigint language sql security definer as 'select count(*) from people_person'",
        _C.ROW_SECURITY,
    ),
    "a view in another schema": a_break(
        "create schema other; create view other.everyone as select * from people_person;"
        " grant usage on schema other to offmon_website; grant select on other.everyone to offmon_website",
        _C.ROW_SECURITY,
    ),
    "a function in another schema that reads as its owner": a_break(
        "create schema other; grant usage on schema other to public; create function other.everyone() returns bigint"
        " language sql security definer as 'select count(*) from public.people_person'",
        _C.ROW_SECURITY,
    ),
    "a function among the server's own": a_break(
        "create function pg_catalog.everyone() returns bigint"
        " language sql security definer as 'select count(*) from public.people_person'",
        _C.ROW_SECURITY,
    ),
    "a view among our tables": a_break("create view everyone as select * from people_person", _C.ROW_SECURITY),
    "rights to every table to come": a_break(
        "alter default privileges for role offmon_owner grant select on tables to offmon_website", _C.ROW_SECURITY
    ),
    "two records at one place of the log": a_break(
        "alter table audit_sequenced drop constraint audit_one_entry_an_index", _C.INSERT_ONLY
    ),
    "two places of the log for one record": a_break(
        "alter table audit_sequenced drop constraint audit_sequenced_pkey", _C.INSERT_ONLY
    ),
    "two checkpoints of one size": a_break("drop index audit_cosigned_once_a_size", _C.INSERT_ONLY),
    "a way in is drawn twice": a_break("drop index access_drawn_once", _C.BACKSTOP),
    "a paper without an end": a_break(
        "alter table oversight_attestation drop constraint attestation_ends", _C.BACKSTOP
    ),
    "one person suffices": a_break(
        "alter table evidence_export drop constraint export_approved_by_another", _C.TWO_PEOPLE
    ),
    "one person suffices, by a constraint of the same name": a_break(
        "alter table evidence_export drop constraint export_approved_by_another,"
        " add constraint export_approved_by_another check (true)",
        _C.TWO_PEOPLE,
    ),
    "a lease may last": a_break(
        "alter table deployments_profile drop constraint profile_lease_30_days,"
        " add constraint profile_lease_30_days check (true)",
        _C.LEASES,
    ),
    "a console may write a profile as signed": a_break(
        "alter table deployments_profile disable trigger profile_begins_asked", _C.FOUR_ANSWERS
    ),
    "nobody authorised anything": a_break("delete from deployments_authorisation", _C.FOUR_ANSWERS),
    "nobody authorised one of two profiles": a_break(
        "insert into deployments_profile select (jsonb_populate_record(one, jsonb_build_object('id', gen_random_uuid(),"
        " 'version', one.version + 1, 'authorisation_id', gen_random_uuid()))).* from deployments_profile one",
        _C.FOUR_ANSWERS,
    ),
    "nobody of staff authorised": a_break(
        "update deployments_authorisation set authorised_by = gen_random_uuid()", _C.FOUR_ANSWERS
    ),
    "nobody of staff drafted": a_break(
        "update deployments_authorisation set drafted_by = gen_random_uuid()", _C.FOUR_ANSWERS
    ),
    "who authorised has a role that may not": a_break(
        "update agencies_staff set role = 'evidence_officer' where role = 'authorising_officer'", _C.FOUR_ANSWERS
    ),
    "who authorised is of another agency": a_break(
        "update agencies_staff set agency_id = gen_random_uuid() where role = 'authorising_officer'", _C.FOUR_ANSWERS
    ),
    "it was authorised after the device obeyed": a_break(
        "update deployments_authorisation set authorised_at = authorised_at + 30 * 86400000::bigint", _C.FOUR_ANSWERS
    ),
    "what was authorised is of another case": a_break(
        'update deployments_authorisation set "case" = gen_random_uuid()', _C.FOUR_ANSWERS
    ),
    "what was authorised is another deployment": a_break(
        "update deployments_authorisation set deployment_id = gen_random_uuid()", _C.FOUR_ANSWERS
    ),
    "the order has ended": a_break("update orders_instrument set ended_at = 1, end_known_at = 1", _C.AUTHORITY),
    "the term allows nothing that the device is told to collect": a_break(
        "update orders_term set capabilities = '{}'", _C.AUTHORITY
    ),
    "the term is about travel": a_break("update orders_term set effect = 'travel'", _C.AUTHORITY),
    "the term ended years ago": a_break("update orders_term set since = 1, until = 2", _C.AUTHORITY),
    "the term was never confirmed": a_break(
        "update orders_term set confirmed_by = null, confirmed_at = null", _C.AUTHORITY
    ),
    "nobody of staff confirmed the term": a_break(
        "update orders_term set confirmed_by = gen_random_uuid()", _C.AUTHORITY
    ),
    "a process confirmed the term": a_break(
        "update agencies_staff set role = 'service' where id in (select confirmed_by from orders_term)", _C.AUTHORITY
    ),
    "nobody of staff recorded the term": a_break(
        "update orders_term set recorded_by = gen_random_uuid()", _C.AUTHORITY
    ),
    "the order is of another case": a_break('update orders_instrument set "case" = gen_random_uuid()', _C.AUTHORITY),
    "a newer order had ended this one": a_break(
        "insert into orders_instrument select (jsonb_populate_record(one, jsonb_build_object('id', md5('newer')::uuid,"
        " 'made_on', '2026-02-01'))).* from orders_instrument one;"
        " insert into orders_term select (jsonb_populate_record(one, jsonb_build_object('id', gen_random_uuid(),"
        " 'instrument_id', md5('newer')::uuid))).* from orders_term one",
        _C.AUTHORITY,
    ),
    "the order was never served": a_break("update orders_instrument set served_at = null", _C.AUTHORITY),
    "the list is for another offence": a_break("update orders_instrument set offence_types = '{other}'", _C.LISTS),
    "the list was never approved and signed": a_break("update detectors_list_version set document = null", _C.LISTS),
    "nobody of staff approved the list": a_break(
        "update detectors_list_version set approved_by = gen_random_uuid()", _C.LISTS
    ),
    "who approved the list has a role that may not": a_break(
        "update agencies_staff set role = 'evidence_officer' where id in (select approved_by from detectors_list_version)",
        _C.LISTS,
    ),
    "nobody of staff drafted the list": a_break(
        "update detectors_list_version set drafted_by = gen_random_uuid()", _C.LISTS
    ),
    "nobody of staff served the notice": a_break(
        "update deployments_notice set served_by = gen_random_uuid()", _C.NOTICE_FIRST
    ),
    "a process served the notice": a_break(
        "insert into agencies_staff select (jsonb_populate_record(one, jsonb_build_object('id', gen_random_uuid(),"
        " 'sign_in', 'process', 'role', 'service'))).* from agencies_staff one limit 1;"
        " update deployments_notice set served_by = (select id from agencies_staff where role = 'service')",
        _C.NOTICE_FIRST,
    ),
    "the notice is of another case": a_break(
        'update deployments_notice set "case" = gen_random_uuid()', _C.NOTICE_FIRST
    ),
    "nobody was told": a_break("delete from deployments_notice", _C.NOTICE_FIRST),
    "the assessment is past its review": a_break(
        "update orders_assessment set review_by = prepared_at + 1", _C.ASSESSED
    ),
    "the assessment came afterwards": a_break(
        "update orders_assessment set signed_at = signed_at + 86400000", _C.ASSESSED
    ),
    "the assessment is signed by no data protection officer": a_break(
        "update agencies_staff set role = 'supervisor' where role = 'data_protection'", _C.ASSESSED
    ),
    "an alert closed itself": a_break("update triage_alert set state = 'decided'", _C.DECIDED_BY_PEOPLE),
    "counted by an acceptance of long ago": a_break(chosen("accepted", 200) + _COUNTED, _C.CONSENTED),
    "counted though everybody refused": a_break(chosen("refused", 2) + chosen("withdrawn", 1) + _COUNTED, _C.CONSENTED),
    "nothing keeps the site from counting": a_break(
        "alter table oversight_pagecount disable trigger counted_with_consent", _C.CONSENTED
    ),
}


def test_every_control_of_a_sound_system_holds_or_has_nothing_to_look_at_and_an_unrecorded_paper_is_not_held(
    story: Story,
) -> None:
    found = looks(story.database)
    by_standing = {stands: {one for one in found if found[one] is stands} for stands in Standing}
    assert by_standing[Standing.NOT_HELD] == PAPERS
    assert by_standing[Standing.NOTHING_YET] == EMPTY
    assert by_standing[Standing.HOLDS] == set(found) - PAPERS - EMPTY


@pytest.mark.parametrize("name", BREAKS)
def test_breaking_a_control_turns_it_and_no_other(story: Story, name: str) -> None:
    before = looks(story.database)
    do(story.database, BREAKS[name].statements)
    after = looks(story.database)
    assert {one for one in after if after[one] is not before[one]} == BREAKS[name].turned
    assert {after[one] for one in BREAKS[name].turned} == {Standing.FAILS}


# What is done to the server's roles, and by what it is mended: they are not one database's.
ROLE_BREAKS = {
    "no trigger fires for the console": (
        "alter role offmon_console set session_replication_role = 'replica'",
        "alter role offmon_console reset session_replication_role",
    ),
    "no trigger fires for anybody in this database": (
        "alter database {database} set session_replication_role = 'replica'",
        "alter database {database} reset session_replication_role",
    ),
    "the worker's names are looked for elsewhere": (
        "alter role offmon_worker in database {database} set search_path = 'elsewhere'",
        "alter role offmon_worker in database {database} reset search_path",
    ),
    "another superuser": ("create role mallory superuser login bypassrls", "drop role mallory"),
    "another who passes by row security": ("create role mallory bypassrls", "drop role mallory"),
    "another who makes roles": ("create role mallory createrole", "drop role mallory"),
    "another who belongs to a role of ours": (
        "create role mallory login; grant offmon_vault to mallory",
        "drop role mallory",
    ),
    "another who may come in": (
        "create role mallory login; grant connect on database {database} to mallory",
        "revoke connect on database {database} from mallory; drop role mallory",
    ),
    "the owner may log in as a superuser": (
        "alter role offmon_owner superuser login",
        "alter role offmon_owner nosuperuser nologin",
    ),
    "the backstop's powers are another's too": (
        "grant offmon_backstop to offmon_migrate",
        "revoke offmon_backstop from offmon_migrate",
    ),
}


@pytest.mark.parametrize("name", ROLE_BREAKS)
def test_a_role_or_setting_that_nobody_expects_turns_its_row_and_no_other(story: Story, name: str) -> None:
    breaks, mends = (one.format(database=story.database.name) for one in ROLE_BREAKS[name])
    before = looks(story.database)
    do(story.database, breaks)
    try:
        after = looks(story.database)
    finally:
        do(story.database, mends)
    assert after == before | {Control.ROLES: Standing.FAILS}
    assert looks(story.database) == before


def test_an_entry_that_no_witness_has_seen_within_half_a_minute_turns_its_row(story: Story) -> None:
    story.publish()
    before = looks(story.database, 40_000)
    with story.console(), scope(story.officer):
        append(story.officer, Verb.STAFF_ADDED, case=None)
    assert looks(story.database)[Control.WITNESSED] is Standing.HOLDS
    assert looks(story.database, 40_000) == before | {Control.WITNESSED: Standing.FAILS}


def test_a_sign_in_of_somebody_without_a_second_factor_turns_its_row(story: Story) -> None:
    before = looks(story.database)
    with story.console(), scope(story.officer):
        append(story.officer, Verb.SIGNED_IN, case=None, touched=(show(Factor.APP, story.officer),))
    assert looks(story.database) == before | {Control.SECOND_FACTOR: Standing.FAILS}


def test_a_sign_in_by_password_alone_turns_its_row_though_an_app_is_there(story: Story) -> None:
    officer = story.officer
    set_up(story, officer)
    before = looks(story.database)
    assert before[Control.SECOND_FACTOR] is Standing.HOLDS
    with story.console(), scope(officer):
        append(officer, Verb.SIGNED_IN, case=None)
    assert looks(story.database) == before | {Control.SECOND_FACTOR: Standing.FAILS}


FACTOR_BREAKS = {
    "nobody's app is there": "delete from agencies_secondfactor",
    "somebody took an app away by hand": "update agencies_secondfactor set secret = null, confirmed_at = null",
    "an app is another's": "update agencies_secondfactor set staff_id = (select id from agencies_staff where sign_in = 'stranger')",
    "a passkey that nobody added": "insert into agencies_passkey (id, agency, salt, staff_id, name, credential, public, counter, added_at)"
    " select gen_random_uuid(), agency, salt, staff_id, 'mine', 'x', 'y', 0, 1 from agencies_secondfactor",
}


@pytest.mark.parametrize("name", FACTOR_BREAKS)
def test_a_factor_that_is_gone_or_that_nobody_added_turns_its_row_though_nobody_signs_in(
    story: Story, name: str
) -> None:
    set_up(story, story.officer)
    before = looks(story.database, DAY_MS)
    assert before[Control.SECOND_FACTOR] is Standing.HOLDS
    do(story.database, FACTOR_BREAKS[name])
    assert looks(story.database, DAY_MS) == before | {Control.SECOND_FACTOR: Standing.FAILS}


def test_an_app_that_an_administrator_took_away_is_no_failure(story: Story) -> None:
    set_up(story, story.officer)
    administrator = replace(story.supervisor, role=Role.TENANT_ADMIN)
    with story.console():
        do_reset_factor(story.officer.id, "lost", actor=administrator)
    assert looks(story.database)[Control.SECOND_FACTOR] is Standing.HOLDS


def set_up(story: Story, who: Actor) -> None:
    code = code_of(SECRET, step_of(clock.now()))
    with story.console(), story.with_keys():
        do_set_up_factor(column_key().enclose(SECRET, SecondFactor, who.id, "secret"), code, actor=who)


def test_other_software_on_a_device_turns_its_row(story: Story) -> None:
    with as_process(story.database, Process.ASSURANCE):
        assert ask(Control.AGENT_RELEASE, now(), ("0" * 64,)).standing is Standing.FAILS


_FIFTH = "where id = (select entry_id from audit_sequenced where index = 5)"
_TAIL = "(select max(index) - 10 from audit_sequenced)"
LOG_BREAKS = {
    "a number is left out": "update audit_sequenced set number = number + 1000 where index = 0",
    "an entry is deleted": f"delete from audit_entry {_FIFTH}",  # noqa: S608  # ours
    "every entry is deleted, and its place stays": "delete from audit_entry",
    "an entry's reason is rewritten": f"update audit_entry set reason = 'by hand' {_FIFTH}",  # noqa: S608
    "an entry's document is rewritten": "update audit_entry set doc ="  # noqa: S608
    f" convert_to(replace(convert_from(doc, 'utf8'), 'allowed', 'refused'), 'utf8') {_FIFTH}",
    "an entry says another did it": f"update audit_entry set actor = gen_random_uuid() {_FIFTH}",  # noqa: S608
    "an entry names another row": f"update audit_entry set touched = '{{x:00}}' {_FIFTH}",  # noqa: S608
    "an entry is under another case": f'update audit_entry set "case" = gen_random_uuid() {_FIFTH}',  # noqa: S608
    "a record is another": "update audit_sequenced set record = sha256(record) where index = 5",
    "the tail is cut below what a witness signed": "create temp table cut as select entry_id from audit_sequenced"  # noqa: S608
    f" where index > {_TAIL}; delete from audit_sequenced where entry_id in (select entry_id from cut);"
    " delete from audit_entry where id in (select entry_id from cut)",
}


@pytest.mark.parametrize("name", LOG_BREAKS)
def test_a_log_that_is_not_what_was_committed_to_and_signed_turns_its_row_and_no_other(story: Story, name: str) -> None:
    story.publish()
    before = looks(story.database)
    assert (before[Control.NO_HOLES], before[Control.WITNESSED]) == (Standing.HOLDS, Standing.HOLDS)
    do(story.database, LOG_BREAKS[name])
    after = looks(story.database)
    assert {one: after[one] for one in after if after[one] is not before[one]} == {Control.NO_HOLES: Standing.FAILS}


def test_a_long_log_is_read_on_turn_by_turn_and_what_is_wrong_in_it_is_found_and_stays_found(story: Story) -> None:
    story.publish()
    reading = Reading(at_once=7)
    with story.running(Process.ASSURANCE):
        size = latest_size(story)
        turns = size // 7 + 1
        assert turns > 3
        assert all(reading.reads_on(story.agency) for _ in range(2 * turns))
        do(
            story.database,
            "update audit_entry set salt = sha256(salt) where id = (select entry_id from audit_sequenced where index = 16)",
        )
        found = [reading.reads_on(story.agency) for _ in range(2 * turns)]
    assert found[:2] == [True, True]
    assert not any(found[2:])


def test_an_entry_opens_whatever_letters_its_words_have(story: Story) -> None:
    words = 'Gŵyl\tlle\n"quoted" \\ \u2028 \x7f \x01 </b> \U0001f600 \ufffd'
    with story.console(), scope(story.officer):
        append(story.officer, Verb.SIGNED_IN, case=None, reason=words, recipient=words)
        append(story.officer, Verb.CASE_CONSULTED, case=story.case, alert=story.alerts[0], manifest=Digest("7" * 64))
    story.publish()
    assert looks(story.database)[Control.NO_HOLES] is Standing.HOLDS


def latest_size(story: Story) -> int:
    note = latest_cosigned(service(Service.ASSURANCE, story.agency))
    assert note is not None
    return Checkpoint.parse(note.text).size


def test_a_count_of_a_day_on_which_somebody_had_accepted_holds(story: Story) -> None:
    do(story.database, chosen("accepted", 2) + chosen("withdrawn", 0) + _COUNTED)
    assert looks(story.database)[Control.CONSENTED] is Standing.HOLDS


def test_a_fresh_installation_proves_nothing_and_fails_nothing(empty: Database) -> None:
    found = looks(empty)
    held = {*PAPERS, Control.ASSESSED}
    assert {found[one] for one in held} == {Standing.NOT_HELD}
    assert {found[one] for one in found if one not in held} == {Standing.NOTHING_YET}
