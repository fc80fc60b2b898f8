"""A device is there by an enrolment code, one code one device, and the database itself compares them.

Before, whoever held ingest's role could add a device and a key of its own at any time: the worker asked for its profile, the signer signed,
and what that key sent was evidence. Now the row brings the proof of a secret that stood on a paper, of which the database keeps the
digest. The key's line in the directory is written with the device, by the same trigger as the owner, and by nobody else. And a code is
given out by an entry of the log that names it, or not at all.

There is no honest code for a device from before, so that a database which has one is not taken over.
"""

import django.db.models.deletion
from django.db import migrations, models

from offmon.server.base.fields import BytesField
from offmon.server.base.policies import SELECT, directory_table, may

# That a device names a code at all, the column says; that no other device names it, its being unique.
TRIGGER = """
create function deployments_device_by_its_code() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (
        select from public.deployments_enrolmentcode code
        where code.id = new.code_id and code.agency_id = new.agency and code."case" = new."case"
            and code.deployment = new.deployment_id and code.secret = sha256(new.proof) and code.used_at is null
            and code.expires_at > (extract(epoch from clock_timestamp()) * 1000)::bigint
    ) then
        raise exception 'a device is enrolled by the secret of a code for its deployment, which counts still'
            using errcode = 'check_violation', constraint = 'device_by_its_code';
    end if;
    insert into public.deployments_devicekey (id, keyid, vkey, agency_id, "case", deployment, device)
        values (gen_random_uuid(), split_part(new.device_key, '+', 1) || '+' || split_part(new.device_key, '+', 2),
            new.device_key, new.agency, new."case", new.deployment_id, new.id);
    return new;
end $$;
revoke execute on function deployments_device_by_its_code() from public;
create trigger device_by_its_code before insert on deployments_device
    for each row when (new.code_id is not null) execute function deployments_device_by_its_code();
revoke insert on deployments_devicekey from offmon_ingest;
"""
GIVEN_OUT = """
create constraint trigger audited after insert on deployments_enrolmentcode
    deferrable initially deferred for each row execute function audit_names_id();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('deployments', '0004_profile_begins_asked'),
    ]

    operations = [
        migrations.AddField(
            'device',
            'code',
            models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='deployments.enrolmentcode'),
        ),
        migrations.AddField('device', 'proof', BytesField()),
        *directory_table(
            'deployments_enrolmentcode',
            signer=may(SELECT, columns=['id', 'agency_id', 'case', 'deployment', 'secret', 'expires_at']),
        ),
        migrations.RunSQL([TRIGGER, GIVEN_OUT]),
    ]
