"""The portal tells of what was sent and is not kept: of that the device stands in no document, but in the row alone."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("rights", "0006_of_its_parent"),
        ("intake", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(
            ["grant select (device) on intake_leaf to offmon_portal"],
            ["revoke select (device) on intake_leaf from offmon_portal"],
        ),
    ]
