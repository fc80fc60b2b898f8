"""The agency's administrator changes who is called out of hours: these columns of the directory, and no other."""

from django.db import migrations

from offmon.server.base.policies import directory_table, may


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0005_door'),
    ]

    operations = [
        *directory_table(
            "agencies_agency",
            console=may(update=["on_call_urgent", "on_call_high", "on_call_standard", "duty_inspector"]),
        ),
    ]
