"""An alert that became graver after the inspector had it goes on again: each step is taken once in the time in which somebody had it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('triage', '0005_item_of_its_case')]

    operations = [
        migrations.RemoveConstraint(model_name='handover', name='handover_each_step_once'),
        migrations.AddConstraint(
            model_name='handover',
            constraint=models.UniqueConstraint(fields=('alert', 'to', 'since'), name='handover_each_step_once'),
        ),
    ]
