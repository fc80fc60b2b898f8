"""Passkeys of staff. The console adds one, raises its counter and removes it, and can change neither whose it is nor its public half (ADR 8).

That a counter never goes back, and that what was removed stays so, is the database's too.
"""

import django.db.models.deletion
from django.db import migrations, models

import offmon.server.base.fields
import offmon.server.base.ids
from offmon.server.base.policies import INSERT, SELECT, agency_table, may

GOES_FORWARD = """
create function agencies_passkey_goes_forward() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if old.removed_at is not null or new.counter < old.counter then
        raise exception 'a passkey counts forward, and is removed for good'
            using errcode = 'check_violation', constraint = 'passkey_goes_forward';
    end if;
    return new;
end $$;
create trigger passkey_goes_forward before update on agencies_passkey
    for each row execute function agencies_passkey_goes_forward();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0007_factor_shown'),
    ]

    operations = [
        migrations.CreateModel(
            name='Passkey',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('name', offmon.server.base.fields.TextField()),
                ('credential', offmon.server.base.fields.BytesField(unique=True)),
                ('public', offmon.server.base.fields.BytesField()),
                ('counter', offmon.server.base.fields.IntField()),
                ('added_at', offmon.server.base.fields.MsField()),
                ('removed_at', offmon.server.base.fields.MsField(null=True)),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.staff')),
            ],
            options={
                'abstract': False,
            },
        ),
        *agency_table("agencies_passkey", console=may(SELECT, INSERT, update=["counter", "removed_at"])),
        migrations.RunSQL([GOES_FORWARD]),
    ]
