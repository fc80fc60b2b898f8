"""What an attacker does as the superuser, whom no trigger stops, and exactly which controls it breaks (issue 3)."""
# ruff: noqa: S608  # every statement is ours

from dataclasses import dataclass

from offmon.core.public.assurance import Control
from offmon.server.oversight.control_checks import RESTING_ON_PROFILES
from tests.integration.oversight.looking import TODAY, chosen


@dataclass(frozen=True)
class Break:
    """What a hostile hand does as the superuser, whom no trigger stops, and which controls it breaks."""

    statements: str
    turned: frozenset[Control]


def a_break(statements: str, *turned: Control) -> Break:
    return Break(statements, frozenset(turned))


COUNTED = f"insert into oversight_pagecount (id, page, day, count) values (gen_random_uuid(), 'home', {TODAY}, 1)"
_C = Control
_AUTHORISERS = "select authorised_by from deployments_authorisation"
COLLEAGUE = "select id from agencies_staff where sign_in = 'colleague'"
_OF_ANOTHER_CASE = "select id from agencies_staff where sign_in = 'stranger'"  # of the agency, in a role that may
_STRANGER = (
    "insert into agencies_staff select (jsonb_populate_record(one, jsonb_build_object('id', gen_random_uuid(), 'agency_id',"
    " gen_random_uuid(), 'sign_in', 'of nowhere'))).* from agencies_staff one where sign_in = 'colleague'"
)
_THE_STRANGER = "select id from agencies_staff where sign_in = 'of nowhere'"
_OPEN_TO_STRANGER = (
    "insert into agencies_caseload select (jsonb_populate_record(one, jsonb_build_object('id', gen_random_uuid(), 'staff_id',"
    f" ({_THE_STRANGER})))).* from agencies_caseload one where staff_id = (select id from agencies_staff where sign_in = 'colleague')"
)


def decided(by: str, at: str = "(extract(epoch from now()) * 1000)::bigint") -> str:
    """Every alert is closed by one person's decision, put in by hand."""
    return (
        "update triage_alert set state = 'decided';"
        ' insert into triage_decision (id, agency, "case", salt, alert_id, decided_by, decided_at, outcome, reason)'
        f" select gen_random_uuid(), agency, \"case\", salt, id, ({by}), {at}, 'not_a_match', 'x' from triage_alert"
    )


def corrected(by: str) -> str:
    """… by a colleague who may; and then another corrects it."""
    return (
        f"{decided(COLLEAGUE)};"
        ' insert into triage_decision (id, agency, "case", salt, alert_id, decided_by, decided_at, outcome, reason,'
        " corrects_id, why_corrected)"
        f" select gen_random_uuid(), agency, \"case\", salt, alert_id, ({by}), decided_at + 1, outcome, 'x', id, 'x' from triage_decision"
    )


