"""The signer asks the log, too, who drafted and approved a list, and who prepared and signed an impact assessment.

It went by the rows: a taken console wrote one that named two people, and the log had no entry of either. So it was signed.
"""

from django.db import migrations

from offmon.server.base.policies import SELECT, directory_table, may

# The verbs are `core.log.attribution.ASKED`.
READS = """
alter policy offmon_signer on audit_entry
    using (agency = current_setting('offmon.agency')::uuid
           and verb in ('term.recorded', 'term.confirmed', 'deployment.drafted', 'deployment.authorised', 'notice.served',
                        'enrolment.offered', 'list.drafted', 'list.approved', 'assessment.prepared', 'assessment.signed',
                        'assessment.put_to_ico'));
"""
# What is about no case is asked by its verb: an agency's own run has every sign-in besides.
INDEX = """
create index audit_entry_of_no_case on audit_entry (agency, verb, at) where "case" is null;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0007_vault_s_own_words"),
        ("orders", "0004_two_sittings"),
    ]

    operations = [
        migrations.RunSQL([READS, INDEX]),
        # What the entries commit to is worked out again from the row, and for that its salt is needed.
        *directory_table(
            "orders_assessment", worker=may(SELECT, columns=["salt"]), signer=may(SELECT, columns=["salt"])
        ),
    ]
