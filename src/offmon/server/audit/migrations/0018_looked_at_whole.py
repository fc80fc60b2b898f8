"""Whoever looks finds every entry, however old, and reads in which sitting somebody signed in and of which case an alert was decided.

An agency's entries are found without their words being read: each look asks of all of them whether they have their place. What was shown
in another sitting, or at another time, is no second factor of this one; and who decides has a role that may, and the case.
"""

from django.db import migrations

from offmon.server.base.policies import SELECT, directory_table, may


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0017_of_its_parent'),
        ('agencies', '0007_factor_shown'),
        ('triage', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL(
            ['create index audit_entry_of_agency on audit_entry (agency, id);'], ['drop index audit_entry_of_agency;']
        ),
        *directory_table('audit_entry', assurance=may(SELECT, columns=['session'])),
        *directory_table('agencies_factorshown', assurance=may(SELECT, columns=['session', 'at'])),
        *directory_table('triage_decision', assurance=may(SELECT, columns=['case', 'decided_at'])),
    ]
