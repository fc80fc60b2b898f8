"""A step of a request is under the case of its request."""

from django.db import migrations

from offmon.server.base.policies import PARENT_MIGRATION, of_its_parent


class Migration(migrations.Migration):
    dependencies = [
        ("rights", "0005_first_person_there"),
        PARENT_MIGRATION,
    ]

    operations = [
        *of_its_parent("rights_requeststep", "request_id", "rights_request"),
    ]
