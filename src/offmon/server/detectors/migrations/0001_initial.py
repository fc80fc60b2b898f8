"""The tables of detectors, as its models say them (`makemigrations`)."""

import django.db.models.deletion
import offmon.server.base.fields
import offmon.server.base.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='ExclusionsVersion',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('begun_in', offmon.server.base.fields.IdField(null=True)),
                ('begun_at', offmon.server.base.fields.MsField()),
                ('refused_by', offmon.server.base.fields.IdField(null=True)),
                ('refused_at', offmon.server.base.fields.MsField(null=True)),
                ('refusal', offmon.server.base.fields.TextField(null=True)),
                ('agreed_in', offmon.server.base.fields.IdField(null=True)),
                ('name', offmon.server.base.fields.TextField()),
                ('declared', offmon.server.base.fields.BytesField()),
                ('why', offmon.server.base.fields.TextField(default='')),
                ('drafted_by', offmon.server.base.fields.IdField()),
                ('approved_by', offmon.server.base.fields.IdField(null=True)),
                ('document', offmon.server.base.fields.BytesField(null=True)),
            ],
            options={
                'db_table': 'detectors_exclusions_version',
                'constraints': [models.UniqueConstraint(fields=('agency', 'name'), name='exclusionsversion_one_of_a_version'), models.CheckConstraint(condition=models.Q(('approved_by', None), models.Q(('drafted_by__isnull', False), models.Q(('approved_by', models.F('drafted_by')), _negated=True)), _connector='OR'), name='exclusionsversion_approved_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('agreed_in', None), ('approved_by', None)), models.Q(('agreed_in__isnull', False), ('begun_in__isnull', False), models.Q(('agreed_in', models.F('begun_in')), _negated=True)), _connector='OR'), name='exclusionsversion_in_another_sitting'), models.CheckConstraint(condition=models.Q(models.Q(('refusal', None), ('refused_at', None), ('refused_by', None)), models.Q(('refusal__gt', ''), ('refusal__isnull', False), ('refused_at__isnull', False), ('refused_by__isnull', False), ('approved_by', None), ('drafted_by__isnull', False), models.Q(('refused_by', models.F('drafted_by')), _negated=True)), _connector='OR'), name='exclusionsversion_refused_by_another'), models.CheckConstraint(condition=models.Q(('document', None), ('approved_by__isnull', False), _connector='OR'), name='exclusionsversion_signed_when_approved')],
            },
        ),
        migrations.CreateModel(
            name='ListVersion',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('begun_in', offmon.server.base.fields.IdField(null=True)),
                ('begun_at', offmon.server.base.fields.MsField()),
                ('refused_by', offmon.server.base.fields.IdField(null=True)),
                ('refused_at', offmon.server.base.fields.MsField(null=True)),
                ('refusal', offmon.server.base.fields.TextField(null=True)),
                ('agreed_in', offmon.server.base.fields.IdField(null=True)),
                ('name', offmon.server.base.fields.TextField()),
                ('declared', offmon.server.base.fields.BytesField()),
                ('why', offmon.server.base.fields.TextField(default='')),
                ('drafted_by', offmon.server.base.fields.IdField()),
                ('approved_by', offmon.server.base.fields.IdField(null=True)),
                ('document', offmon.server.base.fields.BytesField(null=True)),
                ('list_id', offmon.server.base.fields.IdField()),
                ('entries', offmon.server.base.fields.BytesField()),
            ],
            options={
                'db_table': 'detectors_list_version',
                'constraints': [models.UniqueConstraint(fields=('agency', 'name'), name='listversion_one_of_a_version'), models.CheckConstraint(condition=models.Q(('approved_by', None), models.Q(('drafted_by__isnull', False), models.Q(('approved_by', models.F('drafted_by')), _negated=True)), _connector='OR'), name='listversion_approved_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('agreed_in', None), ('approved_by', None)), models.Q(('agreed_in__isnull', False), ('begun_in__isnull', False), models.Q(('agreed_in', models.F('begun_in')), _negated=True)), _connector='OR'), name='listversion_in_another_sitting'), models.CheckConstraint(condition=models.Q(models.Q(('refusal', None), ('refused_at', None), ('refused_by', None)), models.Q(('refusal__gt', ''), ('refusal__isnull', False), ('refused_at__isnull', False), ('refused_by__isnull', False), ('approved_by', None), ('drafted_by__isnull', False), models.Q(('refused_by', models.F('drafted_by')), _negated=True)), _connector='OR'), name='listversion_refused_by_another'), models.CheckConstraint(condition=models.Q(('document', None), ('approved_by__isnull', False), _connector='OR'), name='listversion_signed_when_approved')],
            },
        ),
        migrations.CreateModel(
            name='Pause',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('paused_by', offmon.server.base.fields.IdField()),
                ('paused_at', offmon.server.base.fields.MsField()),
                ('reason', offmon.server.base.fields.TextField()),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='detectors.listversion')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('version',), name='pause_once'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='pause_has_reason')],
            },
        ),
    ]
