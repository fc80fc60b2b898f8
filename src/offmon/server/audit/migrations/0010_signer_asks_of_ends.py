"""The signer asks the log, too, whether an order was ended: what the log says has ended stays ended, whatever the row says since."""

from django.db import migrations

# The verbs are `core.log.attribution.ASKED`.
READS = """
alter policy offmon_signer on audit_entry
    using (agency = current_setting('offmon.agency')::uuid
           and verb in ('term.recorded', 'term.confirmed', 'deployment.drafted', 'deployment.authorised', 'notice.served',
                        'enrolment.offered', 'list.drafted', 'list.approved', 'assessment.prepared', 'assessment.signed',
                        'assessment.put_to_ico', 'instrument.ended'));
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0009_entry_as_committed"),
    ]

    operations = [
        migrations.RunSQL([READS]),
    ]
