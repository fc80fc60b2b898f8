"""In which hours staff look at what was sent: the faces show it, and without it nothing is collected. The administrator records it."""

from django.db import migrations

import offmon.server.base.fields
from offmon.server.base.policies import SELECT, directory_table, may

HOURS = ['office_hours']


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0011_grant_as_of_now'),
    ]

    operations = [
        # Empty until somebody of the agency says: a guess would be a promise to whoever reads it.
        migrations.AddField(
            'agency', 'office_hours', offmon.server.base.fields.TextField(default=''), preserve_default=False
        ),
        *directory_table(
            'agencies_agency',
            console=may(update=HOURS),
            assurance=may(SELECT, columns=HOURS),
            portal=may(SELECT, columns=HOURS),
        ),
    ]
