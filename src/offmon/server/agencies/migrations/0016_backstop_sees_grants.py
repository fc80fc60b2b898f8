"""Whoever ends a sharing cannot hide from the database a grant that rests on it.

The rule ran as whoever writes, and asked of the grants that they saw: since the console sees the caseload of its actor's cases alone, one
statement that ended their own grant too, or changed whose scope it is, ended the sharing, and the guest read on. So did one that went by a
look from before the grant. Now it runs as the backstop's role, in the scope of the sharing's own agency, and as it is at this moment.
"""

from django.db import migrations

# A grant is of the agency of the sharing that it rests on (`within_its_sharing`), whatever scope the statement says by then.
NO_GRANT_OUTLASTS = """
create or replace function agencies_no_grant_outlasts_its_sharing() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    here constant text := current_setting('offmon.agency');
    is_outlasted boolean;
begin
    perform set_config('offmon.agency', new.agency::text, true);
    is_outlasted := current_setting('transaction_isolation') <> 'read committed' or exists (
        select from public.agencies_caseload where party_id = new.id and (until is null or until > new.until));
    perform set_config('offmon.agency', here, true);
    if is_outlasted then
        raise exception 'a sharing ends with every grant that rests on it'
            using errcode = 'check_violation', constraint = 'party_outlasts_its_grants';
    end if;
    return null;
end $$;

revoke execute on function agencies_no_grant_outlasts_its_sharing() from public;
grant create on schema public to offmon_backstop;
alter function agencies_no_grant_outlasts_its_sharing() owner to offmon_backstop;
revoke create on schema public from offmon_backstop;
grant select (party_id) on agencies_caseload to offmon_backstop;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0015_directory_by_the_log"),
        ("audit", "0020_console_reads_its_cases"),
    ]

    operations = [
        migrations.RunSQL([NO_GRANT_OUTLASTS]),
    ]
