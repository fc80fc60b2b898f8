"""To whose keys a built payload is enclosed, beside the vault's own: with any of them it is erased.

Before, it was the vault's own key alone, which outlives every deployment's: what a destroyed key had opened came out of a payload all the
same. Of a payload from before nobody can say whose bodies it holds, so that a database which has one is not taken over.
"""

from django.db import migrations

from offmon.server.base.fields import TextsField


class Migration(migrations.Migration):

    dependencies = [
        ('evidence', '0006_whose_move'),
    ]

    operations = [
        migrations.AddField(model_name='enclosedpayload', name='under', field=TextsField()),
    ]
