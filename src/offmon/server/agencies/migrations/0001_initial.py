"""The tables of agencies, and which process may do what with each."""

import django.db.models.deletion
import offmon.server.base.fields
import offmon.server.base.ids
from django.db import migrations, models

from offmon.server.base.policies import AUDIT_MIGRATION, DELETE, INSERT, SELECT, case_table, directory_table, may


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        AUDIT_MIGRATION,
        ('sessions', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Agency',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('name', offmon.server.base.fields.TextField()),
                ('force_code', offmon.server.base.fields.TextField(unique=True)),
                ('origin', offmon.server.base.fields.TextField(unique=True)),
                ('root', offmon.server.base.fields.TextField()),
                ('contact', offmon.server.base.fields.TextField()),
                ('out_of_hours', offmon.server.base.fields.TextField()),
                ('delay_days', offmon.server.base.fields.IntField(default=14)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('delay_days__range', (1, 28))), name='agency_delay_1_to_28')],
            },
        ),
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('name', offmon.server.base.fields.TextField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Staff',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('sign_in', offmon.server.base.fields.TextField(unique=True)),
                ('display_name', offmon.server.base.fields.TextField()),
                ('role', offmon.server.base.fields.TextField()),
                ('is_active', offmon.server.base.fields.BoolField(default=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.team')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='KeysStatement',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('version', offmon.server.base.fields.IntField()),
                ('document', offmon.server.base.fields.BytesField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('agency', 'version'), name='keys_one_of_a_version')],
            },
        ),
        migrations.CreateModel(
            name='Caseload',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('since', offmon.server.base.fields.MsField()),
                ('until', offmon.server.base.fields.MsField(null=True)),
                ('reason', offmon.server.base.fields.TextField()),
                ('granted_by', offmon.server.base.fields.IdField()),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.staff')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('until', None)), fields=('case', 'staff'), name='caseload_one_open')],
            },
        ),
        *directory_table("agencies_agency", console=may(SELECT), ingest=may(SELECT), worker=may(SELECT), signer=may(SELECT), vault=may(SELECT)),
        *directory_table("agencies_keysstatement", ingest=may(SELECT), vault=may(SELECT)),
        *directory_table("agencies_team", console=may(SELECT)),
        *directory_table(
            "agencies_staff",
            console=may(SELECT, update=["password", "last_login"]),
            vault=may(SELECT, columns=["id", "agency_id", "team_id", "role", "is_active"]),
        ),
        *directory_table(
            "django_session", console=may(SELECT, INSERT, DELETE, update=["session_data", "expire_date"])
        ),
        *case_table(
            "agencies_caseload",
            agency_wide=True,  # it is what the console's other policies ask
            console=may(SELECT, INSERT, update=["until"]),
            vault=may(SELECT),
            worker=may(SELECT),
        ),
    ]
