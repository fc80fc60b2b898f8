"""A pause is of the agency whose list it pauses: another agency's took the one that a version has."""

from django.db import migrations

from offmon.server.base.policies import PARENT_MIGRATION, of_its_parent


class Migration(migrations.Migration):
    dependencies = [
        ("detectors", "0006_versions_follow"),
        PARENT_MIGRATION,
    ]

    operations = [
        *of_its_parent("detectors_pause", "version_id", "detectors_list_version", case=False),
    ]
