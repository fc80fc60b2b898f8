"""A device whose heartbeats stand for less than the agency holds of it: its store was put back, and officers are to see it."""

from django.db import migrations

import offmon.server.base.fields
from offmon.server.base.policies import directory_table, may


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0002_heartbeat_apart'),
    ]

    operations = [
        migrations.AddField('liveness', 'behind_since', offmon.server.base.fields.MsField(null=True)),
        *directory_table('intake_liveness', ingest=may(update=['behind_since'])),
    ]
