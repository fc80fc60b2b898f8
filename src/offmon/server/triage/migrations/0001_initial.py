"""The tables of triage, as its models say them (`makemigrations`)."""

import django.db.models.deletion
import django.db.models.expressions
import offmon.core.states
import offmon.server.base.fields
import offmon.server.base.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = []

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
                ('risen_at', offmon.server.base.fields.MsField()),
                ('due_at', offmon.server.base.fields.MsField()),
                ('is_full', offmon.server.base.fields.BoolField(default=False)),
            ],
            options={
                'indexes': [models.Index(fields=['agency', 'state', 'due_at'], name='alert_queue'), models.Index(condition=models.Q(('state', 'decided'), _negated=True), fields=['case'], name='alert_undecided'), models.Index(fields=['case', 'opened_at'], name='alert_raised')],
                'constraints': [models.UniqueConstraint(condition=models.Q(models.Q(('state', 'decided'), _negated=True), ('is_full', False)), fields=('deployment', 'capability', 'list_name', 'rule'), name='alert_one_undecided_a_group')],
            },
        ),
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
                ('cancelled_reason', offmon.server.base.fields.TextField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('welfare', None), ('welfare_at', None), ('welfare_by', None)), models.Q(('welfare__isnull', False), ('welfare_at__isnull', False), ('welfare_by__isnull', False)), _connector='OR'), name='action_welfare_by_someone'), models.CheckConstraint(condition=models.Q(models.Q(('done_at', None), ('done_by', None), ('outcome', None), ('outside_reference', None)), models.Q(('done_at__isnull', False), ('done_by__isnull', False), ('outcome__gt', ''), ('outcome__isnull', False), ('outside_reference__gt', ''), ('outside_reference__isnull', False)), _connector='OR'), name='action_done_by_someone'), models.CheckConstraint(condition=models.Q(('done_at', None), ('welfare_due', False), models.Q(('welfare_at__isnull', False), ('welfare_at__lte', models.F('done_at'))), _connector='OR'), name='action_welfare_first')],
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
                ('event_at', offmon.server.base.fields.MsField()),
                ('captured_at', offmon.server.base.fields.MsField()),
                ('leads', offmon.server.base.fields.BoolField()),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='triage.alert')),
            ],
            options={'indexes': [models.Index(fields=['device', 'epoch', 'n'], name='alertitem_in_its_journal')]},
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
            options={'constraints': [models.UniqueConstraint(fields=('device', 'epoch'), name='cursor_one_an_epoch')]},
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
                ('action', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='triage.action')),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='triage.alert')),
                ('why_corrected', offmon.server.base.fields.TextField(null=True)),
                ('unseen_reason', offmon.server.base.fields.TextField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('reason__gt', '')), name='decision_has_reason'), models.CheckConstraint(condition=models.Q(models.Q(('action__isnull', False), ('outcome__in', ['evidential', 'intelligence', 'recall_considered', 'safeguarding_referral', 'step_down', 'visit'])), models.Q(models.Q(('outcome__in', ['evidential', 'intelligence', 'recall_considered', 'safeguarding_referral', 'step_down', 'visit']), _negated=True), ('action', None)), _connector='OR'), name='decision_is_followed')],
            },
        ),
        migrations.AddField(
            model_name='action',
            name='decision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='triage.decision'),
        ),
        migrations.CreateModel(
            name='Handover',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('to', offmon.server.base.fields.TextField()),
                ('staff', offmon.server.base.fields.IdField(null=True)),
                ('since', offmon.server.base.fields.MsField()),
                ('at', offmon.server.base.fields.MsField()),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='triage.alert')),
            ],
            options={
                'indexes': [models.Index(fields=['agency', 'staff'], name='handover_to_staff')],
                'constraints': [models.UniqueConstraint(fields=('alert', 'to', 'since'), name='handover_each_step_once'), models.CheckConstraint(condition=models.Q(models.Q(('staff__isnull', False), ('to__in', ['first_on_call', 'second_on_call', 'supervisor'])), ('to', 'duty_inspector'), _connector='OR'), name='handover_to_whom'), models.CheckConstraint(condition=models.Q(('at__gt', models.F('since'))), name='handover_after_a_while')],
            },
        ),
        migrations.AddField(
            model_name='action',
            name='cancelled_in',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='triage.decision'),
        ),
        migrations.AddField(
            model_name='decision',
            name='corrects',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='triage.decision'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.UniqueConstraint(fields=('alert', 'corrects'), name='decision_one_or_corrected_once', nulls_distinct=False),
        ),
        migrations.AddIndex(
            model_name='action',
            index=models.Index(condition=models.Q(('cancelled_in', None), ('done_at', None)), fields=['agency', 'due_at'], name='action_open'),
        ),
        migrations.AddConstraint(
            model_name='action',
            constraint=models.UniqueConstraint(fields=('decision',), name='action_one_a_decision'),
        ),
        migrations.AddConstraint(
            model_name='action',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cancelled_in', None), ('cancelled_reason', None)), models.Q(('cancelled_in__isnull', False), ('cancelled_reason__gt', ''), ('cancelled_reason__isnull', False), ('done_at', None)), _connector='OR'), name='action_cancelled_with_reason'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('corrects', None), ('why_corrected', None)), models.Q(('corrects__isnull', False), ('why_corrected__gt', ''), ('why_corrected__isnull', False)), _connector='OR'), name='decision_corrects_with_reason'),
        ),
        migrations.CreateModel(
            name='SecondLook',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('drawn_by', offmon.server.base.fields.IdField()),
                ('drawn_at', offmon.server.base.fields.MsField()),
                ('outcome', offmon.server.base.fields.TextField(null=True)),
                ('reason', offmon.server.base.fields.TextField(null=True)),
                ('looked_at', offmon.server.base.fields.MsField(null=True)),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='triage.alert')),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='triage.decision')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('decision',), name='second_look_one_a_decision'), models.CheckConstraint(condition=models.Q(models.Q(('looked_at', None), ('outcome', None), ('reason', None)), models.Q(('looked_at__isnull', False), ('outcome__isnull', False), ('reason__gt', '')), _connector='OR'), name='second_look_has_reason')],
            },
        ),
        migrations.CreateModel(
            name='Called',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('message', offmon.server.base.fields.IdField(unique=True)),
                ('staff', offmon.server.base.fields.IdField()),
                ('at', offmon.server.base.fields.MsField()),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='triage.alert')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Acknowledgement',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('by', offmon.server.base.fields.IdField()),
                ('at', offmon.server.base.fields.MsField()),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='triage.alert')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='EmergencyOpening',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('begun_in', offmon.server.base.fields.IdField(null=True)),
                ('agreed_in', offmon.server.base.fields.IdField(null=True)),
                ('refused_by', offmon.server.base.fields.IdField(null=True)),
                ('refused_at', offmon.server.base.fields.MsField(null=True)),
                ('refusal', offmon.server.base.fields.TextField(null=True)),
                ('by', offmon.server.base.fields.IdField()),
                ('at', offmon.server.base.fields.MsField()),
                ('until', offmon.server.base.fields.MsField()),
                ('reason', offmon.server.base.fields.TextField()),
                ('reviewed_by', offmon.server.base.fields.IdField(null=True)),
                ('reviewed_at', offmon.server.base.fields.MsField(null=True)),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='triage.alert')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('reviewed_by', None)), fields=['agency'], name='emergency_waits')],
                'constraints': [models.CheckConstraint(condition=models.Q(('until', django.db.models.expressions.CombinedExpression(models.F('at'), '+', models.Value(3600000)))), name='emergency_lasts_an_hour'), models.CheckConstraint(condition=models.Q(('reason__gt', '')), name='emergency_has_reason'), models.CheckConstraint(condition=models.Q(models.Q(('reviewed_at', None), ('reviewed_by', None)), models.Q(('by__isnull', False), ('reviewed_at__isnull', False), ('reviewed_by__isnull', False), models.Q(('reviewed_by', models.F('by')), _negated=True)), _connector='OR'), name='emergency_reviewed_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('agreed_in', None), ('reviewed_by', None)), models.Q(('agreed_in__isnull', False), ('begun_in__isnull', False), models.Q(('agreed_in', models.F('begun_in')), _negated=True)), _connector='OR'), name='emergency_in_another_sitting'), models.CheckConstraint(condition=models.Q(models.Q(('refusal', None), ('refused_at', None), ('refused_by', None)), models.Q(('refusal__gt', ''), ('refusal__isnull', False), ('refused_at__isnull', False), ('refused_by__isnull', False), ('reviewed_by', None), ('by__isnull', False), models.Q(('refused_by', models.F('by')), _negated=True)), _connector='OR'), name='emergency_refused_by_another')],
            },
        ),
    ]
