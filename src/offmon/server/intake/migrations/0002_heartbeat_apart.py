"""The portal tells when the last heartbeat came, and no more when anything did: what is found goes at once, ahead of the next heartbeat."""

from django.db import migrations

import offmon.server.base.fields
from offmon.server.base.policies import SELECT, directory_table, may

# What was told so far stays told until the next heartbeat. The owner passes by the policies for this statement alone.
KNOWN = """
alter table intake_liveness no force row level security;
update intake_liveness set beat_at = heard_at;
alter table intake_liveness force row level security;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0001_initial'),
        ('rights', '0001_initial'),
    ]

    operations = [
        migrations.AddField('liveness', 'beat_at', offmon.server.base.fields.MsField(null=True)),
        migrations.RunSQL([KNOWN]),
        *directory_table('intake_liveness', ingest=may(update=['beat_at']), portal=may(SELECT, columns=['beat_at'])),
    ]
