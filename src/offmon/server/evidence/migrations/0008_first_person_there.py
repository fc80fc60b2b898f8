"""Where nobody did the first of two people's acts, nobody can do the second: the constraint says so itself, and does not rest on another's word.

A comparison with nothing is neither true nor false, and a constraint lets that pass; that the first person is never missing was said by the column
alone.
"""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [
        ("evidence", "0007_payload_under"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="export", name="export_approved_by_another"),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=Q(approved_by=None, approved_at=None)
                | (
                    Q(approved_by__isnull=False, approved_at__isnull=False, manifest__isnull=False)
                    & Q(asked_by__isnull=False)
                    & ~Q(approved_by=F("asked_by"))
                ),
                name="export_approved_by_another",
            ),
        ),
    ]
