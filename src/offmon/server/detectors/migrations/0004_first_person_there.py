"""Where nobody did the first of two people's acts, nobody can do the second: the constraint says so itself, and does not rest on another's word.

A comparison with nothing is neither true nor false, and a constraint lets that pass; that the first person is never missing was said by the column
alone.
"""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [
        ("detectors", "0003_two_sittings"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="exclusionsversion", name="exclusionsversion_approved_by_another"),
        migrations.AddConstraint(
            model_name="exclusionsversion",
            constraint=models.CheckConstraint(
                condition=Q(approved_by=None) | (Q(drafted_by__isnull=False) & ~Q(approved_by=F("drafted_by"))),
                name="exclusionsversion_approved_by_another",
            ),
        ),
        migrations.RemoveConstraint(model_name="listversion", name="listversion_approved_by_another"),
        migrations.AddConstraint(
            model_name="listversion",
            constraint=models.CheckConstraint(
                condition=Q(approved_by=None) | (Q(drafted_by__isnull=False) & ~Q(approved_by=F("drafted_by"))),
                name="listversion_approved_by_another",
            ),
        ),
    ]
