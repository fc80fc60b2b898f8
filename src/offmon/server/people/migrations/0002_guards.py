"""What guards the table of people."""

from django.db import migrations

from offmon.server.base.policies import AUDIT_GUARDS, INSERT, SELECT, case_table, may


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), AUDIT_GUARDS]

    operations = [
        *case_table(
            "people_person",
            console=may(SELECT, INSERT),
            portal=may(SELECT, columns=["id", "agency", "case", "language"]),
        ),
        *case_table("people_details", console=may(SELECT, INSERT)),
        *case_table("people_note", console=may(SELECT, INSERT)),
    ]
