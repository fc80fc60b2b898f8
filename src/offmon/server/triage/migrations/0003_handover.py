"""Hand-overs: an alert that nobody has looked at goes on to the next person."""

import django.db.models.deletion
from django.db import migrations, models

import offmon.server.base.fields
import offmon.server.base.ids
from offmon.server.base.policies import INSERT, SELECT, case_table, may


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0002_on_call'),  # the worker may know who a case's keeper and supervisor are
        ('triage', '0002_action'),
    ]

    operations = [
        migrations.CreateModel(
            name='Handover',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('to', offmon.server.base.fields.TextField()),
                ('staff', offmon.server.base.fields.IdField(null=True)),
                ('since', offmon.server.base.fields.MsField()),
                ('at', offmon.server.base.fields.MsField()),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='triage.alert')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('alert', 'to'), name='handover_each_step_once'),
                    models.CheckConstraint(condition=models.Q(models.Q(('staff__isnull', False), ('to', 'supervisor')), models.Q(('staff', None), ('to', 'duty_inspector')), _connector='OR'), name='handover_to_whom'),
                    models.CheckConstraint(condition=models.Q(('at__gt', models.F('since'))), name='handover_after_a_while'),
                ],
            },
        ),
        *case_table("triage_handover", console=may(SELECT), worker=may(SELECT, INSERT), vault=may(SELECT)),
        # Whose it is changes with a hand-over. Its state stays what only people move it to.
        migrations.RunSQL(["grant update (owner) on triage_alert to offmon_worker"]),
    ]
