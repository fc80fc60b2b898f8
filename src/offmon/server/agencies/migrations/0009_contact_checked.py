"""When somebody of the agency last checked how people reach it, and who: the public directory shows the day."""

from django.db import migrations, models

import offmon.server.base.fields
from offmon.server.base.policies import SELECT, directory_table, may

CHECKED = ['contact_checked_at', 'contact_checked_by']


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0008_passkey'),
    ]

    operations = [
        migrations.AddField('agency', 'contact_checked_at', offmon.server.base.fields.MsField(null=True)),
        migrations.AddField('agency', 'contact_checked_by', offmon.server.base.fields.IdField(null=True)),
        migrations.AddConstraint(
            'agency',
            models.CheckConstraint(
                condition=models.Q(('contact_checked_at', None), ('contact_checked_by', None))
                | models.Q(('contact_checked_at__isnull', False), ('contact_checked_by__isnull', False)),
                name='agency_contact_checked_by_somebody',
            ),
        ),
        *directory_table(
            'agencies_agency',
            console=may(update=CHECKED),
            assurance=may(SELECT, columns=CHECKED),
            portal=may(SELECT, columns=CHECKED),
        ),
    ]
