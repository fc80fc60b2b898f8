"""A look at a paper that is held says who issued it and until when, for the public page and its data."""

from django.db import migrations

import offmon.server.base.fields
from offmon.server.base.policies import SELECT, directory_table, may


class Migration(migrations.Migration):

    dependencies = [
        ('oversight', '0003_enquiries_read'),
    ]

    operations = [
        migrations.AddField('look', 'issuer', offmon.server.base.fields.TextField(null=True)),
        migrations.AddField('look', 'until', offmon.server.base.fields.MsField(null=True)),
        *directory_table('oversight_look', assurance=may(update=['issuer', 'until'])),
        *directory_table('oversight_attestation', assurance=may(SELECT, columns=['issuer'])),
    ]
