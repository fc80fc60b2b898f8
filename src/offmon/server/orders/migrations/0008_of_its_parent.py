"""A document is under the case of its instrument."""

from django.db import migrations

from offmon.server.base.policies import PARENT_MIGRATION, of_its_parent


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0007_damaged_until_restored"),
        PARENT_MIGRATION,
    ]

    operations = [
        *of_its_parent("orders_document", "instrument_id", "orders_instrument"),
    ]
