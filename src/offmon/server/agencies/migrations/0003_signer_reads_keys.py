"""The signer walks the agency's chain of keys, from roots of its own, before it takes a list for one of the agency's."""

from django.db import migrations

from offmon.server.base.policies import SELECT, directory_table, may


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0002_on_call'),
    ]

    operations = [
        *directory_table('agencies_keysstatement', signer=may(SELECT)),
    ]
