"""The signer asks the log, too, whether monitoring was stopped: what no trigger keeps stopped any more is not signed for."""

from django.db import migrations

# The verbs are `core.log.attribution.ASKED`.
READS = """
alter policy offmon_signer on audit_entry
    using (agency = current_setting('offmon.agency')::uuid
           and verb in ('instrument.recorded', 'term.recorded', 'term.confirmed', 'deployment.drafted', 'deployment.authorised',
                        'deployment.moved', 'notice.served', 'enrolment.offered', 'list.drafted', 'list.approved',
                        'assessment.prepared', 'assessment.signed', 'assessment.put_to_ico', 'instrument.ended'));
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0013_in_its_own_log"),
    ]

    operations = [
        migrations.RunSQL([READS]),
    ]
