"""Signing in takes a code too, and not without end: authenticator apps, and the tries that failed.

The console writes both and no other process reads them. Of an app's row it may change what using, replacing and resetting change, and
never whose it is. That a code counts once is the database's too: while a secret stays, either the step rises or a recovery code goes.
"""

import django.db.models.deletion
from django.db import migrations, models

import offmon.server.base.fields
import offmon.server.base.ids
from offmon.server.base.policies import DELETE, INSERT, SELECT, agency_table, directory_table, may

USED_ONCE = """
create function agencies_code_used_once() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if new.secret is not distinct from old.secret
        and (new.last_step < old.last_step or not new.recovery <@ old.recovery
             or (new.last_step = old.last_step and new.recovery = old.recovery)) then
        raise exception 'a code of an authenticator app is used once'
            using errcode = 'check_violation', constraint = 'code_used_once';
    end if;
    return new;
end $$;
create trigger code_used_once before update of last_step, recovery on agencies_secondfactor
    for each row execute function agencies_code_used_once();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0004_party'),
    ]

    operations = [
        migrations.CreateModel(
            name='SecondFactor',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('secret', offmon.server.base.fields.BytesField(null=True)),
                ('confirmed_at', offmon.server.base.fields.MsField(null=True)),
                ('last_step', offmon.server.base.fields.IntField()),
                ('recovery', offmon.server.base.fields.TextsField()),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.staff')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('staff',), name='factor_one_a_person'), models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at', None), ('secret', None)), models.Q(('confirmed_at__isnull', False), ('secret__isnull', False)), _connector='OR'), name='factor_confirmed_with_its_secret')],
            },
        ),
        migrations.CreateModel(
            name='FailedSignIn',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('who', offmon.server.base.fields.DigestField(db_index=True)),
                ('at', offmon.server.base.fields.MsField(db_index=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        *agency_table(
            "agencies_secondfactor",
            console=may(SELECT, INSERT, update=["secret", "confirmed_at", "last_step", "recovery"]),
        ),
        *directory_table("agencies_failedsignin", console=may(SELECT, INSERT, DELETE)),
        migrations.RunSQL([USED_ONCE]),
    ]
