"""The tables of evidence, as its models say them (`makemigrations`)."""

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
            name='EnclosedPayload',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('export', offmon.server.base.fields.IdField(unique=True)),
                ('last', offmon.server.base.fields.IntField()),
                ('ciphertext', offmon.server.base.fields.BytesField()),
                ('under', offmon.server.base.fields.TextsField()),
            ],
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
                ('others', offmon.server.base.fields.TextsField(default=list)),
                ('asked_by', offmon.server.base.fields.IdField()),
                ('asked_at', offmon.server.base.fields.MsField()),
                ('asked_in', offmon.server.base.fields.IdField(null=True)),
                ('reason', offmon.server.base.fields.TextField()),
            ],
            options={
                'indexes': [models.Index(fields=['asked_by', 'asked_at'], name='reveal_by_whom')],
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
        ),
        migrations.CreateModel(
            name='Exhibit',
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
                ('initials', offmon.server.base.fields.TextField()),
                ('number', offmon.server.base.fields.IntField()),
                ('producer', offmon.server.base.fields.IdField()),
                ('oic', offmon.server.base.fields.IdField()),
                ('asked_at', offmon.server.base.fields.MsField()),
                ('asked_in', offmon.server.base.fields.IdField(null=True)),
                ('reason', offmon.server.base.fields.TextField()),
                ('content', offmon.server.base.fields.DigestField(null=True)),
                ('seal', offmon.server.base.fields.DigestField(null=True)),
                ('key', offmon.server.base.fields.BytesField(null=True)),
                ('ciphertext', offmon.server.base.fields.BytesField(null=True)),
                ('sealed_at', offmon.server.base.fields.MsField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('case', 'initials', 'number'), name='exhibit_one_a_reference'), models.UniqueConstraint(fields=('case', 'initials', 'number', 'producer'), name='exhibit_pointed_at'), models.UniqueConstraint(fields=('leaf',), name='exhibit_one_a_leaf'), models.CheckConstraint(condition=models.Q(models.Q(('ciphertext', None), ('content', None), ('key', None), ('seal', None), ('sealed_at', None)), models.Q(('ciphertext__isnull', False), ('content__isnull', False), ('key__isnull', False), ('seal__isnull', False), ('sealed_at__isnull', False)), _connector='OR'), name='exhibit_sealed_whole')],
            },
        ),
        migrations.CreateModel(
            name='Export',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('begun_in', offmon.server.base.fields.IdField(null=True)),
                ('agreed_in', offmon.server.base.fields.IdField(null=True)),
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
                ('refused_by', offmon.server.base.fields.IdField(null=True)),
                ('refused_at', offmon.server.base.fields.MsField(null=True)),
                ('refused_reason', offmon.server.base.fields.TextField(null=True)),
                ('alerts', offmon.server.base.fields.TextsField(default=list)),
                ('exhibits', offmon.server.base.fields.TextsField(default=list)),
                ('closed_reason', offmon.server.base.fields.TextField(null=True)),
                ('withheld', offmon.server.base.fields.BytesField(default=b'[]')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('approved_by', None)), fields=['agency'], name='export_waits')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('approved_at', None), ('approved_by', None)), models.Q(('approved_at__isnull', False), ('approved_by__isnull', False), ('manifest__isnull', False), ('asked_by__isnull', False), models.Q(('approved_by', models.F('asked_by')), _negated=True)), _connector='OR'), name='export_approved_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('refused_at', None), ('refused_by', None), ('refused_reason', None)), models.Q(('refused_at__isnull', False), ('refused_by__isnull', False), ('refused_reason__isnull', False), ('approved_by', None), ('asked_by__isnull', False), ('refused_reason__gt', ''), models.Q(('refused_by', models.F('asked_by')), _negated=True)), _connector='OR'), name='export_refused_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('agreed_in', None), ('approved_by', None)), models.Q(('agreed_in__isnull', False), ('begun_in__isnull', False), models.Q(('agreed_in', models.F('begun_in')), _negated=True)), _connector='OR'), name='export_in_another_sitting')],
            },
        ),
        migrations.CreateModel(
            name='Custody',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('number', offmon.server.base.fields.IntField()),
                ('since', offmon.server.base.fields.MsField()),
                ('previous_number', offmon.server.base.fields.IntField(null=True)),
                ('previous_since', offmon.server.base.fields.MsField(null=True)),
                ('place', offmon.server.base.fields.TextField()),
                ('given_by', offmon.server.base.fields.IdField()),
                ('held_by', offmon.server.base.fields.IdField()),
                ('reason', offmon.server.base.fields.TextField()),
                ('seal', offmon.server.base.fields.DigestField()),
                ('exhibit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evidence.exhibit')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('exhibit', 'number'), name='custody_one_of_a_number'), models.UniqueConstraint(fields=('exhibit', 'number', 'since', 'held_by'), name='custody_pointed_at'), models.CheckConstraint(condition=models.Q(models.Q(('number', 0), ('previous_number', None), ('previous_since', None)), models.Q(('number__gt', 0), ('previous_number', django.db.models.expressions.CombinedExpression(models.F('number'), '-', models.Value(1))), ('previous_number__isnull', False), ('previous_since__isnull', False), ('since__gt', models.F('previous_since'))), _connector='OR'), name='custody_begins_or_follows')],
            },
        ),
    ]
