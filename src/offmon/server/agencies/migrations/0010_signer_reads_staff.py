"""The signer asks who agreed to what it signs: somebody of staff, in a role that may, to whom the case was open then."""

from django.db import migrations

from offmon.server.base.policies import SELECT, directory_table, may, open_to


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0009_contact_checked'),
    ]

    operations = [
        *directory_table('agencies_staff', signer=may(SELECT, columns=['id', 'agency_id', 'role'])),
        *open_to(
            'agencies_caseload', signer=may(SELECT, columns=['id', 'agency', 'case', 'staff_id', 'since', 'until'])
        ),
    ]
