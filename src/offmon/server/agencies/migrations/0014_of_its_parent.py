"""An authenticator app stands with the agency of whose it is.

One open grant a person and case, and one sharing, are one in their agency: in another's scope, a row that claimed the case took its place.
"""

from django.db import migrations, models

from offmon.server.base.policies import PARENT_MIGRATION, of_its_parent


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0013_shown_now"),
        PARENT_MIGRATION,
    ]

    operations = [
        *of_its_parent("agencies_secondfactor", "staff_id", "agencies_staff", agency="agency_id", case=False),
        migrations.RemoveConstraint(model_name="party", name="party_one_open"),
        migrations.AddConstraint(
            model_name="party",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until", None)),
                fields=("agency", "case", "partner"),
                name="party_one_open",
            ),
        ),
        migrations.RemoveConstraint(model_name="caseload", name="caseload_one_open"),
        migrations.AddConstraint(
            model_name="caseload",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until", None)),
                fields=("agency", "case", "staff"),
                name="caseload_one_open",
            ),
        ),
    ]
