"""A decision is under its alert's case, and an action under its decision's."""

from django.db import migrations

from offmon.server.base.policies import PARENT_MIGRATION, of_its_parent


class Migration(migrations.Migration):
    dependencies = [
        ("triage", "0007_full"),
        PARENT_MIGRATION,
    ]

    operations = [
        *of_its_parent("triage_decision", "alert_id", "triage_alert"),
        *of_its_parent("triage_action", "decision_id", "triage_decision"),
    ]
