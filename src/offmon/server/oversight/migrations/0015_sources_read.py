"""Whoever looks reads which sources an impact assessment is of: one that is of another source covers nothing that the browser shows (S29)."""

from django.db import migrations

from offmon.server.base.policies import SELECT, directory_table, may


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0014_caseload_read"),
        ("orders", "0007_damaged_until_restored"),
    ]

    operations = directory_table("orders_assessment", assurance=may(SELECT, columns=["sources"]))
