"""The tables of deployments, as its models say them (`makemigrations`)."""

import django.db.models.deletion
import django.db.models.expressions
import offmon.core.states
import offmon.server.base.fields
import offmon.server.base.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [('agencies', '0001_initial')]

    operations = [
        migrations.CreateModel(
            name='Deployment',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('state', offmon.server.base.fields.TextField(default=offmon.core.states.DeploymentState['DRAFT'])),
                ('opened_by', offmon.server.base.fields.IdField()),
                ('evidence_key', offmon.server.base.fields.BytesField(null=True)),
                ('key_destroyed_at', offmon.server.base.fields.MsField(null=True)),
                ('delay_days', offmon.server.base.fields.IntField()),
                ('why', offmon.server.base.fields.TextField(null=True)),
                ('stopped_at', offmon.server.base.fields.MsField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'ended'), _negated=True), fields=('agency', 'case'), name='deployment_one_live'), models.CheckConstraint(condition=models.Q(models.Q(('stopped_at', None), ('why', None)), models.Q(('state__in', ['suspended', 'ended']), ('stopped_at__isnull', False), ('why__isnull', False)), _connector='OR'), name='deployment_stopped_for_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='Authorisation',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('begun_in', offmon.server.base.fields.IdField(null=True)),
                ('begun_at', offmon.server.base.fields.MsField()),
                ('agreed_in', offmon.server.base.fields.IdField(null=True)),
                ('choices', offmon.server.base.fields.BytesField()),
                ('drafted_by', offmon.server.base.fields.IdField()),
                ('authorised_by', offmon.server.base.fields.IdField(null=True)),
                ('authorised_at', offmon.server.base.fields.MsField(null=True)),
                ('aim', offmon.server.base.fields.TextField(null=True)),
                ('rational_link', offmon.server.base.fields.TextField(null=True)),
                ('less_intrusive', offmon.server.base.fields.TextField(null=True)),
                ('fair_balance', offmon.server.base.fields.TextField(null=True)),
                ('review_by', offmon.server.base.fields.MsField(null=True)),
                ('offered', offmon.server.base.fields.TextsField(default=list)),
                ('reading', offmon.server.base.fields.TextField(null=True)),
                ('refused_by', offmon.server.base.fields.IdField(null=True)),
                ('refused_at', offmon.server.base.fields.MsField(null=True)),
                ('refusal', offmon.server.base.fields.TextField(null=True)),
                ('deployment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='authorisations', to='deployments.deployment')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('authorised_by', None)), fields=['agency'], name='authorisation_waits')],
                'constraints': [models.CheckConstraint(condition=models.Q(('authorised_by', None), models.Q(models.Q(('authorised_by', models.F('drafted_by')), _negated=True), ('aim__gt', ''), ('aim__isnull', False), ('authorised_at__isnull', False), ('drafted_by__isnull', False), ('fair_balance__gt', ''), ('fair_balance__isnull', False), ('less_intrusive__gt', ''), ('less_intrusive__isnull', False), ('rational_link__gt', ''), ('rational_link__isnull', False), ('review_by__gt', models.F('authorised_at')), ('review_by__isnull', False)), _connector='OR'), name='authorised_by_another_with_answers'), models.CheckConstraint(condition=models.Q(models.Q(('agreed_in', None), ('authorised_by', None)), models.Q(('agreed_in__isnull', False), ('begun_in__isnull', False), models.Q(('agreed_in', models.F('begun_in')), _negated=True)), _connector='OR'), name='authorised_in_another_sitting'), models.CheckConstraint(condition=models.Q(models.Q(('refusal', None), ('refused_at', None), ('refused_by', None)), models.Q(('refusal__gt', ''), ('refusal__isnull', False), ('refused_at__isnull', False), ('refused_by__isnull', False), ('authorised_by', None), ('drafted_by__isnull', False), models.Q(('refused_by', models.F('drafted_by')), _negated=True)), _connector='OR'), name='draft_refused_by_another_with_reason')],
            },
        ),
        migrations.CreateModel(
            name='DeviceKey',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('keyid', offmon.server.base.fields.TextField(unique=True)),
                ('vkey', offmon.server.base.fields.TextField()),
                ('case', offmon.server.base.fields.IdField()),
                ('deployment', offmon.server.base.fields.IdField()),
                ('device', offmon.server.base.fields.IdField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency')),
            ],
        ),
        migrations.CreateModel(
            name='EnrolmentCode',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('case', offmon.server.base.fields.IdField()),
                ('deployment', offmon.server.base.fields.IdField()),
                ('secret', offmon.server.base.fields.BytesField(unique=True)),
                ('offered_by', offmon.server.base.fields.IdField()),
                ('expires_at', offmon.server.base.fields.MsField()),
                ('tries', offmon.server.base.fields.IntField(default=0)),
                ('used_at', offmon.server.base.fields.MsField(null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency')),
            ],
        ),
        migrations.CreateModel(
            name='Device',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('device_key', offmon.server.base.fields.TextField()),
                ('list_key', offmon.server.base.fields.BytesField()),
                ('account', offmon.server.base.fields.DigestField()),
                ('enrolled_at', offmon.server.base.fields.MsField()),
                ('proof', offmon.server.base.fields.BytesField()),
                ('deployment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='devices', to='deployments.deployment')),
                ('code', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='deployments.enrolmentcode')),
            ],
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('outcome', offmon.server.base.fields.TextField()),
                ('reasons', offmon.server.base.fields.TextField()),
                ('reviewed_by', offmon.server.base.fields.IdField()),
                ('reviewed_at', offmon.server.base.fields.MsField()),
                ('due', offmon.server.base.fields.MsField()),
                ('authorisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='deployments.authorisation')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('due__gt', models.F('reviewed_at')), ('due__lte', django.db.models.expressions.CombinedExpression(models.F('reviewed_at'), '+', models.Value(15897600000))), ('reasons__gt', '')), name='review_within_six_months')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('served_by', offmon.server.base.fields.IdField()),
                ('served_at', offmon.server.base.fields.MsField()),
                ('method', offmon.server.base.fields.TextField()),
                ('language', offmon.server.base.fields.TextField()),
                ('acknowledged', offmon.server.base.fields.BoolField()),
                ('text', offmon.server.base.fields.DigestField()),
                ('deployment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='deployments.deployment')),
            ],
        ),
        migrations.CreateModel(
            name='NoticePaper',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('language', offmon.server.base.fields.TextField()),
                ('made_by', offmon.server.base.fields.IdField()),
                ('made_at', offmon.server.base.fields.MsField()),
                ('checkpoint', offmon.server.base.fields.TextField()),
                ('text', offmon.server.base.fields.DigestField()),
                ('words', offmon.server.base.fields.BytesField()),
                ('authorisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='deployments.authorisation')),
                ('deployment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='deployments.deployment')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('deployment', 'made_at', 'language'), name='notice_paper_once_a_language'), models.UniqueConstraint(fields=('deployment', 'text'), name='notice_paper_text_once')],
            },
        ),
        migrations.CreateModel(
            name='Profile',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('version', offmon.server.base.fields.IntField()),
                ('state', offmon.server.base.fields.TextField(default=offmon.core.states.ProfileState['ASKED'])),
                ('asked_by', offmon.server.base.fields.IdField()),
                ('lease_since', offmon.server.base.fields.MsField()),
                ('lease_until', offmon.server.base.fields.MsField()),
                ('document', offmon.server.base.fields.BytesField(null=True)),
                ('digest', offmon.server.base.fields.DigestField(null=True)),
                ('refusal', offmon.server.base.fields.TextField(null=True)),
                ('authorisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='deployments.authorisation')),
                ('deployment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='profiles', to='deployments.deployment')),
                ('device', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='profiles', to='deployments.device')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('device', 'version'), name='profile_one_of_a_version'), models.CheckConstraint(condition=models.Q(models.Q(('digest__isnull', False), ('document__isnull', False), ('state', 'signed')), models.Q(models.Q(('state', 'signed'), _negated=True), ('digest', None), ('document', None)), _connector='OR'), name='profile_signed_has_document'), models.CheckConstraint(condition=models.Q(('lease_until__gt', models.F('lease_since')), ('lease_until__lte', django.db.models.expressions.CombinedExpression(models.F('lease_since'), '+', models.Value(2592000000)))), name='profile_lease_30_days')],
            },
        ),
        migrations.CreateModel(
            name='ProfileList',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('position', offmon.server.base.fields.IntField()),
                ('document', offmon.server.base.fields.BytesField()),
                ('ciphertext', offmon.server.base.fields.BytesField()),
                ('profile', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='deployments.profile')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('profile', 'position'), name='profile_list_once')],
            },
        ),
        migrations.CreateModel(
            name='ContactsVersion',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('begun_in', offmon.server.base.fields.IdField(null=True)),
                ('agreed_in', offmon.server.base.fields.IdField(null=True)),
                ('version', offmon.server.base.fields.IntField()),
                ('words', offmon.server.base.fields.BytesField()),
                ('proposed_by', offmon.server.base.fields.IdField()),
                ('proposed_at', offmon.server.base.fields.MsField()),
                ('agreed_by', offmon.server.base.fields.IdField(null=True)),
                ('agreed_at', offmon.server.base.fields.MsField(null=True)),
                ('refused_by', offmon.server.base.fields.IdField(null=True)),
                ('refused_at', offmon.server.base.fields.MsField(null=True)),
                ('refusal', offmon.server.base.fields.TextField(null=True)),
            ],
            options={
                'db_table': 'deployments_contacts',
                'abstract': False,
                'indexes': [models.Index(condition=models.Q(('agreed_by', None)), fields=['agency'], name='contacts_wait')],
                'constraints': [models.UniqueConstraint(fields=('agency', 'case', 'version'), name='contacts_one_of_a_version'), models.CheckConstraint(condition=models.Q(models.Q(('agreed_at', None), ('agreed_by', None)), models.Q(('agreed_at__isnull', False), ('agreed_by__isnull', False), ('proposed_by__isnull', False), models.Q(('agreed_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='contacts_agreed_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('agreed_by', None), ('agreed_in', None)), models.Q(('agreed_in__isnull', False), ('begun_in__isnull', False), models.Q(('agreed_in', models.F('begun_in')), _negated=True)), _connector='OR'), name='contacts_in_another_sitting'), models.CheckConstraint(condition=models.Q(models.Q(('refusal', None), ('refused_at', None), ('refused_by', None)), models.Q(('refusal__gt', ''), ('refusal__isnull', False), ('refused_at__isnull', False), ('refused_by__isnull', False), ('agreed_by', None)), _connector='OR'), name='contacts_refused_with_reason')],
            },
        ),
        migrations.CreateModel(
            name='ProfileContacts',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('digest', offmon.server.base.fields.DigestField()),
                ('ciphertext', offmon.server.base.fields.BytesField()),
                ('profile', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='deployments.profile')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('profile',), name='profile_contacts_once')],
            },
        ),
    ]
