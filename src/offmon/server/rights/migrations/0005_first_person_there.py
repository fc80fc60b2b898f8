"""Where nobody did the first of two people's acts, nobody can do the second: the constraint says so itself, and does not rest on another's word.

A comparison with nothing is neither true nor false, and a constraint lets that pass; that the first person is never missing was said by the column
alone.
"""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [
        ("rights", "0004_both_sessions_kept"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="restriction", name="restriction_decided_by_another"),
        migrations.AddConstraint(
            model_name="restriction",
            constraint=models.CheckConstraint(
                condition=Q(decided_by=None, decided_at=None, outcome=None, decision=None)
                | Q(decided_by__isnull=False, decided_at__isnull=False, outcome__isnull=False, decision__isnull=False)
                & Q(asked_by__isnull=False)
                & ~Q(decided_by=F("asked_by")),
                name="restriction_decided_by_another",
            ),
        ),
    ]
