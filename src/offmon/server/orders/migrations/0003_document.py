"""The document of an instrument: where its pages lie, and whether they are still what was recorded."""

import django.db.models.deletion
from django.db import migrations, models

import offmon.server.base.fields
import offmon.server.base.ids
from offmon.server.base.policies import INSERT, SELECT, case_table, may


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0002_assessment'),
    ]

    operations = [
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
        *case_table(
            "orders_document",
            console=may(SELECT, INSERT, update=["damaged_at"]),
            # Neither is given the folder where the pages lie; both must know whether they are sound.
            signer=may(SELECT),
            vault=may(SELECT),
        ),
    ]
