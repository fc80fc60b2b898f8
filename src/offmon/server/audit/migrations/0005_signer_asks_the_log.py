"""The signer asks the log whose acts stand behind what it signs, and reads no other entry.

A row says who confirmed or authorised; the console writes rows. What the log says of that act, a court reads too, and the signer would
otherwise sign what a bundle then does not bear out (`core.log.attribution`).
"""

from django.db import migrations

from offmon.server.base.policies import SELECT, directory_table, may

# The verbs are `core.log.attribution.ASKED`.
READS = """
alter policy offmon_signer on audit_entry
    using (agency = current_setting('offmon.agency')::uuid
           and verb in ('term.recorded', 'term.confirmed', 'deployment.drafted', 'deployment.authorised', 'notice.served'));
"""
REVERSED = """
alter policy offmon_signer on audit_entry using (agency = current_setting('offmon.agency')::uuid);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0004_one_look_a_row"),
    ]

    operations = [
        migrations.RunSQL(READS, REVERSED),
        *directory_table("audit_entry", signer=may(SELECT, columns=["agency", "case", "at", "verb", "doc"])),
    ]
