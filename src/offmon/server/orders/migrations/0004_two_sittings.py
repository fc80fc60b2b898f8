"""In which sessions the two acts behind a term and an impact assessment were done: two people are two accounts and two sessions.

What was agreed to before this has no session that anybody could name: a database that holds such a row is not taken over.
"""

from django.db import migrations

from offmon.server.base.fields import IdField
from offmon.server.base.sessions import agreed_in_another

GRANTS = [
    "grant update (agreed_in) on orders_term to offmon_console",
    "grant select (begun_in, agreed_in) on orders_term to offmon_signer, offmon_vault",
    "grant update (agreed_in) on orders_assessment to offmon_console",
    "grant select (begun_in, agreed_in) on orders_assessment to offmon_signer, offmon_worker",
]


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0003_document'),
    ]

    operations = [
        migrations.AddField(model_name='termrow', name='begun_in', field=IdField(null=True)),
        migrations.AddField(model_name='termrow', name='agreed_in', field=IdField(null=True)),
        migrations.AddConstraint(model_name='termrow', constraint=agreed_in_another('term_in_another_sitting', agreed_by='confirmed_by')),
        migrations.AddField(model_name='assessmentrow', name='begun_in', field=IdField(null=True)),
        migrations.AddField(model_name='assessmentrow', name='agreed_in', field=IdField(null=True)),
        migrations.AddConstraint(model_name='assessmentrow', constraint=agreed_in_another('assessment_in_another_sitting', agreed_by='signed_by')),
        migrations.RunSQL(GRANTS),
    ]
