"""The look at how staff signed in finds the factor that each sign-in names: an app that somebody has is not yet one that they showed."""

from django.db import migrations

from offmon.server.base.policies import SELECT, directory_table, may, open_to


class Migration(migrations.Migration):

    dependencies = [
        ('oversight', '0007_enquiries_deleted'),
        ('agencies', '0007_factor_shown'),
    ]

    operations = [
        *directory_table('audit_entry', assurance=may(SELECT, columns=['touched'])),
        *open_to('agencies_factorshown', assurance=may(SELECT, columns=['id', 'agency', 'staff_id'])),
    ]
