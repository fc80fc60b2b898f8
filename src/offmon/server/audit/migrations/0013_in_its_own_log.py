"""A row is written with an entry in the log of its own agency and case, and an entry stands in the log of an agency that there is.

The backstop looked for any entry of the transaction that names the row. Whoever held a process's role could name it in the log of another
agency, of none or of another case: there the row was, and nobody who reads its own log ever heard of it.
"""

from django.db import migrations

# As in 0004, with whose and about whom the row is. Tables of no case are listed: to look up whether one has the column took as long as all the
# rest (20 µs a row). One that is missing here is written by nobody, which a test would say that goes through them all; a migration adds it.
NAMES = """
create or replace function audit_names_{subject}() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    whose uuid;
    about uuid;
    is_named boolean := true;
    is_of_no_case constant boolean := tg_table_name = any (
        '{{agencies_factorshown,agencies_passkey,agencies_secondfactor,detectors_exclusions_version,detectors_list_version,detectors_pause,'
        'orders_assessment,oversight_attestation}}');
begin
    if tg_op <> 'INSERT' then
        if tg_table_name = 'deployments_enrolmentcode' then whose := old.agency_id; else whose := old.agency; end if;
        if not is_of_no_case then about := old."case"; end if;
        is_named := exists (
            select from public.audit_entry where xid = pg_current_xact_id() and agency = whose
                and ("case" = about or is_of_no_case) and touched @> array[tg_table_name || ':' || old.{subject}]);
    end if;
    if is_named and tg_op <> 'DELETE' then
        if tg_table_name = 'deployments_enrolmentcode' then whose := new.agency_id; else whose := new.agency; end if;
        if not is_of_no_case then about := new."case"; end if;
        is_named := exists (
            select from public.audit_entry where xid = pg_current_xact_id() and agency = whose
                and ("case" = about or is_of_no_case) and touched @> array[tg_table_name || ':' || new.{subject}]);
    end if;
    if not is_named then
        raise exception 'a row of % was written without an audit entry that names it', tg_table_name
            using errcode = 'integrity_constraint_violation', constraint = 'audit_names_{subject}';
    end if;
    return null;
end $$;
"""

# No foreign key: each entry would lock the one row of its agency, for which all that write at a time would wait. No agency is ever deleted.
OF_AN_AGENCY = """
create function audit_of_an_agency() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (select from public.agencies_agency where id = new.agency) then
        raise exception 'an audit entry stands in the log of an agency that there is'
            using errcode = 'foreign_key_violation', constraint = 'entry_of_an_agency';
    end if;
    return new;
end $$;
create trigger of_an_agency before insert on audit_entry for each row execute function audit_of_an_agency();
revoke execute on function audit_of_an_agency() from public;
grant create on schema public to offmon_backstop;
alter function audit_of_an_agency() owner to offmon_backstop;
revoke create on schema public from offmon_backstop;
grant select (agency, "case") on audit_entry to offmon_backstop;
grant select (id) on agencies_agency to offmon_backstop;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0012_signer_asks_of_orders"),
        ("agencies", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL([NAMES.format(subject="id"), NAMES.format(subject="batch"), OF_AN_AGENCY]),
    ]
