"""A way in that the person's own device drew: ingest stores it, and can do no more with it than that (docs/adr/0009).

The policy of ingest's role is written out here, since it is narrower than any other: a row is of a device of that very case, and by no
officer. It may not name the columns that say who made it, or that it was used. That a person gets in is the portal's to say, which checks
the device's signature itself. It now also inserts names: that of a device's way in once it is used.
"""

from django.db import migrations, models

import offmon.server.base.fields
from offmon.server.base.policies import INSERT, directory_table, may

RULE = """
    agency = current_setting('offmon.agency')::uuid and made_by is null
    and exists (select from deployments_device mine
                where mine.id = rights_personaccess.device and mine."case" = rights_personaccess."case")
"""
INGEST = """
create policy offmon_ingest on rights_personaccess to offmon_ingest
using (RULE) with check (RULE);
grant select (id, agency, device, made_at, code) on rights_personaccess to offmon_ingest;
grant insert (id, agency, salt, "case", device, drawn, made_at, code, tries) on rights_personaccess to offmon_ingest;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('rights', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='personaccess',
            name='made_by',
            field=offmon.server.base.fields.IdField(null=True),
        ),
        migrations.AddField(
            model_name='personaccess',
            name='device',
            field=offmon.server.base.fields.IdField(null=True),
        ),
        migrations.AddField(
            model_name='personaccess',
            name='drawn',
            field=offmon.server.base.fields.BytesField(null=True),
        ),
        migrations.AddConstraint(
            model_name='personaccess',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('device', None), ('drawn', None), ('made_by__isnull', False)), models.Q(('device__isnull', False), ('drawn__isnull', False), ('made_by', None)), _connector='OR'), name='access_by_officer_or_device'),
        ),
        migrations.AddConstraint(
            model_name='personaccess',
            constraint=models.UniqueConstraint(condition=models.Q(('device__isnull', False)), fields=('code',), name='access_drawn_once'),
        ),
        *directory_table('rights_accessname', ingest=may(INSERT), portal=may(INSERT)),
        migrations.RunSQL([INGEST.replace("RULE", RULE)]),
    ]
