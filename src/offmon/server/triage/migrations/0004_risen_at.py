"""When an alert became as grave as it is: a look before that was at something less grave."""

from django.db import migrations

import offmon.server.base.fields


class Migration(migrations.Migration):

    dependencies = [('triage', '0003_handover')]

    operations = [
        migrations.AddField(
            model_name='alert',
            name='risen_at',
            field=offmon.server.base.fields.MsField(default=0),  # of those that stand, nobody wrote it down: every look counts
            preserve_default=False,
        ),
        migrations.RunSQL(["grant update (risen_at) on triage_alert to offmon_worker"]),
    ]
