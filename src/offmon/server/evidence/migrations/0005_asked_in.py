"""In which sitting a body was asked for: the vault asks the door whether whoever asked had shown their second factor there lately (ADR 8).

What was asked for before this names no sitting, and is not opened: ask for it anew.
"""

from django.db import migrations

from offmon.server.base.fields import IdField


class Migration(migrations.Migration):

    dependencies = [
        ('evidence', '0004_two_sittings'),
        ('agencies', '0007_factor_shown'),
    ]

    operations = [
        migrations.AddField(model_name='reveal', name='asked_in', field=IdField(null=True)),
        migrations.AddField(model_name='exhibit', name='asked_in', field=IdField(null=True)),
    ]
