"""The signer asks the log, too, what an order was when it was recorded: that, and nothing written over it since, is what its terms rest on."""

from django.db import migrations

# The verbs are `core.log.attribution.ASKED`.
READS = """
alter policy offmon_signer on audit_entry
    using (agency = current_setting('offmon.agency')::uuid
           and verb in ('instrument.recorded', 'term.recorded', 'term.confirmed', 'deployment.drafted', 'deployment.authorised',
                        'notice.served', 'enrolment.offered', 'list.drafted', 'list.approved', 'assessment.prepared',
                        'assessment.signed', 'assessment.put_to_ico', 'instrument.ended'));
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0011_words_name_rows"),
    ]

    operations = [
        migrations.RunSQL([READS]),
    ]
