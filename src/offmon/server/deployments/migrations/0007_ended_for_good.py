"""Monitoring that has ended stays ended: to monitor again is to draft anew, which two people do (`core.states.DEPLOYMENT`)."""

from django.db import migrations

ENDED = """
create function deployments_ended_for_good() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if old.state = 'ended' and new.state <> 'ended' then
        raise exception 'monitoring that has ended stays ended'
            using errcode = 'check_violation', constraint = 'deployment_ended_for_good';
    end if;
    return new;
end $$;
create trigger ended_for_good before update on deployments_deployment
    for each row execute function deployments_ended_for_good();
"""
REVERSED = """
drop trigger ended_for_good on deployments_deployment;
drop function deployments_ended_for_good();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('deployments', '0006_key_destroyed'),
    ]

    operations = [
        migrations.RunSQL(ENDED, REVERSED),
    ]
