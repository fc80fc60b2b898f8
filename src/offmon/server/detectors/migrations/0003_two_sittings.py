"""In which sessions the two acts behind a list and an exclusion list were done: two people are two accounts and two sessions.

What was agreed to before this has no session that anybody could name: a database that holds such a row is not taken over.
"""

from django.db import migrations

from offmon.server.base.fields import IdField
from offmon.server.base.sessions import agreed_in_another

GRANTS = [
    "grant update (agreed_in) on detectors_list_version to offmon_console",
    "grant update (agreed_in) on detectors_exclusions_version to offmon_console",
]


class Migration(migrations.Migration):

    dependencies = [
        ('detectors', '0002_why_and_pause'),
    ]

    operations = [
        migrations.AddField(model_name='listversion', name='begun_in', field=IdField(null=True)),
        migrations.AddField(model_name='listversion', name='agreed_in', field=IdField(null=True)),
        migrations.AddConstraint(model_name='listversion', constraint=agreed_in_another('listversion_in_another_sitting', agreed_by='approved_by')),
        migrations.AddField(model_name='exclusionsversion', name='begun_in', field=IdField(null=True)),
        migrations.AddField(model_name='exclusionsversion', name='agreed_in', field=IdField(null=True)),
        migrations.AddConstraint(model_name='exclusionsversion', constraint=agreed_in_another('exclusionsversion_in_another_sitting', agreed_by='approved_by')),
        migrations.RunSQL(GRANTS),
    ]
