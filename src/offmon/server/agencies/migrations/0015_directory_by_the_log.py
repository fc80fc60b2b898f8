"""What a process may change of the directory is named in the log, and a day on which it was checked counts as the log has it.

The console changes whom an agency's staff and devices reach, and who checked that: it could without an entry, and by any id. Of a member of staff
it changes nothing at all; it held the right to a password, which no act of ours writes, and with it the row while a code was looked at.
"""

from django.db import migrations

# Of every column that a process may change. What is not one of these the operator alone changes, at the database.
NAMES = """
create function audit_names_agency() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (
            select from public.audit_entry where xid = pg_current_xact_id() and agency = new.id
                and touched @> array['agencies_agency:' || new.id]) then
        raise exception 'a row of % was written without an audit entry that names it', tg_table_name
            using errcode = 'integrity_constraint_violation', constraint = 'audit_names_agency';
    end if;
    return null;
end $$;
create constraint trigger audited
    after update of contact_checked_at, contact_checked_by, duty_inspector, office_hours, on_call_high, on_call_standard, on_call_urgent
    on agencies_agency deferrable initially deferred for each row execute function audit_names_agency();
revoke update (password, last_login) on agencies_staff from offmon_console;
"""
# Checked by somebody of the agency's staff in a role that may, as an entry of theirs says; and what is shown now is what it says, word for word.
# The entry follows the row by an instant, both by the console's clock.
CHECKED = """
create function agencies_contact_checked(wanted uuid, may_check text[]) returns bigint
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select shown.contact_checked_at
    from public.agencies_agency shown
    join public.agencies_staff checker
        on checker.id = shown.contact_checked_by and checker.agency_id = shown.id and checker.role = any(may_check)
    where shown.id = wanted and exists (
        select from public.audit_entry
        where agency = shown.id and verb = 'agency.contact_checked' and outcome = 'allowed' and actor = checker.id
            and at between shown.contact_checked_at and shown.contact_checked_at + 5000 and reason = shown.contact
            and touched @> array['agencies_agency:' || shown.id])
$$;
create index audit_entry_contact_checked on audit_entry (agency, actor) where verb = 'agency.contact_checked';
revoke execute on function agencies_contact_checked(uuid, text[]) from public;
grant execute on function agencies_contact_checked(uuid, text[]) to offmon_website, offmon_console, offmon_assurance;

grant create on schema public to offmon_backstop;
alter function audit_names_agency() owner to offmon_backstop;
alter function agencies_contact_checked(uuid, text[]) owner to offmon_backstop;
revoke create on schema public from offmon_backstop;
grant select (contact, contact_checked_at, contact_checked_by) on agencies_agency to offmon_backstop;
grant select (id, agency_id, role) on agencies_staff to offmon_backstop;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0014_of_its_parent"),
        ("oversight", "0005_log_and_orders_read"),  # the backstop reads the words of an entry
    ]

    operations = [
        migrations.RunSQL([NAMES, CHECKED]),
    ]
