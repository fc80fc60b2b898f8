"""The tables of audit, as its models say them (`makemigrations`)."""

import django.db.models.deletion
import offmon.core.log.audit
import offmon.server.base.fields
import offmon.server.base.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField()),
                ('case', offmon.server.base.fields.IdField(null=True)),
                ('at', offmon.server.base.fields.MsField()),
                ('verb', offmon.server.base.fields.TextField()),
                ('operation', offmon.server.base.fields.TextField()),
                ('outcome', offmon.server.base.fields.TextField()),
                ('actor', offmon.server.base.fields.IdField()),
                ('actor_role', offmon.server.base.fields.TextField()),
                ('actor_team', offmon.server.base.fields.IdField(null=True)),
                ('session', offmon.server.base.fields.IdField(null=True)),
                ('request', offmon.server.base.fields.IdField(null=True)),
                ('reason', offmon.server.base.fields.TextField(null=True)),
                ('recipient', offmon.server.base.fields.TextField(null=True)),
                ('alert', offmon.server.base.fields.IdField(null=True)),
                ('decision', offmon.server.base.fields.IdField(null=True)),
                ('manifest', offmon.server.base.fields.DigestField(null=True)),
                ('touched', offmon.server.base.fields.TextsField()),
                ('doc', offmon.server.base.fields.BytesField()),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('commit', offmon.server.base.fields.DigestField()),
            ],
            options={
                'indexes': [models.Index(fields=['agency', 'at', 'id'], name='audit_entry_in_time'), models.Index(fields=['case', 'at', 'id'], name='audit_entry_of_case'), models.Index(fields=['actor', 'at', 'id'], name='audit_entry_of_actor'), models.Index(fields=['agency', 'verb', 'at', 'id'], name='audit_entry_of_verb'), models.Index(condition=models.Q(('operation', 'consultation'), ('verb', 'reveal.asked'), _connector='OR'), fields=['case', 'at', 'id'], name='audit_entry_look')],
                'constraints': [models.CheckConstraint(condition=models.Q(('actor_role__in', ['offender_manager', 'supervisor', 'authorising_officer', 'evidence_officer', 'data_protection', 'auditor', 'tenant_admin', 'duty_inspector', 'supplier_operator', 'service', 'supervised_person']), ('outcome__in', ['allowed', 'denied'])), name='audit_outcome_and_role_known')],
            },
        ),
        migrations.CreateModel(
            name='LogReading',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('read_by', offmon.server.base.fields.IdField()),
                ('session', offmon.server.base.fields.IdField()),
                ('purpose', offmon.server.base.fields.TextField()),
                ('question', offmon.server.base.fields.TextField()),
                ('begun_at', offmon.server.base.fields.MsField()),
            ],
            options={
                'indexes': [models.Index(fields=['agency', 'read_by', 'begun_at'], name='log_reading_of')],
                'constraints': [models.CheckConstraint(condition=models.Q(('purpose__in', ['lawfulness', 'self_monitoring', 'security', 'criminal_proceedings'])), name='log_reading_for_a_purpose'), models.CheckConstraint(condition=models.Q(('question', ''), _negated=True), name='log_reading_asks_something')],
            },
        ),
        migrations.CreateModel(
            name='LogSample',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('drawn_by', offmon.server.base.fields.IdField()),
                ('drawn_at', offmon.server.base.fields.MsField()),
                ('since', offmon.server.base.fields.MsField()),
                ('until', offmon.server.base.fields.MsField()),
                ('team', offmon.server.base.fields.IdField(null=True)),
                ('asked_for', offmon.server.base.fields.IntField()),
                ('drawn_from', offmon.server.base.fields.IntField()),
                ('size', offmon.server.base.fields.IntField()),
                ('seed', offmon.server.base.fields.DigestField()),
                ('entries', offmon.server.base.fields.TextsField()),
            ],
            options={'indexes': [models.Index(fields=['agency', 'drawn_at'], name='log_sample_in_time')]},
        ),
        migrations.CreateModel(
            name='SampledLook',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('sample', offmon.server.base.fields.IdField()),
                ('entry', offmon.server.base.fields.IdField()),
                ('staff', offmon.server.base.fields.IdField()),
                ('about', offmon.server.base.fields.IdField()),
                ('at', offmon.server.base.fields.MsField()),
                ('mark', offmon.server.base.fields.TextField()),
                ('note', offmon.server.base.fields.TextField()),
                ('marked_by', offmon.server.base.fields.IdField()),
                ('marked_at', offmon.server.base.fields.MsField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('agency', 'sample', 'entry'), name='sampled_look_marked_once'), models.CheckConstraint(condition=models.Q(models.Q(('note', ''), _negated=True), models.Q(('marked_by', models.F('staff')), _negated=True)), name='sampled_look_marked_whole')],
            },
        ),
        migrations.CreateModel(
            name='LookUpPicked',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('entry', offmon.server.base.fields.IdField()),
                ('staff', offmon.server.base.fields.IdField()),
                ('about', offmon.server.base.fields.IdField(null=True)),
                ('at', offmon.server.base.fields.MsField()),
                ('why', offmon.server.base.fields.TextField()),
                ('picked_at', offmon.server.base.fields.MsField()),
                ('examined_by', offmon.server.base.fields.IdField(null=True)),
                ('examined_at', offmon.server.base.fields.MsField(null=True)),
                ('finding', offmon.server.base.fields.TextField(null=True)),
                ('note', offmon.server.base.fields.TextField(default='')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('examined_at', None)), fields=['agency'], name='look_up_waits')],
                'constraints': [models.UniqueConstraint(fields=('agency', 'entry', 'why'), name='look_up_picked_once'), models.CheckConstraint(condition=models.Q(models.Q(('examined_at', None), ('examined_by', None), ('finding', None), ('note', '')), models.Q(('examined_at__isnull', False), ('examined_by__isnull', False), ('finding__isnull', False), models.Q(('note', ''), _negated=True), models.Q(('examined_by', models.F('staff')), _negated=True)), _connector='OR'), name='look_up_examined_whole')],
            },
        ),
        migrations.CreateModel(
            name='Node',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField()),
                ('level', offmon.server.base.fields.IntField()),
                ('index', offmon.server.base.fields.IntField()),
                ('hash', offmon.server.base.fields.BytesField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('agency', 'level', 'index'), name='audit_one_hash_a_node'), models.CheckConstraint(condition=models.Q(('index__gte', 0), ('level__gte', 1)), name='audit_node_in_tree')],
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
            options={'constraints': [models.UniqueConstraint(fields=('agency', 'on'), name='audit_sealed_once_a_day')]},
        ),
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
            options={'indexes': [models.Index(fields=['case', 'on'], name='audit_look_of_day')]},
        ),
        migrations.CreateModel(
            name='Checkpoint',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField()),
                ('size', offmon.server.base.fields.IntField()),
                ('note', offmon.server.base.fields.BytesField()),
                ('cosigned_at', offmon.server.base.fields.MsField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('cosigned_at', None)), fields=('agency', 'size'), name='audit_signed_once_a_size'), models.UniqueConstraint(condition=models.Q(('cosigned_at', None), _negated=True), fields=('agency', 'size'), name='audit_cosigned_once_a_size')],
            },
        ),
        migrations.CreateModel(
            name='Sequenced',
            fields=[
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='place', serialize=False, to='audit.entry')),
                ('agency', offmon.server.base.fields.IdField()),
                ('index', offmon.server.base.fields.IntField()),
                ('run', offmon.server.base.fields.IdField()),
                ('number', offmon.server.base.fields.IntField()),
                ('previous', offmon.server.base.fields.BytesField()),
                ('record', offmon.server.base.fields.BytesField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('agency', 'index'), name='audit_one_entry_an_index'), models.UniqueConstraint(fields=('agency', 'run', 'number'), name='audit_one_entry_a_number'), models.CheckConstraint(condition=models.Q(('index__gte', 0), ('number__gte', 0)), name='audit_counted_from_0')],
            },
        ),
    ]
