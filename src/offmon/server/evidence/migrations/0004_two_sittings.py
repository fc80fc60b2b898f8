"""In which sessions the two acts behind an export were done: two people are two accounts and two sessions.

What was agreed to before this has no session that anybody could name: a database that holds such a row is not taken over.
"""

from django.db import migrations

from offmon.server.base.fields import IdField
from offmon.server.base.sessions import agreed_in_another

GRANTS = [
    "grant update (agreed_in) on evidence_export to offmon_console",
]


class Migration(migrations.Migration):

    dependencies = [
        ('evidence', '0003_initials_are_one_persons'),
    ]

    operations = [
        migrations.AddField(model_name='export', name='begun_in', field=IdField(null=True)),
        migrations.AddField(model_name='export', name='agreed_in', field=IdField(null=True)),
        migrations.AddConstraint(model_name='export', constraint=agreed_in_another('export_in_another_sitting', agreed_by='approved_by')),
        migrations.RunSQL(GRANTS),
    ]
