"""The sealed days of who looked (`core/log/consultations.py`), and what of the log the portal reads to prove a line of them to its person.

The portal reads the lines of its case, and of the agency hashes, signed checkpoints and places: these say nothing of anyone. Each of its
policies still asks for a case, so that it reads nothing at all while nobody is signed in.
"""

from django.db import migrations, models

import offmon.server.base.fields
import offmon.server.base.ids
from offmon.server.base.policies import INSERT, SELECT, directory_table, log_table, may

HASHES = """
create policy offmon_portal on {table} to offmon_portal
    using (agency = current_setting('offmon.agency')::uuid and current_setting('offmon.case')::uuid is not null)
    with check (agency = current_setting('offmon.agency')::uuid and current_setting('offmon.case')::uuid is not null);
grant select ({columns}) on {table} to offmon_portal;
"""
PROVES = {
    'audit_sequenced': 'entry_id, agency, index, number, previous, record',
    'audit_node': 'agency, level, index, hash',
    'audit_checkpoint': 'id, agency, size, note, cosigned_at',
    'audit_sealedday': 'id, agency, "on", leaves, entry, doc, salt',
}


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0001_initial'),
        ('agencies', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='SealedLook',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField()),
                ('case', offmon.server.base.fields.IdField()),
                ('on', offmon.server.base.fields.MsField()),
                ('role', offmon.server.base.fields.TextField()),
                ('team', offmon.server.base.fields.IdField(null=True)),
                ('team_name', offmon.server.base.fields.TextField(null=True)),
                ('what', offmon.server.base.fields.TextField()),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('commit', offmon.server.base.fields.DigestField()),
            ],
            options={
                'indexes': [models.Index(fields=['case', 'on'], name='audit_look_of_day')],
            },
        ),
        migrations.CreateModel(
            name='SealedDay',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField()),
                ('on', offmon.server.base.fields.MsField()),
                ('leaves', offmon.server.base.fields.BytesField()),
                ('entry', offmon.server.base.fields.IdField()),
                ('doc', offmon.server.base.fields.BytesField()),
                ('salt', offmon.server.base.fields.BytesField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('agency', 'on'), name='audit_sealed_once_a_day')],
            },
        ),
        *log_table('audit_sealedlook', worker=may(SELECT, INSERT), portal=may(SELECT)),
        *log_table('audit_sealedday', worker=may(SELECT, INSERT)),
        *directory_table('agencies_team', worker=may(SELECT, columns=['id', 'name'])),
        migrations.RunSQL([HASHES.format(table=table, columns=columns) for table, columns in PROVES.items()]),
    ]
