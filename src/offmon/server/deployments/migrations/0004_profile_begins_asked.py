"""A profile's row begins as a request. Only the signer's role may update one, so nobody else can put a signed profile in the database.

Ingest reads the newest signed profile without opening its signature, since it holds no roots: a row that the console wrote as signed
would stall the device, which refuses it, until its lease ended.
"""

from django.db import migrations

TRIGGER = """
create function deployments_profile_begins_asked() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if new.state <> 'asked' then
        raise exception 'a profile begins as a request, which the signer answers'
            using errcode = 'check_violation', constraint = 'profile_begins_asked';
    end if;
    return new;
end $$;
create trigger profile_begins_asked before insert on deployments_profile
    for each row execute function deployments_profile_begins_asked();
"""
REVERSED = """
drop trigger profile_begins_asked on deployments_profile;
drop function deployments_profile_begins_asked();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('deployments', '0003_two_sittings'),
    ]

    operations = [
        migrations.RunSQL(TRIGGER, REVERSED),
    ]
