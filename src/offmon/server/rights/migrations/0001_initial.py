"""The tables of rights, and what the portal's role may read of everyone else's: rows of one case, and of these the columns that it shows.

Of what was sent it reads the envelope and never what is enclosed; of the log, who looked by role and team and never by name. `intake_liveness`
is a directory table, so that it asked nobody for a scope; from here on each role has its policy there, and the portal's asks for its case.
"""

import django.db.models.deletion
from django.db import migrations, models

import offmon.server.base.fields
import offmon.server.base.ids
from offmon.server.base.policies import (
    AUDIT_MIGRATION,
    CASELOAD_MIGRATION,
    DELETE,
    INSERT,
    SELECT,
    case_table,
    directory_table,
    may,
    open_to,
)

WITHOUT_SECRETS = ["id", "agency", "case", "made_by", "made_at", "used_at"]
LIVENESS = """
alter table intake_liveness enable row level security;
alter table intake_liveness force row level security;
create policy offmon_ingest on intake_liveness to offmon_ingest using (true) with check (true);
create policy offmon_console on intake_liveness to offmon_console using (true);
create policy offmon_worker on intake_liveness to offmon_worker using (true);
create policy offmon_portal on intake_liveness to offmon_portal using (
    agency = current_setting('offmon.agency')::uuid
    and exists (select from deployments_device mine where mine.id = device and mine."case" = current_setting('offmon.case')::uuid));
grant select (agency, device, heard_at) on intake_liveness to offmon_portal;
"""


def read(*columns):
    """To read these columns, and no others."""
    return may(SELECT, columns=columns)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        AUDIT_MIGRATION,
        CASELOAD_MIGRATION,
        ('agencies', '0006_console_changes_on_call'),
        ('people', '0001_initial'),
        ('deployments', '0002_notice_paper'),
        ('intake', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='PersonAccess',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('made_by', offmon.server.base.fields.IdField()),
                ('made_at', offmon.server.base.fields.MsField()),
                ('code', offmon.server.base.fields.BytesField()),
                ('tries', offmon.server.base.fields.IntField(default=0)),
                ('used_at', offmon.server.base.fields.MsField(null=True)),
                ('pin', offmon.server.base.fields.TextField(null=True)),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(models.Q(('pin', None), ('used_at', None)), models.Q(('pin__isnull', False), ('used_at__isnull', False)), _connector='OR'), name='access_pin_by_its_code'),
                    models.CheckConstraint(condition=models.Q(('tries__range', (0, 5))), name='access_five_tries'),
                ],
            },
        ),
        migrations.CreateModel(
            name='AccessName',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('name', offmon.server.base.fields.BytesField(unique=True)),
                ('case', offmon.server.base.fields.IdField()),
                ('access', offmon.server.base.fields.IdField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency')),
            ],
            options={'abstract': False},
        ),
        migrations.CreateModel(
            name='PersonSitting',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('token', offmon.server.base.fields.DigestField(unique=True)),
                ('agency', offmon.server.base.fields.IdField()),
                ('case', offmon.server.base.fields.IdField()),
                ('access', offmon.server.base.fields.IdField()),
                ('session', offmon.server.base.fields.IdField()),
                ('began_at', offmon.server.base.fields.MsField(db_index=True)),
                ('seen_at', offmon.server.base.fields.MsField()),
            ],
            options={'abstract': False},
        ),
        migrations.CreateModel(
            name='FailedTry',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('who', offmon.server.base.fields.DigestField(db_index=True)),
                ('at', offmon.server.base.fields.MsField(db_index=True)),
            ],
            options={'abstract': False},
        ),
        migrations.CreateModel(
            name='Request',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('kind', offmon.server.base.fields.TextField()),
                ('reference', offmon.server.base.fields.TextField()),
                ('words', offmon.server.base.fields.BytesField()),
                ('received_at', offmon.server.base.fields.MsField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('agency', 'reference'), name='request_reference_once')],
            },
        ),
        *case_table(
            'rights_personaccess',
            console=may(SELECT, INSERT, columns=WITHOUT_SECRETS),
            portal=may(SELECT, update=['tries', 'used_at', 'pin']),
        ),
        *directory_table('rights_accessname', console=may(INSERT), portal=may(SELECT)),
        *directory_table('rights_personsitting', portal=may(SELECT, INSERT, DELETE, update=['seen_at'])),
        *directory_table('rights_failedtry', portal=may(SELECT, INSERT, DELETE)),
        *case_table('rights_request', console=may(SELECT), portal=may(SELECT, INSERT)),
        *directory_table(
            'agencies_agency',
            portal=read('id', 'name', 'force_code', 'origin', 'root', 'contact', 'on_call_urgent', 'on_call_high',
                        'on_call_standard', 'duty_inspector', 'delay_days'),
        ),
        *directory_table('agencies_team', portal=read('id', 'name')),
        *open_to('people_person', portal=read('id', 'agency', 'case', 'language')),
        *open_to('deployments_deployment', portal=read('id', 'agency', 'case', 'state', 'delay_days')),
        *open_to('deployments_device', portal=read('id', 'agency', 'case', 'deployment_id', 'enrolled_at')),
        *open_to(
            'deployments_profile',
            portal=read('id', 'agency', 'case', 'deployment_id', 'device_id', 'version', 'state', 'document'),
        ),
        *open_to('deployments_notice', portal=read('id', 'agency', 'case', 'deployment_id', 'served_at', 'text')),
        *open_to(
            'deployments_noticepaper',
            portal=read('id', 'agency', 'case', 'deployment_id', 'language', 'made_at', 'text', 'words'),
        ),
        *open_to('intake_batch', portal=read('id', 'agency', 'case', 'received_at')),
        *open_to(
            'intake_leaf',
            portal=read('id', 'agency', 'case', 'batch', 'n', 'kind', 'commit', 'held', 'document', 'event_at', 'capability'),
        ),
        *open_to(
            'audit_entry',
            portal=may(SELECT, INSERT, columns=['id', 'agency', 'case', 'at', 'verb', 'outcome', 'actor_role', 'actor_team']),
        ),
        migrations.RunSQL([LIVENESS]),
    ]
