"""A device's profiles are numbered one after another: a request takes the next number, and chooses none.

A console that was taken could ask for a profile of the highest number that can be written. The signer signed it, and nothing followed it: the
device was asked for no other.

Of a device's rows the role sees those of its own scope. A number that it sees no row before is the first, and that there is one of it
already the table says.
"""

from django.db import migrations

BEGINS = """
create or replace function deployments_profile_begins_asked() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if new.state <> 'asked' then
        raise exception 'a profile begins as a request, which the signer answers'
            using errcode = 'check_violation', constraint = 'profile_begins_asked';
    end if;
    if new.version is distinct from 1 + coalesce(
        (select max(version) from public.deployments_profile where device_id = new.device_id), 0
    ) then
        raise exception 'a profile takes the number after the last one of its device'
            using errcode = 'check_violation', constraint = 'profile_follows';
    end if;
    return new;
end $$;
"""
BEFORE = """
create or replace function deployments_profile_begins_asked() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if new.state <> 'asked' then
        raise exception 'a profile begins as a request, which the signer answers'
            using errcode = 'check_violation', constraint = 'profile_begins_asked';
    end if;
    return new;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("deployments", "0008_first_person_there"),
    ]

    operations = [
        migrations.RunSQL(BEGINS, BEFORE),
    ]
