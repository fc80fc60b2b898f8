"""The tables of orders, as its models say them (`makemigrations`)."""

import django.db.models.deletion
import django.db.models.expressions
import offmon.server.base.fields
import offmon.server.base.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='AssessmentRow',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('begun_in', offmon.server.base.fields.IdField(null=True)),
                ('refused_by', offmon.server.base.fields.IdField(null=True)),
                ('refused_at', offmon.server.base.fields.MsField(null=True)),
                ('refusal', offmon.server.base.fields.TextField(null=True)),
                ('agreed_in', offmon.server.base.fields.IdField(null=True)),
                ('title', offmon.server.base.fields.TextField()),
                ('capabilities', offmon.server.base.fields.TextsField()),
                ('sources', offmon.server.base.fields.TextsField()),
                ('document', offmon.server.base.fields.DigestField()),
                ('kept_as', offmon.server.base.fields.TextField()),
                ('prepared_by', offmon.server.base.fields.IdField()),
                ('prepared_at', offmon.server.base.fields.MsField()),
                ('review_by', offmon.server.base.fields.MsField()),
                ('signed_by', offmon.server.base.fields.IdField(null=True)),
                ('signed_at', offmon.server.base.fields.MsField(null=True)),
                ('asked_at', offmon.server.base.fields.MsField(null=True)),
                ('answered_at', offmon.server.base.fields.MsField(null=True)),
                ('extended', offmon.server.base.fields.BoolField(default=False)),
            ],
            options={
                'db_table': 'orders_assessment',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('signed_at', None), ('signed_by', None)), models.Q(('prepared_by__isnull', False), ('signed_at__isnull', False), ('signed_by__isnull', False), models.Q(('signed_by', models.F('prepared_by')), _negated=True)), _connector='OR'), name='assessment_signed_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('agreed_in', None), ('signed_by', None)), models.Q(('agreed_in__isnull', False), ('begun_in__isnull', False), models.Q(('agreed_in', models.F('begun_in')), _negated=True)), _connector='OR'), name='assessment_in_another_sitting'), models.CheckConstraint(condition=models.Q(models.Q(('refusal', None), ('refused_at', None), ('refused_by', None)), models.Q(('refusal__gt', ''), ('refusal__isnull', False), ('refused_at__isnull', False), ('refused_by__isnull', False), ('signed_by', None), ('prepared_by__isnull', False), models.Q(('refused_by', models.F('prepared_by')), _negated=True)), _connector='OR'), name='assessment_refused_by_another'), models.CheckConstraint(condition=models.Q(('review_by__gt', models.F('prepared_at')), ('review_by__lte', django.db.models.expressions.CombinedExpression(models.F('prepared_at'), '+', models.Value(31622400000)))), name='assessment_reviewed_within_a_year'), models.CheckConstraint(condition=models.Q(('answered_at', None), models.Q(('answered_at__gte', models.F('asked_at')), ('asked_at__isnull', False)), _connector='OR'), name='assessment_answered_when_asked')],
            },
        ),
        migrations.CreateModel(
            name='InstrumentRow',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('basis', offmon.server.base.fields.TextField()),
                ('controller', offmon.server.base.fields.IdField()),
                ('made_by', offmon.server.base.fields.TextField()),
                ('reference', offmon.server.base.fields.TextField()),
                ('made_on', offmon.server.base.fields.TextField()),
                ('convicted_on', offmon.server.base.fields.TextField(null=True)),
                ('served_at', offmon.server.base.fields.MsField(null=True)),
                ('effective_from', offmon.server.base.fields.MsField()),
                ('offence_types', offmon.server.base.fields.TextsField()),
                ('document', offmon.server.base.fields.DigestField()),
                ('checked', offmon.server.base.fields.TextField()),
                ('requested_at', offmon.server.base.fields.MsField(null=True)),
                ('recorded_by', offmon.server.base.fields.IdField()),
                ('ended_at', offmon.server.base.fields.MsField(null=True)),
                ('end_known_at', offmon.server.base.fields.MsField(null=True)),
                ('route', offmon.server.base.fields.TextField(null=True)),
                ('varies', offmon.server.base.fields.IdField(null=True)),
                ('varied_for', offmon.server.base.fields.TextField(null=True)),
                ('keeps_earlier', offmon.server.base.fields.BoolField(default=False)),
            ],
            options={
                'db_table': 'orders_instrument',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('end_known_at', None), ('ended_at', None)), models.Q(('end_known_at__isnull', False), ('ended_at__isnull', False)), _connector='OR'), name='instrument_end_known')],
            },
        ),
        migrations.CreateModel(
            name='Restored',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('at', offmon.server.base.fields.MsField()),
                ('by', offmon.server.base.fields.TextField()),
                ('instrument', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.instrumentrow')),
            ],
        ),
        migrations.CreateModel(
            name='WaitingScan',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('basis', offmon.server.base.fields.TextField()),
                ('kinds', offmon.server.base.fields.TextsField()),
                ('digests', offmon.server.base.fields.TextsField()),
                ('names', offmon.server.base.fields.TextsField()),
                ('kept_by', offmon.server.base.fields.IdField()),
                ('kept_at', offmon.server.base.fields.MsField()),
                ('waits', offmon.server.base.fields.BoolField(default=True)),
            ],
            options={
                'db_table': 'orders_waiting_scan',
                'constraints': [models.CheckConstraint(condition=models.Q(('waits', True), ('names', []), _connector='OR'), name='scan_lies_nowhere_once_it_waits_no_more')],
            },
        ),
        migrations.CreateModel(
            name='DocumentRow',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('kinds', offmon.server.base.fields.TextsField()),
                ('digests', offmon.server.base.fields.TextsField()),
                ('names', offmon.server.base.fields.TextsField()),
                ('damaged_at', offmon.server.base.fields.MsField(null=True)),
                ('instrument', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='orders.instrumentrow')),
            ],
            options={
                'db_table': 'orders_document',
                'constraints': [models.UniqueConstraint(fields=('instrument',), name='document_one_an_instrument')],
            },
        ),
        migrations.CreateModel(
            name='TermRow',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('begun_in', offmon.server.base.fields.IdField(null=True)),
                ('begun_at', offmon.server.base.fields.MsField()),
                ('refused_by', offmon.server.base.fields.IdField(null=True)),
                ('refused_at', offmon.server.base.fields.MsField(null=True)),
                ('refusal', offmon.server.base.fields.TextField(null=True)),
                ('agreed_in', offmon.server.base.fields.IdField(null=True)),
                ('effect', offmon.server.base.fields.TextField()),
                ('verbatim', offmon.server.base.fields.BytesField()),
                ('verbatim_digest', offmon.server.base.fields.DigestField()),
                ('person_text', offmon.server.base.fields.TextField()),
                ('person_text_welsh', offmon.server.base.fields.TextField(null=True)),
                ('source_page', offmon.server.base.fields.IntField()),
                ('capabilities', offmon.server.base.fields.TextsField()),
                ('since', offmon.server.base.fields.MsField()),
                ('until', offmon.server.base.fields.MsField(null=True)),
                ('recorded_by', offmon.server.base.fields.IdField()),
                ('confirmed_by', offmon.server.base.fields.IdField(null=True)),
                ('confirmed_at', offmon.server.base.fields.MsField(null=True)),
                ('instrument', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='terms', to='orders.instrumentrow')),
            ],
            options={
                'db_table': 'orders_term',
                'indexes': [models.Index(condition=models.Q(('confirmed_by', None)), fields=['agency'], name='term_waits')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at', None), ('confirmed_by', None)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False), ('recorded_by__isnull', False), models.Q(('confirmed_by', models.F('recorded_by')), _negated=True)), _connector='OR'), name='term_confirmed_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('agreed_in', None), ('confirmed_by', None)), models.Q(('agreed_in__isnull', False), ('begun_in__isnull', False), models.Q(('agreed_in', models.F('begun_in')), _negated=True)), _connector='OR'), name='term_in_another_sitting'), models.CheckConstraint(condition=models.Q(models.Q(('refusal', None), ('refused_at', None), ('refused_by', None)), models.Q(('refusal__gt', ''), ('refusal__isnull', False), ('refused_at__isnull', False), ('refused_by__isnull', False), ('confirmed_by', None), ('recorded_by__isnull', False), models.Q(('refused_by', models.F('recorded_by')), _negated=True)), _connector='OR'), name='term_refused_by_another')],
            },
        ),
        migrations.CreateModel(
            name='PolicyDocumentRow',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('begun_in', offmon.server.base.fields.IdField(null=True)),
                ('agreed_in', offmon.server.base.fields.IdField(null=True)),
                ('version', offmon.server.base.fields.IntField()),
                ('title', offmon.server.base.fields.TextField()),
                ('principles', offmon.server.base.fields.TextField()),
                ('retention', offmon.server.base.fields.TextField()),
                ('owner', offmon.server.base.fields.TextField()),
                ('document', offmon.server.base.fields.DigestField()),
                ('kept_as', offmon.server.base.fields.TextField()),
                ('since', offmon.server.base.fields.MsField()),
                ('review_by', offmon.server.base.fields.MsField()),
                ('prepared_by', offmon.server.base.fields.IdField()),
                ('prepared_at', offmon.server.base.fields.MsField()),
                ('agreed_by', offmon.server.base.fields.IdField(null=True)),
                ('agreed_at', offmon.server.base.fields.MsField(null=True)),
                ('refused_by', offmon.server.base.fields.IdField(null=True)),
                ('refused_at', offmon.server.base.fields.MsField(null=True)),
                ('refusal', offmon.server.base.fields.TextField(null=True)),
            ],
            options={
                'db_table': 'orders_policy_document',
                'constraints': [models.UniqueConstraint(fields=('agency', 'version'), name='policy_one_of_a_version'), models.CheckConstraint(condition=models.Q(models.Q(('agreed_at', None), ('agreed_by', None)), models.Q(('agreed_at__isnull', False), ('agreed_by__isnull', False), ('prepared_by__isnull', False), models.Q(('agreed_by', models.F('prepared_by')), _negated=True)), _connector='OR'), name='policy_agreed_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('agreed_by', None), ('agreed_in', None)), models.Q(('agreed_in__isnull', False), ('begun_in__isnull', False), models.Q(('agreed_in', models.F('begun_in')), _negated=True)), _connector='OR'), name='policy_in_another_sitting'), models.CheckConstraint(condition=models.Q(models.Q(('refusal', None), ('refused_at', None), ('refused_by', None)), models.Q(('refusal__gt', ''), ('refusal__isnull', False), ('refused_at__isnull', False), ('refused_by__isnull', False), ('agreed_by', None), ('prepared_by__isnull', False), models.Q(('refused_by', models.F('prepared_by')), _negated=True)), _connector='OR'), name='policy_refused_by_another'), models.CheckConstraint(condition=models.Q(('review_by__gt', models.F('since')), ('review_by__lte', django.db.models.expressions.CombinedExpression(models.F('prepared_at'), '+', models.Value(31622400000)))), name='policy_reviewed_within_a_year')],
            },
        ),
    ]
