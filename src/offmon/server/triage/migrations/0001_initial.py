"""The tables of triage, and which process may do what with each."""

import django.db.models.deletion
import offmon.core.states
import offmon.server.base.fields
import offmon.server.base.ids
from django.db import migrations, models

from offmon.server.base.policies import AUDIT_MIGRATION, CASELOAD_MIGRATION, INSERT, SELECT, case_table, directory_table, may


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        AUDIT_MIGRATION,
        CASELOAD_MIGRATION,
    ]

    operations = [
        migrations.CreateModel(
            name='Alert',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('deployment', offmon.server.base.fields.IdField()),
                ('capability', offmon.server.base.fields.TextField()),
                ('list_name', offmon.server.base.fields.TextField()),
                ('rule', offmon.server.base.fields.TextField()),
                ('gravity', offmon.server.base.fields.TextField()),
                ('state', offmon.server.base.fields.TextField(default=offmon.core.states.AlertState['OPEN'])),
                ('owner', offmon.server.base.fields.IdField(null=True)),
                ('opened_at', offmon.server.base.fields.MsField()),
                ('last_at', offmon.server.base.fields.MsField()),
                ('due_at', offmon.server.base.fields.MsField()),
            ],
            options={
                'indexes': [models.Index(fields=['agency', 'state', 'due_at'], name='alert_queue')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'decided'), _negated=True), fields=('deployment', 'capability', 'list_name', 'rule'), name='alert_one_undecided_a_group')],
            },
        ),
        migrations.CreateModel(
            name='AlertItem',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('leaf', offmon.server.base.fields.IdField(unique=True)),
                ('device', offmon.server.base.fields.IdField()),
                ('epoch', offmon.server.base.fields.IdField()),
                ('n', offmon.server.base.fields.IntField()),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='triage.alert')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Cursor',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField()),
                ('device', offmon.server.base.fields.IdField()),
                ('epoch', offmon.server.base.fields.IdField()),
                ('n', offmon.server.base.fields.IntField(default=0)),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('device', 'epoch'), name='cursor_one_an_epoch')],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('outcome', offmon.server.base.fields.TextField()),
                ('reason', offmon.server.base.fields.TextField()),
                ('decided_by', offmon.server.base.fields.IdField()),
                ('decided_at', offmon.server.base.fields.MsField()),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='triage.alert')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('reason__gt', '')), name='decision_has_reason'), models.UniqueConstraint(fields=('alert',), name='decision_one_an_alert')],
            },
        ),
        *case_table(
            "triage_alert",
            console=may(SELECT, update=["state", "owner"]),
            worker=may(SELECT, INSERT, update=["last_at", "gravity", "due_at"]),
            vault=may(SELECT),
        ),
        *case_table("triage_alertitem", console=may(SELECT), worker=may(SELECT, INSERT), vault=may(SELECT)),
        *case_table("triage_decision", console=may(SELECT, INSERT), vault=may(SELECT)),
        *directory_table("triage_cursor", worker=may(SELECT, INSERT, update=["n"])),
    ]