BREAKS = {
    "a root key of somebody else's": a_break("update agencies_agency set root = 'owner.invalid/1+00000000+Af8='", _C.ROOTS),
    "no statement of the agency's keys": a_break("delete from agencies_keysstatement", _C.ROOTS),
    "a trigger is off": a_break("alter table triage_decision disable trigger audited", _C.BACKSTOP),
    "the log's trigger is off": a_break("alter table audit_entry disable trigger insert_only", _C.INSERT_ONLY),
    "a crash would empty the log": a_break("alter table audit_checkpoint set unlogged", _C.INSERT_ONLY),
    "entries need not be whole": a_break("alter table audit_entry disable trigger whole", _C.INSERT_ONLY),
    "entries are dated by who writes them": a_break("alter table audit_entry disable trigger stamp", _C.INSERT_ONLY),
    "an entry of nobody's": a_break("alter table audit_entry disable trigger of_an_agency", _C.INSERT_ONLY),
    "anybody speaks for the vault": a_break("alter table audit_entry disable trigger vault_s_own_word", _C.INSERT_ONLY),
    "a trigger more on the log": a_break(
        "create trigger more before insert on audit_sequenced for each row execute function audit_refuse_change()", _C.INSERT_ONLY
    ),
    "a rule swallows what is decided": a_break("create rule swallow as on insert to triage_decision do instead nothing", _C.BACKSTOP),
    "a trigger's function does nothing": a_break(
        "create or replace function audit_names_id() returns trigger language plpgsql security definer"
        " set search_path = pg_catalog, pg_temp as $$ begin return null; end $$",
        _C.BACKSTOP,
        _C.SECOND_FACTOR,  # nor does it name a new app
    ),
    "the function that refuses lets pass": a_break(
        "create or replace function audit_refuse_change() returns trigger language plpgsql"
        " set search_path = pg_catalog, pg_temp as $$ begin return null; end $$", _C.BACKSTOP, _C.INSERT_ONLY
    ),
    "a rule swallows what is written": a_break("create rule swallow as on insert to audit_entry do instead nothing", _C.INSERT_ONLY),
    "row security is not forced": a_break("alter table people_person no force row level security", _C.ROW_SECURITY),
    "a policy forgets the caseload": a_break(
        "alter policy offmon_console on triage_alert"
        " using (agency = current_setting('offmon.agency')::uuid) with check (true)", _C.ROW_SECURITY
    ),
    "one policy more, for everyone": a_break(
        "create policy leak on evidence_exhibit to public using (current_setting('offmon.agency') is not null)", _C.ROW_SECURITY
    ),
    "a right too many": a_break("grant select on people_person to offmon_website", _C.ROW_SECURITY),
    "a right to one column too many": a_break("grant select (message) on oversight_enquiry to public", _C.ROW_SECURITY, _C.CONTACT_PAGE),
    "a function that reads as its owner": a_break(
        "create function leak() returns bigint language sql security definer as 'select count(*) from people_person'", _C.ROW_SECURITY
    ),
    "a view in another schema": a_break(
        "create schema other; create view other.everyone as select * from people_person;"
        " grant usage on schema other to offmon_website; grant select on other.everyone to offmon_website", _C.ROW_SECURITY
    ),
    "a function in another schema that reads as its owner": a_break(
        "create schema other; grant usage on schema other to public; create function other.everyone() returns bigint"
        " language sql security definer as 'select count(*) from public.people_person'", _C.ROW_SECURITY
    ),
    "a function among the server's own": a_break(
        "create function pg_catalog.everyone() returns bigint"
        " language sql security definer as 'select count(*) from public.people_person'", _C.ROW_SECURITY
    ),
    "a view among our tables": a_break("create view everyone as select * from people_person", _C.ROW_SECURITY),
    "a right to the server's own statistics of every table": a_break(
        "grant select on pg_catalog.pg_statistic to offmon_website", _C.ROW_SECURITY
    ),
    "a right to switch triggers off in the server's own table": a_break(
        "grant update (tgenabled) on pg_catalog.pg_trigger to offmon_console", _C.ROW_SECURITY
    ),
    "a right to the server's own function that reads files": a_break(
        "grant execute on function pg_catalog.pg_read_binary_file(text) to offmon_website", _C.ROW_SECURITY
    ),
    "a way into what the server keeps beside our tables": a_break("grant usage on schema pg_toast to offmon_website", _C.ROW_SECURITY),
    "a function of the server's own is another's": a_break(
        "alter function pg_catalog.pg_read_binary_file(text) owner to offmon_website", _C.ROW_SECURITY, _C.ROLES
    ),
    "a function of the server's own is another": a_break(
        "create or replace function pg_catalog.array_position(anycompatiblearray, anycompatible) returns integer"
        " language sql immutable as 'select 1'", _C.ROW_SECURITY
    ),
    "a view of the server's own is another": a_break(
        "do $$ begin execute 'create or replace view pg_catalog.pg_roles as '"
        " || rtrim(pg_get_viewdef('pg_roles'::regclass), ';') || $rest$ where rolname <> 'mallory' $rest$; end $$", _C.ROW_SECURITY
    ),
    "a function of ours answers nothing where it is asked about nothing": a_break(
        "alter function oversight_entries_open(uuid[]) strict", _C.ROW_SECURITY, _C.NO_HOLES
    ),
    "a function of ours is asked before row security": a_break(
        "alter function oversight_entries_open(uuid[]) leakproof", _C.ROW_SECURITY, _C.NO_HOLES
    ),
    "a function of ours is asked once": a_break("alter function oversight_entries_open(uuid[]) immutable", _C.ROW_SECURITY, _C.NO_HOLES),
    "what gives out what was chosen is another": a_break(
        "alter function oversight_choices(uuid[]) strict", _C.ROW_SECURITY, _C.FOUR_ANSWERS, _C.NOTICE_FIRST, _C.LISTS
    ),
    "rights to every table to come": a_break(
        "alter default privileges for role offmon_owner grant select on tables to offmon_website", _C.ROW_SECURITY
    ),
    "the server looks for no trigger of the log": a_break(
        "update pg_class set relhastriggers = false where relname = 'audit_entry'", _C.INSERT_ONLY
    ),
    "the server looks for no trigger of what is decided": a_break(
        "update pg_class set relhastriggers = false where relname = 'triage_decision'", _C.BACKSTOP, _C.ROW_SECURITY
    ),
    "the server looks for no index of what was shown at the door": a_break(
        "update pg_class set relhasindex = false where relname = 'agencies_factorshown'", _C.BACKSTOP, _C.SECOND_FACTOR
    ),
    "the server looks for no check of a profile": a_break(
        "update pg_class set relchecks = 0 where relname = 'deployments_profile'", _C.BACKSTOP, _C.LEASES
    ),
    "the server looks for no check of an authorisation": a_break(
        "update pg_class set relchecks = 0 where relname = 'deployments_authorisation'", _C.FOUR_ANSWERS, _C.TWO_PEOPLE
    ),
    "the server looks for no index of the log": a_break(
        "update pg_class set relhasindex = false where relname = 'audit_sequenced'", _C.INSERT_ONLY
    ),
    "an index of the log asks for one of a kind no more": a_break(
        "update pg_index set indisunique = false where indrelid = 'audit_sequenced'::regclass", _C.INSERT_ONLY
    ),
    "an index of the log looks at another column": a_break(
        "update pg_index set indkey = '3' where indrelid = 'audit_sequenced'::regclass and indisprimary", _C.INSERT_ONLY
    ),
    "a foreign key's own triggers are gone": a_break(
        "delete from pg_trigger where tgisinternal and tgrelid = 'triage_decision'::regclass", _C.BACKSTOP
    ),
    "the body of a function beside its text": a_break(
        "create function mine(wanted uuid[]) returns table (entry uuid, opens boolean) language sql stable begin atomic"
        " select id, true from public.audit_entry where id = any(wanted); end;"
        " update pg_proc set prosqlbody = (select prosqlbody from pg_proc where proname = 'mine')"
        " where proname = 'oversight_entries_open'; drop function mine(uuid[])", _C.ROW_SECURITY, _C.NO_HOLES
    ),
    "what the server compares by is another": a_break(
        "update pg_operator set oprcode = 'macaddr_ne'::regproc"
        " where oid = '=(macaddr,macaddr)'::regoperator; alter database template0 connection limit 7;"
        " alter database template0 connection limit -1", _C.ROW_SECURITY
    ),
    "what the server runs by a name is another, and a right is taken away with it": a_break(
        "revoke execute on function pg_catalog.macaddr_eq(macaddr, macaddr) from public; update pg_proc"
        " set prosrc = 'macaddr_ne' where oid = 'pg_catalog.macaddr_eq(macaddr,macaddr)'::regprocedure", _C.ROW_SECURITY
    ),
    "what the server gave at first is written anew": a_break(
        "grant execute on function pg_catalog.pg_read_file(text) to offmon_website; update pg_init_privs set initprivs = proacl"
        " from pg_proc where objoid = oid and classoid = 'pg_proc'::regclass and proname = 'pg_read_file' and pronargs = 1",
        _C.ROW_SECURITY,
    ),
    "whoever may write the log's order counts it": a_break(
        "grant update on sequence audit_entry_nth_seq to offmon_console", _C.ROW_SECURITY
    ),
    "the log's order begins again": a_break("alter sequence audit_entry_nth_seq maxvalue 99999 cycle", _C.INSERT_ONLY),
    "what changes is carried away": a_break("create publication away for all tables", _C.ROW_SECURITY),
    "two records at one place of the log": a_break("alter table audit_sequenced drop constraint audit_one_entry_an_index", _C.INSERT_ONLY),
    "two places of the log for one record": a_break("alter table audit_sequenced drop constraint audit_sequenced_pkey", _C.INSERT_ONLY),
    "two checkpoints of one size": a_break("drop index audit_cosigned_once_a_size", _C.INSERT_ONLY),
    "a way in is drawn twice": a_break("drop index access_drawn_once", _C.BACKSTOP),
    "what one control alone rests on": a_break(  # each by itself: tests/unit/server/oversight/test_promised.py
        "alter table triage_decision drop constraint decision_has_reason;"
        " alter table agencies_secondfactor disable trigger code_used_once;"
        " alter table deployments_noticepaper drop constraint notice_paper_text_once;"
        " alter table intake_leaf drop constraint leaf_one_a_place;"
        " alter table oversight_enquiryreading drop constraint enquiry_read_by_somebody;"
        " alter table agencies_agency drop constraint agency_contact_checked_by_somebody;"
        " alter table evidence_revealuse drop constraint evidence_revealuse_reveal_key",
        _C.DECIDED_BY_PEOPLE,
        _C.SECOND_FACTOR,
        _C.NOTICE_FIRST,
        _C.NO_HOLES,
        _C.CONTACT_PAGE,
        _C.DIRECTORY,
        _C.ROW_SECURITY,
    ),
    "what one control alone asks of may be empty": a_break(  # where a check passes
        "alter table triage_decision alter reason drop not null;"
        " alter table agencies_secondfactor alter last_step drop not null;"
        " alter table oversight_enquiryreading alter reader drop not null;"
        " alter table deployments_profile alter lease_until drop not null;"
        " alter table deployments_noticepaper alter text drop not null;"
        " alter table intake_leaf alter n drop not null",
        _C.DECIDED_BY_PEOPLE,
        _C.SECOND_FACTOR,
        _C.CONTACT_PAGE,
        _C.LEASES,
        _C.NOTICE_FIRST,
        _C.NO_HOLES,
    ),
    "somebody has two apps": a_break("alter table agencies_secondfactor drop constraint factor_one_a_person", _C.SECOND_FACTOR),
    "an app is put in another's place without an entry": a_break(
        "drop trigger audited on agencies_secondfactor", _C.SECOND_FACTOR, _C.BACKSTOP
    ),
    "an account that nobody opened": a_break(
        "insert into agencies_staff select (jsonb_populate_record(one, jsonb_build_object('id', gen_random_uuid(),"
        " 'sign_in', 'mallory'))).* from agencies_staff one where sign_in = 'colleague'", _C.SECOND_FACTOR
    ),
    "access to a case that nobody gave": a_break(
        "insert into agencies_caseload select (jsonb_populate_record(one, jsonb_build_object('id', gen_random_uuid(),"
        f" 'staff_id', ({_OF_ANOTHER_CASE})))).* from agencies_caseload one limit 1", _C.SECOND_FACTOR
    ),
    "accounts change without an entry": a_break("alter table agencies_staff disable trigger audited", _C.SECOND_FACTOR, _C.BACKSTOP),
    "the site may say that the directory was checked": a_break(
        "grant update (contact_checked_at, contact_checked_by) on agencies_agency to offmon_website", _C.DIRECTORY, _C.ROW_SECURITY
    ),
    "the directory changes without an entry": a_break("alter table agencies_agency disable trigger audited", _C.DIRECTORY, _C.BACKSTOP),
    "the directory was checked by nobody": a_break(
        "update agencies_agency set contact_checked_at = (extract(epoch from now()) * 1000)::bigint, contact_checked_by = id",
        _C.DIRECTORY,
    ),
    "whatever a row says of a check counts": a_break(
        "create or replace function agencies_contact_checked(wanted uuid, may_check text[]) returns bigint language sql stable"
        " security definer set search_path = pg_catalog, pg_temp as"
        " $$ select contact_checked_at from public.agencies_agency where id = wanted $$", _C.DIRECTORY, _C.ROW_SECURITY
    ),
    "the site may say when an officer is on call": a_break(
        "grant update (on_call_high) on agencies_agency to offmon_website", _C.ROW_SECURITY
    ),
    "what stands elsewhere bears the name of a guard": a_break(
        "create trigger counted_with_consent before insert on triage_decision"
        " for each row execute function audit_refuse_change();"
        " alter table triage_alert add constraint export_approved_by_another check (true)", _C.BACKSTOP
    ),
    "what stands on the log bears the name of a guard": a_break(
        "alter table audit_entry add constraint attestation_ends check (operation <> 'collection') not valid", _C.INSERT_ONLY
    ),
    "one person suffices": a_break("alter table evidence_export drop constraint export_approved_by_another", _C.TWO_PEOPLE),
    "one person suffices, by a constraint of the same name": a_break(
        "alter table evidence_export drop constraint export_approved_by_another,"
        " add constraint export_approved_by_another check (true)", _C.TWO_PEOPLE
    ),
    "a lease may last": a_break(
        "alter table deployments_profile drop constraint profile_lease_30_days,"
        " add constraint profile_lease_30_days check (true)", _C.LEASES
    ),
    "a console may write a profile as signed": a_break(
        "alter table deployments_profile disable trigger profile_begins_asked", _C.ROW_SECURITY
    ),
    "nobody authorised anything": a_break(
        "delete from deployments_authorisation",
        _C.FOUR_ANSWERS,
        _C.NOTICE_FIRST,  # the notice told of what was authorised: of nothing, then
    ),
    "nobody authorised one of two profiles": a_break(
        "insert into deployments_profile select (jsonb_populate_record(one, jsonb_build_object('id', gen_random_uuid(),"
        " 'version', one.version + 1, 'authorisation_id', gen_random_uuid()))).* from deployments_profile one",
        _C.FOUR_ANSWERS,
        _C.AUTHORITY,  # nor is its document of that version
    ),
    "nobody of staff authorised": a_break("update deployments_authorisation set authorised_by = gen_random_uuid()", _C.FOUR_ANSWERS),
    "nobody of staff drafted": a_break("update deployments_authorisation set drafted_by = gen_random_uuid()", _C.FOUR_ANSWERS),
    "who authorised has a role that may not": a_break(
        "update agencies_staff set role = 'evidence_officer' where role = 'authorising_officer'", _C.FOUR_ANSWERS
    ),
    "who authorised is of another agency": a_break(
        "update agencies_staff set agency_id = gen_random_uuid() where role = 'authorising_officer'", _C.FOUR_ANSWERS
    ),
    "who authorised never had the case": a_break(f"delete from agencies_caseload where staff_id in ({_AUTHORISERS})", _C.FOUR_ANSWERS),
    "who authorised had the case no more": a_break(
        f"update agencies_caseload set since = 1, until = 2 where staff_id in ({_AUTHORISERS})", _C.FOUR_ANSWERS
    ),
    "who authorised had another case": a_break(
        f'update agencies_caseload set "case" = gen_random_uuid() where staff_id in ({_AUTHORISERS})', _C.FOUR_ANSWERS, _C.SECOND_FACTOR
    ),
    "who drafted never had the case": a_break(f"update deployments_authorisation set drafted_by = ({_OF_ANOTHER_CASE})", _C.FOUR_ANSWERS),
    "it was authorised after the device obeyed": a_break(
        "update deployments_authorisation set authorised_at = authorised_at + 30 * 86400000::bigint", _C.FOUR_ANSWERS
    ),
    "what was authorised is of another case": a_break('update deployments_authorisation set "case" = gen_random_uuid()', _C.FOUR_ANSWERS),
    "what was authorised is another deployment": a_break(
        "update deployments_authorisation set deployment_id = gen_random_uuid()", _C.FOUR_ANSWERS
    ),
    "what was authorised is nothing": a_break(
        "update deployments_authorisation set choices = convert_to('[]', 'utf8')", _C.FOUR_ANSWERS, _C.NOTICE_FIRST
    ),
    "what was authorised is one kind alone": a_break(
        "update deployments_authorisation set choices = convert_to((select jsonb_agg(one)::text"
        " from jsonb_array_elements(convert_from(choices, 'utf8')::jsonb) one where one ->> 'capability' = 'site'), 'utf8')",
        _C.FOUR_ANSWERS, _C.NOTICE_FIRST,
    ),
    "the order has ended": a_break("update orders_instrument set ended_at = 1, end_known_at = 1", _C.AUTHORITY),
    "the term allows nothing that the device is told to collect": a_break("update orders_term set capabilities = '{}'", _C.AUTHORITY),
    "the term is about travel": a_break("update orders_term set effect = 'travel'", _C.AUTHORITY),
    "the term ended years ago": a_break("update orders_term set since = 1, until = 2", _C.AUTHORITY),
    "the term was never confirmed": a_break("update orders_term set confirmed_by = null, confirmed_at = null", _C.AUTHORITY),
    "nobody of staff confirmed the term": a_break("update orders_term set confirmed_by = gen_random_uuid()", _C.AUTHORITY),
    "a process confirmed the term": a_break(
        "update agencies_staff set role = 'service' where id in (select confirmed_by from orders_term)", _C.AUTHORITY
    ),
    "nobody of staff recorded the term": a_break("update orders_term set recorded_by = gen_random_uuid()", _C.AUTHORITY),
    "who recorded the term never had the case": a_break(f"update orders_term set recorded_by = ({_OF_ANOTHER_CASE})", _C.AUTHORITY),
    "a stranger to both agency and case confirmed the term": a_break(
        f"{_STRANGER}; update orders_term set confirmed_by = ({_THE_STRANGER})", _C.AUTHORITY
    ),
    "a stranger to both agency and case recorded the term": a_break(
        f"{_STRANGER}; update orders_term set recorded_by = ({_THE_STRANGER})", _C.AUTHORITY
    ),
    "a stranger with the case but no sharing confirmed the term": a_break(
        f"{_STRANGER}; {_OPEN_TO_STRANGER}; update orders_term set confirmed_by = ({_THE_STRANGER})", _C.AUTHORITY, _C.SECOND_FACTOR
    ),
    "who confirmed the term had the case no more": a_break(
        "update agencies_caseload set since = 1, until = 2 where staff_id in (select confirmed_by from orders_term)", _C.AUTHORITY
    ),
    "the order is of another case": a_break('update orders_instrument set "case" = gen_random_uuid()', _C.AUTHORITY),
    "a newer order had ended this one": a_break(
        "insert into orders_instrument select (jsonb_populate_record(one, jsonb_build_object('id', md5('newer')::uuid,"
        " 'made_on', '2026-02-01'))).* from orders_instrument one;"
        " insert into orders_term select (jsonb_populate_record(one, jsonb_build_object('id', gen_random_uuid(),"
        " 'instrument_id', md5('newer')::uuid))).* from orders_term one", _C.AUTHORITY
    ),
    "the order was never served": a_break("update orders_instrument set served_at = null", _C.AUTHORITY),
    "the list is for another offence": a_break("update orders_instrument set offence_types = '{other}'", _C.LISTS),
    "the list was never approved and signed": a_break("update detectors_list_version set document = null", _C.LISTS),
    "the list is another than the device's": a_break(
        "update detectors_list_version set document = convert_to(replace(convert_from(document, 'utf8'), '\"sig\":\"',"
        " '\"sig\":\"A'), 'utf8')", _C.LISTS
    ),
    "nobody of staff approved the list": a_break("update detectors_list_version set approved_by = gen_random_uuid()", _C.LISTS),
    "who approved the list has a role that may not": a_break(
        "update detectors_list_version set approved_by = (select id from agencies_staff where sign_in = 'authoriser')", _C.LISTS
    ),
    "nobody of staff drafted the list": a_break("update detectors_list_version set drafted_by = gen_random_uuid()", _C.LISTS),
    "nobody of staff served the notice": a_break("update deployments_notice set served_by = gen_random_uuid()", _C.NOTICE_FIRST),
    "a process served the notice": a_break(
        "insert into agencies_staff select (jsonb_populate_record(one, jsonb_build_object('id', gen_random_uuid(),"
        " 'sign_in', 'process', 'role', 'service'))).* from agencies_staff one limit 1;"
        " update deployments_notice set served_by = (select id from agencies_staff where role = 'service')", _C.NOTICE_FIRST
    ),
    "who served the notice never had the case": a_break(f"update deployments_notice set served_by = ({_OF_ANOTHER_CASE})", _C.NOTICE_FIRST),
    "a stranger to both agency and case served the notice": a_break(
        f"{_STRANGER}; update deployments_notice set served_by = ({_THE_STRANGER})", _C.NOTICE_FIRST
    ),
    "a stranger with the case but no sharing served the notice": a_break(
        f"{_STRANGER}; {_OPEN_TO_STRANGER}; update deployments_notice set served_by = ({_THE_STRANGER})", _C.NOTICE_FIRST, _C.SECOND_FACTOR
    ),
    "the notice is of another case": a_break('update deployments_notice set "case" = gen_random_uuid()', _C.NOTICE_FIRST),
    "the notice that was served is none that was made": a_break("update deployments_notice set text = sha256(text)", _C.NOTICE_FIRST),
    "the notice that was served is gone": a_break("delete from deployments_noticepaper", _C.NOTICE_FIRST),
    "the notice tells of what nobody authorised": a_break(
        "update deployments_noticepaper set authorisation_id = gen_random_uuid()", _C.NOTICE_FIRST
    ),
    "the notice is of another deployment": a_break("update deployments_noticepaper set deployment_id = gen_random_uuid()", _C.NOTICE_FIRST),
    "nobody was told": a_break("delete from deployments_notice", _C.NOTICE_FIRST),
    "the assessment is past its review": a_break("update orders_assessment set review_by = prepared_at + 1", _C.ASSESSED),
    "the assessment came afterwards": a_break("update orders_assessment set signed_at = signed_at + 86400000", _C.ASSESSED),
    "the assessment is of no source": a_break("update orders_assessment set sources = '{}'", _C.ASSESSED),
    "the assessment is of another source": a_break("update orders_assessment set sources = '{camera}'", _C.ASSESSED),
    "the profile is gone": a_break("delete from deployments_profile", *RESTING_ON_PROFILES),
    "the profile that was signed is asked for": a_break(
        "update deployments_profile set state = 'asked', document = null, digest = null", *RESTING_ON_PROFILES
    ),
    "the assessment is signed by no data protection officer": a_break(
        "update agencies_staff set role = 'supervisor' where role = 'data_protection'", _C.ASSESSED
    ),
    "nobody of staff prepared the assessment": a_break("update orders_assessment set prepared_by = gen_random_uuid()", _C.ASSESSED),
    "who prepared the assessment has a role that may not": a_break(
        f"update orders_assessment set prepared_by = ({_OF_ANOTHER_CASE})", _C.ASSESSED
    ),
    "who prepared the assessment is of another agency": a_break(
        f"{_STRANGER}; update agencies_staff set role = 'supervisor' where sign_in = 'of nowhere';"
        f"update orders_assessment set prepared_by = ({_THE_STRANGER})", _C.ASSESSED
    ),
    "the assessment is signed by another agency's officer": a_break(
        "update agencies_staff set agency_id = gen_random_uuid() where role = 'data_protection'", _C.ASSESSED
    ),
    "everybody takes locks again": a_break("grant execute on function pg_advisory_lock(bigint) to public", _C.ROW_SECURITY),
    "the site is told of what was written": a_break(
        "grant execute on function pg_stat_get_tuples_inserted(oid) to offmon_website", _C.ROW_SECURITY
    ),
    "everybody sees how tables grow": a_break("grant select on pg_class to public", _C.ROW_SECURITY),
    "everybody sees how old a transaction is": a_break("grant execute on function age(xid) to public", _C.ROW_SECURITY),
    "nothing that lasts is ended": a_break(
        "create or replace function offmon_end_overlong() returns integer language sql security definer"
        " set search_path = pg_catalog, pg_temp as 'select 0'", _C.ROW_SECURITY
    ),
    "an alert closed itself": a_break("update triage_alert set state = 'decided'", _C.DECIDED_BY_PEOPLE),
    "whoever closed an alert has a role that may not": a_break(decided(_AUTHORISERS), _C.DECIDED_BY_PEOPLE),
    "whoever corrected a decision has a role that may not": a_break(corrected(_AUTHORISERS), _C.DECIDED_BY_PEOPLE),
    "whoever closed an alert had another case": a_break(decided(_OF_ANOTHER_CASE), _C.DECIDED_BY_PEOPLE),
    "whoever closed an alert had not the case yet": a_break(decided(COLLEAGUE, "1"), _C.DECIDED_BY_PEOPLE),
    "whoever closed an alert is of another agency": a_break(
        f"{_STRANGER}; {_OPEN_TO_STRANGER}; {decided(_THE_STRANGER)}", _C.DECIDED_BY_PEOPLE, _C.SECOND_FACTOR
    ),
    "the worker may decide, column by column": a_break(
        "grant insert (id, alert_id, decided_by, outcome) on triage_decision to offmon_worker", _C.DECIDED_BY_PEOPLE, _C.ROW_SECURITY
    ),
    "counted by an acceptance of long ago": a_break(chosen("accepted", 200) + COUNTED, _C.CONSENTED),
    "counted though everybody refused": a_break(chosen("refused", 2) + chosen("withdrawn", 1) + COUNTED, _C.CONSENTED),
    "nothing keeps the site from counting": a_break("alter table oversight_pagecount disable trigger counted_with_consent", _C.CONSENTED),
}  # fmt: skip
