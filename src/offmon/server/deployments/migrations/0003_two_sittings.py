"""In which sessions the two acts behind an authorisation were done: two people are two accounts and two sessions.

What was agreed to before this has no session that anybody could name: a database that holds such a row is not taken over.
"""

from django.db import migrations

from offmon.server.base.fields import IdField
from offmon.server.base.sessions import agreed_in_another

GRANTS = [
    "grant update (agreed_in) on deployments_authorisation to offmon_console",
]


class Migration(migrations.Migration):

    dependencies = [
        ('deployments', '0002_notice_paper'),
    ]

    operations = [
        migrations.AddField(model_name='authorisation', name='begun_in', field=IdField(null=True)),
        migrations.AddField(model_name='authorisation', name='agreed_in', field=IdField(null=True)),
        migrations.AddConstraint(model_name='authorisation', constraint=agreed_in_another('authorised_in_another_sitting', agreed_by='authorised_by')),
        migrations.RunSQL(GRANTS),
    ]
