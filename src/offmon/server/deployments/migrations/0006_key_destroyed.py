"""That a deployment's key was destroyed stands in its row, where signer and worker see it: no profile is asked for or signed to it again.

Before, the lease was renewed with the dead key, and the device went on collecting what nobody could open.
"""

from django.db import migrations

from offmon.server.base.fields import MsField

GRANTS = [
    "grant update (key_destroyed_at) on deployments_deployment to offmon_vault",
]


class Migration(migrations.Migration):

    dependencies = [
        ('deployments', '0005_device_by_its_code'),
    ]

    operations = [
        migrations.AddField(model_name='deployment', name='key_destroyed_at', field=MsField(null=True)),
        migrations.RunSQL(GRANTS),
    ]
