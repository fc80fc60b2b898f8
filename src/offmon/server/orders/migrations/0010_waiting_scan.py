"""The scan of an order or licence that waits for what it says to be recorded beside it. The console alone: nothing rests on one."""

from django.db import migrations, models

import offmon.server.base.fields
import offmon.server.base.ids
import offmon.core.authority.order
from offmon.server.base.policies import INSERT, SELECT, case_table, may


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0009_worker_sees_when_learned'),
        ('audit', '0019_document_kept'),
    ]

    operations = [
        migrations.CreateModel(
            name='WaitingScan',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('basis', offmon.server.base.fields.EnumField(offmon.core.authority.order.Basis)),
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
        *case_table("orders_waiting_scan", console=may(SELECT, INSERT, update=["names", "waits"])),
    ]
