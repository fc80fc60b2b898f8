"""A profile is where its device is, and a paper of a notice where its deployment is.

A case's one live deployment is one in its agency: in another's scope, a row that claimed the case took its place.
"""

from django.db import migrations, models

from offmon.server.base.policies import PARENT_MIGRATION, of_its_parent


class Migration(migrations.Migration):
    dependencies = [
        ("deployments", "0009_profile_follows"),
        PARENT_MIGRATION,
    ]

    operations = [
        *of_its_parent("deployments_profile", "device_id", "deployments_device"),
        *of_its_parent("deployments_noticepaper", "deployment_id", "deployments_deployment"),
        migrations.RemoveConstraint(model_name="deployment", name="deployment_one_live"),
        migrations.AddConstraint(
            model_name="deployment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "ended"), _negated=True),
                fields=("agency", "case"),
                name="deployment_one_live",
            ),
        ),
    ]
