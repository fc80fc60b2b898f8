"""A case is opened to somebody from the moment in which that is written, and closed as of then; what was closed stays closed.

The signer asks of a second person whether the case was open to them when they agreed. The console writes the caseload: without this it
could open a case to a colleague for a time that is past, and let them have agreed to something then.
"""

from django.db import migrations

# Within 5 seconds of the database's own time, as an audit entry is (`audit_stamp`).
AS_OF_NOW = """
create function agencies_grant_as_of_now() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    told bigint := case when tg_op = 'INSERT' then new.since else new.until end;
begin
    if abs(told - extract(epoch from clock_timestamp()) * 1000) > 5000 or (tg_op = 'UPDATE' and old.until is not null) then
        raise exception 'a case is opened and closed to somebody as of now, and once'
            using errcode = 'check_violation', constraint = 'caseload_as_of_now';
    end if;
    return null;
end $$;
create constraint trigger written_as_of_now after insert or update on agencies_caseload
    for each row execute function agencies_grant_as_of_now();
"""
REVERSED = """
drop trigger written_as_of_now on agencies_caseload;
drop function agencies_grant_as_of_now();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0010_signer_reads_staff'),
    ]

    operations = [
        migrations.RunSQL(AS_OF_NOW, REVERSED),
    ]
