"""The tables of evidence, and which process may do what with each."""

import offmon.core.states
import offmon.server.base.fields
import offmon.server.base.ids
from django.db import migrations, models

from offmon.server.base.policies import AUDIT_MIGRATION, CASELOAD_MIGRATION, INSERT, SELECT, case_table, may


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        AUDIT_MIGRATION,
        CASELOAD_MIGRATION,
    ]

    operations = [
        migrations.CreateModel(
            name='EnclosedPayload',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('export', offmon.server.base.fields.IdField(unique=True)),
                ('last', offmon.server.base.fields.IntField()),
                ('ciphertext', offmon.server.base.fields.BytesField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Reveal',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('alert', offmon.server.base.fields.IdField()),
                ('leaf', offmon.server.base.fields.IdField()),
                ('device', offmon.server.base.fields.IdField()),
                ('epoch', offmon.server.base.fields.IdField()),
                ('n', offmon.server.base.fields.IntField()),
                ('asked_by', offmon.server.base.fields.IdField()),
                ('asked_at', offmon.server.base.fields.MsField()),
                ('reason', offmon.server.base.fields.TextField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RevealUse',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('reveal', offmon.server.base.fields.IdField(unique=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Export',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('state', offmon.server.base.fields.TextField(default=offmon.core.states.ExportState['ASKED'])),
                ('asked_by', offmon.server.base.fields.IdField()),
                ('asked_at', offmon.server.base.fields.MsField()),
                ('reason', offmon.server.base.fields.TextField()),
                ('recipient', offmon.server.base.fields.TextField()),
                ('opened_since', offmon.server.base.fields.MsField()),
                ('opened_until', offmon.server.base.fields.MsField()),
                ('manifest', offmon.server.base.fields.DigestField(null=True)),
                ('approved_by', offmon.server.base.fields.IdField(null=True)),
                ('approved_at', offmon.server.base.fields.MsField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('approved_at', None), ('approved_by', None)), models.Q(('approved_at__isnull', False), ('approved_by__isnull', False), ('manifest__isnull', False), models.Q(('approved_by', models.F('asked_by')), _negated=True)), _connector='OR'), name='export_approved_by_another')],
            },
        ),
        *case_table("evidence_reveal", console=may(SELECT, INSERT), vault=may(SELECT)),
        *case_table("evidence_revealuse", vault=may(SELECT, INSERT)),
        *case_table(
            "evidence_export",
            console=may(SELECT, INSERT, update=["state", "approved_by", "approved_at"]),
            vault=may(SELECT, update=["state", "manifest"]),
        ),
        *case_table("evidence_enclosedpayload", vault=may(SELECT, INSERT)),
    ]
