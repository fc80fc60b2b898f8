"""Whoever looks reads to whom a case was open and when, and with which agency it was shared: ids and times, and no reason.

A second person counts who might see the case when they agreed, and one of another agency while it was shared with that one.
"""

from django.db import migrations

from offmon.server.base.policies import SELECT, may, open_to


class Migration(migrations.Migration):

    dependencies = [
        ('oversight', '0013_made_on_read'),
        ('agencies', '0013_shown_now'),
    ]

    operations = [
        *open_to('agencies_caseload', assurance=may(SELECT, columns=['agency', 'case', 'staff_id', 'party_id', 'since', 'until'])),
        *open_to('agencies_party', assurance=may(SELECT, columns=['id', 'agency', 'case', 'partner_id', 'since', 'until'])),
    ]
