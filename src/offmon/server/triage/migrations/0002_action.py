"""Actions: what follows from a decision, and which process may do what with it."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

import offmon.server.base.fields
import offmon.server.base.ids
from offmon.server.base.policies import INSERT, SELECT, case_table, may

CALLING = ['evidential', 'intelligence', 'recall_considered', 'safeguarding_referral', 'step_down', 'visit']


class Migration(migrations.Migration):

    dependencies = [
        ('triage', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Action',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('what', offmon.server.base.fields.TextField()),
                ('owner', offmon.server.base.fields.IdField()),
                ('due_at', offmon.server.base.fields.MsField()),
                ('welfare_due', offmon.server.base.fields.BoolField()),
                ('welfare', offmon.server.base.fields.TextField(null=True)),
                ('welfare_by', offmon.server.base.fields.IdField(null=True)),
                ('welfare_at', offmon.server.base.fields.MsField(null=True)),
                ('outside_reference', offmon.server.base.fields.TextField(null=True)),
                ('outcome', offmon.server.base.fields.TextField(null=True)),
                ('done_by', offmon.server.base.fields.IdField(null=True)),
                ('done_at', offmon.server.base.fields.MsField(null=True)),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='triage.alert')),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='triage.decision')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('done_at', None)), fields=['agency', 'due_at'], name='action_open')],
                'constraints': [
                    models.UniqueConstraint(fields=('decision',), name='action_one_a_decision'),
                    models.CheckConstraint(condition=models.Q(models.Q(('welfare', None), ('welfare_at', None), ('welfare_by', None)), models.Q(('welfare__isnull', False), ('welfare_at__isnull', False), ('welfare_by__isnull', False)), _connector='OR'), name='action_welfare_by_someone'),
                    models.CheckConstraint(condition=models.Q(models.Q(('done_at', None), ('done_by', None), ('outcome', None), ('outside_reference', None)), models.Q(('done_at__isnull', False), ('done_by__isnull', False), ('outcome__gt', ''), ('outcome__isnull', False), ('outside_reference__gt', ''), ('outside_reference__isnull', False)), _connector='OR'), name='action_done_by_someone'),
                    models.CheckConstraint(condition=models.Q(('done_at', None), ('welfare_due', False), models.Q(('welfare_at__isnull', False), ('welfare_at__lte', models.F('done_at'))), _connector='OR'), name='action_welfare_first'),
                ],
            },
        ),
        migrations.AddField(
            model_name='decision',
            name='action',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='triage.action'),
        ),
        # Not tried on decisions that were made before there were actions; on every one from now on.
        AddConstraintNotValid(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('action__isnull', False), ('outcome__in', CALLING)), models.Q(models.Q(('outcome__in', CALLING), _negated=True), ('action', None)), _connector='OR'), name='decision_is_followed'),
        ),
        *case_table(
            "triage_action",
            console=may(SELECT, INSERT, update=["welfare", "welfare_by", "welfare_at", "outside_reference", "outcome", "done_by", "done_at"]),
            vault=may(SELECT),
        ),
    ]
