"""The tables of oversight, as its models say them (`makemigrations`)."""

import django.db.models.expressions
import offmon.server.base.fields
import offmon.server.base.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='CookieChoice',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('choice', offmon.server.base.fields.TextField()),
                ('version', offmon.server.base.fields.IntField()),
                ('at', offmon.server.base.fields.MsField()),
            ],
        ),
        migrations.CreateModel(
            name='Enquiry',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('message', offmon.server.base.fields.TextField()),
                ('reply', offmon.server.base.fields.TextField()),
                ('at', offmon.server.base.fields.MsField(db_index=True)),
                ('answered_at', offmon.server.base.fields.MsField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Look',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('control', offmon.server.base.fields.TextField(unique=True)),
                ('standing', offmon.server.base.fields.TextField()),
                ('figure', offmon.server.base.fields.IntField(null=True)),
                ('at', offmon.server.base.fields.MsField()),
                ('since', offmon.server.base.fields.MsField()),
                ('issuer', offmon.server.base.fields.TextField(null=True)),
                ('until', offmon.server.base.fields.MsField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Attestation',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('control', offmon.server.base.fields.TextField()),
                ('document', offmon.server.base.fields.TextField()),
                ('issuer', offmon.server.base.fields.TextField()),
                ('since', offmon.server.base.fields.MsField()),
                ('until', offmon.server.base.fields.MsField()),
                ('checked_by', offmon.server.base.fields.IdField()),
                ('checked_at', offmon.server.base.fields.MsField()),
                ('withdrawn_at', offmon.server.base.fields.MsField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('until__gt', models.F('since'))), name='attestation_ends'), models.CheckConstraint(condition=models.Q(('control__startswith', 'paper-')), name='attestation_of_a_paper')],
            },
        ),
        migrations.CreateModel(
            name='Walked',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField()),
                ('at', offmon.server.base.fields.MsField()),
                ('whole_at', offmon.server.base.fields.MsField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('agency',), name='walked_one_an_agency')],
            },
        ),
        migrations.CreateModel(
            name='EnquiryDeletion',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('enquiry', offmon.server.base.fields.IdField(unique=True)),
                ('by', offmon.server.base.fields.TextField()),
                ('why', offmon.server.base.fields.TextField()),
                ('at', offmon.server.base.fields.MsField(db_index=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('by', ''), ('why', ''), _connector='OR', _negated=True), name='enquiry_deleted_by_somebody_for_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='EnquiryReading',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('enquiry', offmon.server.base.fields.IdField(db_index=True)),
                ('reader', offmon.server.base.fields.TextField()),
                ('at', offmon.server.base.fields.MsField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('reader', ''), _negated=True), name='enquiry_read_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='PageCount',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('page', offmon.server.base.fields.TextField()),
                ('day', offmon.server.base.fields.MsField()),
                ('count', offmon.server.base.fields.IntField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('page', 'day'), name='page_counted_once_a_day'), models.CheckConstraint(condition=models.Q(('count__gt', 0)), name='page_count_counts')],
            },
        ),
        migrations.CreateModel(
            name='AlertFigure',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField()),
                ('month', offmon.server.base.fields.MsField()),
                ('gravity', offmon.server.base.fields.TextField()),
                ('in_time', offmon.server.base.fields.IntField(null=True)),
                ('passed_on', offmon.server.base.fields.IntField(null=True)),
                ('neither', offmon.server.base.fields.IntField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('agency', 'month', 'gravity'), name='alert_figure_once'), models.CheckConstraint(condition=models.Q(models.Q(('in_time', None), models.Q(('in_time__isnull', False), ('in_time', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('in_time'), '/', models.Value(10)), '*', models.Value(10))), ('in_time__gte', 10)), _connector='OR'), models.Q(('passed_on', None), models.Q(('passed_on__isnull', False), ('passed_on', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('passed_on'), '/', models.Value(10)), '*', models.Value(10))), ('passed_on__gte', 10)), _connector='OR'), models.Q(('neither', None), models.Q(('neither__isnull', False), ('neither', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('neither'), '/', models.Value(10)), '*', models.Value(10))), ('neither__gte', 10)), _connector='OR')), name='alert_figure_in_tens')],
            },
        ),
    ]
