"""The worker reads which version a row is: one that a newer one replaced comes to nothing, and is put to the signer no more."""

from django.db import migrations

TABLES = ("detectors_list_version", "detectors_exclusions_version")


class Migration(migrations.Migration):
    dependencies = [
        ("detectors", "0004_first_person_there"),
    ]

    operations = [
        migrations.RunSQL(
            [f"grant select (name) on {table} to offmon_worker" for table in TABLES],
            [f"revoke select (name) on {table} from offmon_worker" for table in TABLES],
        ),
    ]
