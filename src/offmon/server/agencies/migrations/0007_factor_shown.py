"""When somebody showed a second factor, and in which sitting. The console writes it and nobody changes it; the vault asks it (ADR 8)."""

import django.db.models.deletion
from django.db import migrations, models

import offmon.server.base.fields
import offmon.server.base.ids
from offmon.server.base.policies import INSERT, SELECT, agency_table, may


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0006_console_changes_on_call'),
    ]

    operations = [
        migrations.CreateModel(
            name='FactorShown',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('session', offmon.server.base.fields.IdField(db_index=True)),
                ('at', offmon.server.base.fields.MsField()),
                ('factor', offmon.server.base.fields.TextField()),
                ('challenge', offmon.server.base.fields.DigestField(null=True, unique=True)),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.staff')),
            ],
            options={
                'abstract': False,
            },
        ),
        *agency_table("agencies_factorshown", console=may(SELECT, INSERT), vault=may(SELECT)),
    ]
