"""Who is called out of hours, for each gravity; and what the worker may know of staff, to pass on what nobody has looked at."""

from django.db import migrations

import offmon.server.base.fields
from offmon.server.base.policies import SELECT, directory_table, may

NAMES = ("on_call_urgent", "on_call_high", "on_call_standard", "duty_inspector")


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0001_initial'),
    ]

    operations = [
        *(
            migrations.AddField(
                model_name='agency',
                name=name,
                field=offmon.server.base.fields.TextField(default=''),
                preserve_default=False,
            )
            for name in NAMES
        ),
        # Until now one contact stood for all of them.
        migrations.RunSQL([f"update agencies_agency set {', '.join(f'{name} = out_of_hours' for name in NAMES)}"]),
        migrations.RemoveField(model_name='agency', name='out_of_hours'),
        *directory_table(
            "agencies_staff", worker=may(SELECT, columns=["id", "agency_id", "team_id", "role", "is_active"])
        ),
    ]
