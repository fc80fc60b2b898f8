"""The tables of detectors, and which process may do what with each."""

import offmon.server.base.fields
import offmon.server.base.ids
from django.db import migrations, models

from offmon.server.base.policies import AUDIT_MIGRATION, CASELOAD_MIGRATION, INSERT, SELECT, agency_table, may

DECLARATION = ("id", "agency", "salt", "list_id", "name", "declared", "drafted_by", "approved_by", "document")
# What tells the worker that a version is approved and not yet signed; never what a list looks for.
WAITING = ("id", "agency", "approved_by", "document")


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        AUDIT_MIGRATION,
        CASELOAD_MIGRATION,
    ]

    operations = [
        migrations.CreateModel(
            name='ExclusionsVersion',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('name', offmon.server.base.fields.TextField()),
                ('declared', offmon.server.base.fields.BytesField()),
                ('drafted_by', offmon.server.base.fields.IdField()),
                ('approved_by', offmon.server.base.fields.IdField(null=True)),
                ('document', offmon.server.base.fields.BytesField(null=True)),
            ],
            options={
                'db_table': 'detectors_exclusions_version',
                'constraints': [models.UniqueConstraint(fields=('agency', 'name'), name='exclusions_one_of_a_version'), models.CheckConstraint(condition=models.Q(('approved_by', None), models.Q(('approved_by', models.F('drafted_by')), _negated=True), _connector='OR'), name='exclusions_approved_by_another'), models.CheckConstraint(condition=models.Q(('document', None), ('approved_by__isnull', False), _connector='OR'), name='exclusions_signed_when_approved')],
            },
        ),
        migrations.CreateModel(
            name='ListVersion',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('list_id', offmon.server.base.fields.IdField()),
                ('name', offmon.server.base.fields.TextField()),
                ('declared', offmon.server.base.fields.BytesField()),
                ('entries', offmon.server.base.fields.BytesField()),
                ('drafted_by', offmon.server.base.fields.IdField()),
                ('approved_by', offmon.server.base.fields.IdField(null=True)),
                ('document', offmon.server.base.fields.BytesField(null=True)),
            ],
            options={
                'db_table': 'detectors_list_version',
                'constraints': [models.UniqueConstraint(fields=('agency', 'name'), name='list_one_of_a_version'), models.CheckConstraint(condition=models.Q(('approved_by', None), models.Q(('approved_by', models.F('drafted_by')), _negated=True), _connector='OR'), name='list_approved_by_another'), models.CheckConstraint(condition=models.Q(('document', None), ('approved_by__isnull', False), _connector='OR'), name='list_signed_when_approved')],
            },
        ),
        *agency_table(
            "detectors_list_version",
            console=may(SELECT, INSERT, update=["approved_by"]),
            signer=may(SELECT, update=["document"]),
            vault=may(SELECT, columns=DECLARATION),
            worker=may(SELECT, columns=WAITING),
        ),
        *agency_table(
            "detectors_exclusions_version",
            console=may(SELECT, INSERT, update=["approved_by"]),
            ingest=may(SELECT),
            signer=may(SELECT, update=["document"]),
            worker=may(SELECT, columns=WAITING),
        ),
    ]
