"""Where nobody did the first of two people's acts, nobody can do the second: the constraint says so itself, and does not rest on another's word.

A comparison with nothing is neither true nor false, and a constraint lets that pass; that the first person is never missing was said by the column
alone.
"""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [
        ("deployments", "0007_ended_for_good"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="authorisation", name="authorised_by_another_with_answers"),
        migrations.AddConstraint(
            model_name="authorisation",
            constraint=models.CheckConstraint(
                condition=Q(authorised_by=None)
                | (
                    ~Q(authorised_by=F("drafted_by"))
                    & Q(
                        drafted_by__isnull=False,
                        authorised_at__isnull=False,
                        aim__isnull=False,
                        rational_link__isnull=False,
                        less_intrusive__isnull=False,
                        fair_balance__isnull=False,
                        aim__gt="",
                        rational_link__gt="",
                        less_intrusive__gt="",
                        fair_balance__gt="",
                    )
                ),
                name="authorised_by_another_with_answers",
            ),
        ),
    ]
