"""An exhibit is under the case of what was sent, and a link of its continuity under the exhibit's."""

from django.db import migrations

from offmon.server.base.policies import PARENT_MIGRATION, of_its_parent


class Migration(migrations.Migration):
    dependencies = [
        ("evidence", "0008_first_person_there"),
        PARENT_MIGRATION,
    ]

    operations = [
        *of_its_parent("evidence_exhibit", "leaf", "intake_leaf"),
        *of_its_parent("evidence_custody", "exhibit_id", "evidence_exhibit"),
    ]
