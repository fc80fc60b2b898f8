"""Exhibits and who has had them. A link of continuity points at the one before it, its end and its holder, so that none can be left out."""

import django.db.models.deletion
from django.db import migrations, models

import offmon.server.base.fields
import offmon.server.base.ids
from offmon.server.base.policies import INSERT, SELECT, case_table, may

SEALED = ["content", "seal", "key", "ciphertext", "sealed_at"]
FOLLOWS_ON = """
alter table evidence_custody add constraint custody_follows_on
    foreign key (exhibit_id, previous_number, previous_since, given_by)
    references evidence_custody (exhibit_id, number, since, held_by)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('evidence', '0001_initial'),
    ]

    operations = [
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
                ('reason', offmon.server.base.fields.TextField()),
                ('content', offmon.server.base.fields.DigestField(null=True)),
                ('seal', offmon.server.base.fields.DigestField(null=True)),
                ('key', offmon.server.base.fields.BytesField(null=True)),
                ('ciphertext', offmon.server.base.fields.BytesField(null=True)),
                ('sealed_at', offmon.server.base.fields.MsField(null=True)),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('case', 'initials', 'number'), name='exhibit_one_a_reference'),
                    models.UniqueConstraint(fields=('leaf',), name='exhibit_one_a_leaf'),
                    models.CheckConstraint(condition=models.Q(models.Q(('ciphertext', None), ('content', None), ('key', None), ('seal', None), ('sealed_at', None)), models.Q(('ciphertext__isnull', False), ('content__isnull', False), ('key__isnull', False), ('seal__isnull', False), ('sealed_at__isnull', False)), _connector='OR'), name='exhibit_sealed_whole'),
                ],
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
                'constraints': [
                    models.UniqueConstraint(fields=('exhibit', 'number'), name='custody_one_of_a_number'),
                    models.UniqueConstraint(fields=('exhibit', 'number', 'since', 'held_by'), name='custody_pointed_at'),
                    models.CheckConstraint(condition=models.Q(models.Q(('number', 0), ('previous_number', None), ('previous_since', None)), models.Q(('number__gt', 0), ('previous_number', models.F('number') - 1), ('previous_number__isnull', False), ('previous_since__isnull', False), ('since__gt', models.F('previous_since'))), _connector='OR'), name='custody_begins_or_follows'),
                ],
            },
        ),
        migrations.RunSQL([FOLLOWS_ON]),
        *case_table("evidence_exhibit", console=may(SELECT, INSERT), vault=may(SELECT, update=SEALED)),
        *case_table("evidence_custody", console=may(SELECT, INSERT), vault=may(SELECT, INSERT)),
    ]
