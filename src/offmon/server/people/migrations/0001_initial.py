"""The tables of people, as its models say them (`makemigrations`)."""

import offmon.server.base.fields
import offmon.server.base.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('reference', offmon.server.base.fields.TextField()),
                ('name', offmon.server.base.fields.BytesField()),
                ('language', offmon.server.base.fields.TextField(default='en')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('agency', 'reference'), name='person_reference_once'), models.CheckConstraint(condition=models.Q(('id', models.F('case'))), name='person_is_the_case')],
            },
        ),
        migrations.CreateModel(
            name='Details',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('details', offmon.server.base.fields.BytesField()),
                ('recorded_by', offmon.server.base.fields.IdField()),
                ('recorded_at', offmon.server.base.fields.MsField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('kind', offmon.server.base.fields.TextField()),
                ('written', offmon.server.base.fields.BytesField()),
                ('written_by', offmon.server.base.fields.IdField()),
                ('written_at', offmon.server.base.fields.MsField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PersonEntry',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('sort', offmon.server.base.fields.TextField()),
                ('written', offmon.server.base.fields.BytesField()),
                ('looked_up', offmon.server.base.fields.DigestField(db_index=True, null=True)),
                ('recorded_by', offmon.server.base.fields.IdField()),
                ('recorded_at', offmon.server.base.fields.MsField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='EntryMark',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('entry', offmon.server.base.fields.IdField()),
                ('standing', offmon.server.base.fields.TextField()),
                ('why', offmon.server.base.fields.BytesField()),
                ('marked_by', offmon.server.base.fields.IdField()),
                ('marked_at', offmon.server.base.fields.MsField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Register',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('devices', offmon.server.base.fields.BytesField()),
                ('recorded_at', offmon.server.base.fields.MsField()),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
