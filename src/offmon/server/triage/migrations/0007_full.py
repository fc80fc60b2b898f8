"""An alert takes so many findings and no more: a group has one undecided alert that has room, and any number that are full.

Of those that stand none is called full yet: the worker counts what each holds when more comes.
"""

from django.db import migrations, models

import offmon.server.base.fields


class Migration(migrations.Migration):

    dependencies = [('triage', '0006_inspector_again')]

    operations = [
        migrations.AddField(
            model_name='alert',
            name='is_full',
            field=offmon.server.base.fields.BoolField(default=False),
        ),
        migrations.RemoveConstraint(model_name='alert', name='alert_one_undecided_a_group'),
        migrations.AddConstraint(
            model_name='alert',
            constraint=models.UniqueConstraint(
                condition=models.Q(models.Q(('state', 'decided'), _negated=True), ('is_full', False)),
                fields=('deployment', 'capability', 'list_name', 'rule'),
                name='alert_one_undecided_a_group',
            ),
        ),
        migrations.RunSQL(["grant update (is_full) on triage_alert to offmon_worker"]),
    ]
