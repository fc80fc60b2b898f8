"""The tables of intake, as its models say them (`makemigrations`)."""

import django.db.models.deletion
import offmon.core.states
import offmon.server.base.fields
import offmon.server.base.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='Liveness',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('device', offmon.server.base.fields.IdField(unique=True)),
                ('heard_at', offmon.server.base.fields.MsField()),
                ('beat_at', offmon.server.base.fields.MsField(null=True)),
                ('behind_since', offmon.server.base.fields.MsField(null=True)),
                ('boot', offmon.server.base.fields.IdField(null=True)),
                ('silent_since', offmon.server.base.fields.MsField(null=True)),
                ('silent_until', offmon.server.base.fields.MsField(null=True)),
                ('epoch', offmon.server.base.fields.IdField()),
                ('size', offmon.server.base.fields.IntField()),
                ('stopped_at', offmon.server.base.fields.MsField(null=True)),
                ('removed_at', offmon.server.base.fields.MsField(null=True)),
                ('browser_at', offmon.server.base.fields.MsField(null=True)),
                ('clock_off_since', offmon.server.base.fields.MsField(null=True)),
                ('release', offmon.server.base.fields.DigestField(null=True)),
                ('release_since', offmon.server.base.fields.MsField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='DeviceFinding',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('device', offmon.server.base.fields.IdField(db_index=True)),
                ('task', offmon.server.base.fields.TextField()),
                ('found', offmon.server.base.fields.TextField()),
                ('written', offmon.server.base.fields.BytesField()),
                ('found_by', offmon.server.base.fields.IdField()),
                ('found_at', offmon.server.base.fields.MsField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Served',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('since', offmon.server.base.fields.MsField()),
                ('until', offmon.server.base.fields.MsField(db_index=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('device', offmon.server.base.fields.IdField()),
                ('epoch', offmon.server.base.fields.IdField()),
                ('first', offmon.server.base.fields.IntField()),
                ('size', offmon.server.base.fields.IntField()),
                ('root', offmon.server.base.fields.DigestField()),
                ('checkpoint', offmon.server.base.fields.DigestField()),
                ('received_at', offmon.server.base.fields.MsField()),
                ('silent_since', offmon.server.base.fields.MsField(null=True)),
                ('silent_until', offmon.server.base.fields.MsField(null=True)),
                ('clock_offset_ms', offmon.server.base.fields.IntField(null=True)),
            ],
            options={'constraints': [models.UniqueConstraint(fields=('device', 'epoch', 'size'), name='batch_once')]},
        ),
        migrations.CreateModel(
            name='Journal',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('device', offmon.server.base.fields.IdField()),
                ('epoch', offmon.server.base.fields.IdField()),
                ('number', offmon.server.base.fields.IntField()),
                ('size', offmon.server.base.fields.IntField()),
                ('peaks', offmon.server.base.fields.BytesField()),
                ('checkpoint', offmon.server.base.fields.BytesField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('device', 'epoch'), name='journal_one_head'), models.UniqueConstraint(fields=('device', 'number'), name='journal_one_epoch_a_number')],
            },
        ),
        migrations.CreateModel(
            name='Leaf',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('batch', offmon.server.base.fields.IdField(db_index=True)),
                ('device', offmon.server.base.fields.IdField()),
                ('epoch', offmon.server.base.fields.IdField()),
                ('n', offmon.server.base.fields.IntField()),
                ('kind', offmon.server.base.fields.TextField()),
                ('commit', offmon.server.base.fields.DigestField()),
                ('ciphertext_digest', offmon.server.base.fields.DigestField()),
                ('held', offmon.server.base.fields.TextField()),
                ('why', offmon.server.base.fields.TextField(null=True)),
                ('document', offmon.server.base.fields.BytesField(null=True)),
                ('ciphertext', offmon.server.base.fields.BytesField(null=True)),
                ('event_at', offmon.server.base.fields.MsField(null=True)),
                ('deployment', offmon.server.base.fields.IdField(null=True)),
                ('capability', offmon.server.base.fields.TextField(null=True)),
                ('list_name', offmon.server.base.fields.TextField(null=True)),
                ('rule', offmon.server.base.fields.TextField(null=True)),
                ('gravity', offmon.server.base.fields.TextField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('capability__in', ('context',))), fields=['device', 'event_at'], name='leaf_that_follows'), models.Index(condition=models.Q(('kind', 'gap')), fields=['device', 'event_at'], name='leaf_gaps')],
                'constraints': [models.UniqueConstraint(fields=('device', 'epoch', 'n'), name='leaf_one_a_place'), models.CheckConstraint(condition=models.Q(models.Q(('document__isnull', False), ('held', 'held'), ('why', None)), models.Q(models.Q(('held', 'held'), _negated=True), ('capability', None), ('ciphertext', None), ('deployment', None), ('document', None), ('event_at', None), ('gravity', None), ('list_name', None), ('rule', None), ('salt', b'')), _connector='OR'), name='leaf_not_held_has_no_content'), models.CheckConstraint(condition=models.Q(models.Q(('held', 'refused'), _negated=True), ('why__isnull', False), _connector='OR'), name='leaf_refused_says_why')],
            },
        ),
        migrations.CreateModel(
            name='Nonce',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('keyid', offmon.server.base.fields.TextField()),
                ('nonce', offmon.server.base.fields.TextField()),
                ('expires_at', offmon.server.base.fields.MsField(db_index=True)),
            ],
            options={'constraints': [models.UniqueConstraint(fields=('keyid', 'nonce'), name='nonce_once')]},
        ),
        migrations.CreateModel(
            name='Refusal',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField()),
                ('device', offmon.server.base.fields.IdField()),
                ('reason', offmon.server.base.fields.TextField()),
                ('since_entry', offmon.server.base.fields.IntField()),
                ('entered_at', offmon.server.base.fields.MsField()),
            ],
            options={'constraints': [models.UniqueConstraint(fields=('device', 'reason'), name='refusal_one_counter')]},
        ),
        migrations.CreateModel(
            name='Stranger',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('day', offmon.server.base.fields.MsField()),
                ('reason', offmon.server.base.fields.TextField()),
                ('count', offmon.server.base.fields.IntField()),
            ],
            options={'constraints': [models.UniqueConstraint(fields=('day', 'reason'), name='stranger_one_counter')]},
        ),
        migrations.CreateModel(
            name='Quarantine',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('why', offmon.server.base.fields.TextField()),
                ('order', offmon.server.base.fields.IdField(null=True)),
                ('since', offmon.server.base.fields.MsField()),
                ('known_at', offmon.server.base.fields.MsField()),
                ('locked_at', offmon.server.base.fields.MsField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Hours',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('day', offmon.server.base.fields.TextField()),
                ('devices', offmon.server.base.fields.BytesField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('case', 'day'), name='hours_once_a_day')],
            },
        ),
        migrations.CreateModel(
            name='LateDecision',
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
                ('choice', offmon.server.base.fields.TextField()),
                ('state', offmon.server.base.fields.TextField(default=offmon.core.states.QuarantineState['ASKED'])),
                ('asked_by', offmon.server.base.fields.IdField()),
                ('asked_at', offmon.server.base.fields.MsField()),
                ('reason', offmon.server.base.fields.TextField()),
                ('agreed_by', offmon.server.base.fields.IdField(null=True)),
                ('agreed_at', offmon.server.base.fields.MsField(null=True)),
                ('erased', offmon.server.base.fields.IntField(null=True)),
                ('erased_at', offmon.server.base.fields.MsField(null=True)),
                ('quarantine', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='intake.quarantine')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('agreed_by', None)), fields=['agency'], name='late_decision_waits')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('refused_by', None)), fields=('quarantine',), name='late_decision_one_a_quarantine'), models.CheckConstraint(condition=models.Q(('reason__gt', '')), name='late_decision_has_reason'), models.CheckConstraint(condition=models.Q(models.Q(('agreed_at', None), ('agreed_by', None)), models.Q(('agreed_at__isnull', False), ('agreed_by__isnull', False), ('asked_by__isnull', False), models.Q(('agreed_by', models.F('asked_by')), _negated=True)), _connector='OR'), name='late_decision_agreed_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('erased', None), ('erased_at', None)), models.Q(('agreed_by__isnull', False), ('choice', 'erase'), ('erased__isnull', False), ('erased_at__isnull', False), ('state', 'done')), _connector='OR'), name='late_decision_erased_once_agreed'), models.CheckConstraint(condition=models.Q(models.Q(('agreed_by', None), ('agreed_in', None)), models.Q(('agreed_in__isnull', False), ('begun_in__isnull', False), models.Q(('agreed_in', models.F('begun_in')), _negated=True)), _connector='OR'), name='late_decision_in_another_sitting'), models.CheckConstraint(condition=models.Q(models.Q(('refusal', None), ('refused_at', None), ('refused_by', None)), models.Q(('refusal__gt', ''), ('refusal__isnull', False), ('refused_at__isnull', False), ('refused_by__isnull', False), ('agreed_by', None), ('asked_by__isnull', False), models.Q(('refused_by', models.F('asked_by')), _negated=True)), _connector='OR'), name='late_decision_refused_by_another')],
            },
        ),
        migrations.CreateModel(
            name='QuarantineItem',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('leaf', offmon.server.base.fields.IdField()),
                ('device', offmon.server.base.fields.IdField()),
                ('epoch', offmon.server.base.fields.IdField()),
                ('n', offmon.server.base.fields.IntField()),
                ('known_at', offmon.server.base.fields.MsField()),
                ('quarantine', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='intake.quarantine')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('leaf', 'known_at'), name='quarantine_item_once_a_cause')],
            },
        ),
    ]
