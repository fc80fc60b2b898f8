"""The signer asks the log, too, by whom the enrolment code was given out that stands behind a device."""

from django.db import migrations

from offmon.server.base.policies import SELECT, directory_table, may

# The verbs are `core.log.attribution.ASKED`.
READS = """
alter policy offmon_signer on audit_entry
    using (agency = current_setting('offmon.agency')::uuid
           and verb in ('term.recorded', 'term.confirmed', 'deployment.drafted', 'deployment.authorised', 'notice.served',
                        'enrolment.offered'));
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0005_signer_asks_the_log"),
        ("deployments", "0005_device_by_its_code"),
    ]

    operations = [
        migrations.RunSQL([READS]),
        *directory_table("deployments_enrolmentcode", signer=may(SELECT, columns=["offered_by"])),
    ]
