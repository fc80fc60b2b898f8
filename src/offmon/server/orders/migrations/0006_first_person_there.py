"""Where nobody did the first of two people's acts, nobody can do the second: the constraint says so itself, and does not rest on another's word.

A comparison with nothing is neither true nor false, and a constraint lets that pass; that the first person is never missing was said by the column
alone.
"""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0005_end_once"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="termrow", name="term_confirmed_by_another"),
        migrations.AddConstraint(
            model_name="termrow",
            constraint=models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None)
                | (
                    Q(confirmed_by__isnull=False, confirmed_at__isnull=False, recorded_by__isnull=False)
                    & ~Q(confirmed_by=F("recorded_by"))
                ),
                name="term_confirmed_by_another",
            ),
        ),
        migrations.RemoveConstraint(model_name="assessmentrow", name="assessment_signed_by_another"),
        migrations.AddConstraint(
            model_name="assessmentrow",
            constraint=models.CheckConstraint(
                condition=Q(signed_by=None, signed_at=None)
                | (
                    Q(signed_by__isnull=False, signed_at__isnull=False, prepared_by__isnull=False)
                    & ~Q(signed_by=F("prepared_by"))
                ),
                name="assessment_signed_by_another",
            ),
        ),
    ]
