"""The tables of agencies, as its models say them (`makemigrations`)."""

import django.db.models.deletion
import django.db.models.expressions
import offmon.core.access.accounts
import offmon.core.access.roles
import offmon.core.access.sharing
import offmon.server.base.fields
import offmon.server.base.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='FailedSignIn',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('who', offmon.server.base.fields.DigestField(db_index=True)),
                ('at', offmon.server.base.fields.MsField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='Agency',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('name', offmon.server.base.fields.TextField()),
                ('force_code', offmon.server.base.fields.TextField(unique=True)),
                ('origin', offmon.server.base.fields.TextField(unique=True)),
                ('root', offmon.server.base.fields.TextField()),
                ('contact', offmon.server.base.fields.TextField()),
                ('office_hours', offmon.server.base.fields.TextField()),
                ('on_call_urgent', offmon.server.base.fields.TextField()),
                ('on_call_high', offmon.server.base.fields.TextField()),
                ('on_call_standard', offmon.server.base.fields.TextField()),
                ('duty_inspector', offmon.server.base.fields.TextField()),
                ('delay_days', offmon.server.base.fields.IntField(default=14)),
                ('contact_checked_at', offmon.server.base.fields.MsField(null=True)),
                ('contact_checked_by', offmon.server.base.fields.IdField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('contact_checked_at', None), ('contact_checked_by', None)), models.Q(('contact_checked_at__isnull', False), ('contact_checked_by__isnull', False)), _connector='OR'), name='agency_contact_checked_by_somebody'), models.CheckConstraint(condition=models.Q(('delay_days__range', (1, 28))), name='agency_delay_1_to_28')],
            },
        ),
        migrations.CreateModel(
            name='Party',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('ground', offmon.server.base.fields.TextField()),
                ('ground_words', offmon.server.base.fields.TextField(default='')),
                ('reason', offmon.server.base.fields.TextField()),
                ('since', offmon.server.base.fields.MsField()),
                ('until', offmon.server.base.fields.MsField(null=True)),
                ('shared_by', offmon.server.base.fields.IdField()),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('until', None)), fields=('agency', 'case', 'partner'), name='party_one_open'), models.CheckConstraint(condition=models.Q(('partner', models.F('agency')), _negated=True), name='party_is_another_agency'), models.CheckConstraint(condition=models.Q(models.Q(('ground', offmon.core.access.sharing.SharingGround['OTHER']), models.Q(('ground_words', ''), _negated=True)), models.Q(models.Q(('ground', offmon.core.access.sharing.SharingGround['OTHER']), _negated=True), ('ground_words', '')), _connector='OR'), name='party_ground_is_said')],
            },
        ),
        migrations.CreateModel(
            name='Staff',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('sign_in', offmon.server.base.fields.TextField(unique=True)),
                ('display_name', offmon.server.base.fields.TextField()),
                ('role', offmon.server.base.fields.TextField()),
                ('is_active', offmon.server.base.fields.BoolField(default=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('credentials', offmon.server.base.fields.DigestField()),
                ('given_until', offmon.server.base.fields.MsField(null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency')),
            ],
        ),
        migrations.CreateModel(
            name='SecondFactor',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('secret', offmon.server.base.fields.BytesField(null=True)),
                ('confirmed_at', offmon.server.base.fields.MsField(null=True)),
                ('last_step', offmon.server.base.fields.IntField()),
                ('recovery', offmon.server.base.fields.TextsField()),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.staff')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('staff',), name='factor_one_a_person'), models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at', None), ('secret', None)), models.Q(('confirmed_at__isnull', False), ('secret__isnull', False)), _connector='OR'), name='factor_confirmed_with_its_secret')],
            },
        ),
        migrations.CreateModel(
            name='Passkey',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('name', offmon.server.base.fields.TextField()),
                ('credential', offmon.server.base.fields.BytesField(unique=True)),
                ('public', offmon.server.base.fields.BytesField()),
                ('counter', offmon.server.base.fields.IntField()),
                ('added_at', offmon.server.base.fields.MsField()),
                ('removed_at', offmon.server.base.fields.MsField(null=True)),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.staff')),
            ],
        ),
        migrations.CreateModel(
            name='GuestOffer',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency')),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.staff')),
                ('took_over', offmon.server.base.fields.BoolField(default=False)),
            ],
            options={'constraints': [models.UniqueConstraint(fields=('staff', 'agency', 'took_over'), name='guest_offered_once')]},
        ),
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
                ('covers', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.staff')),
                ('party', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.party')),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.staff')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('until', None)), fields=('agency', 'case', 'staff'), name='caseload_one_open'), models.CheckConstraint(condition=models.Q(('covers', None), models.Q(('party', None), ('until__isnull', False), models.Q(('covers', models.F('staff')), _negated=True)), _connector='OR'), name='caseload_cover_ends')],
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
                'constraints': [models.UniqueConstraint(fields=('agency', 'name'), name='team_one_of_a_name')],
            },
        ),
        migrations.AddField(
            model_name='staff',
            name='team',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.team'),
        ),
        migrations.CreateModel(
            name='AccountChange',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('begun_in', offmon.server.base.fields.IdField(null=True)),
                ('agreed_in', offmon.server.base.fields.IdField(null=True)),
                ('refused_by', offmon.server.base.fields.IdField(null=True)),
                ('refused_at', offmon.server.base.fields.MsField(null=True)),
                ('refusal', offmon.server.base.fields.TextField(null=True)),
                ('staff', offmon.server.base.fields.IdField()),
                ('act', offmon.server.base.fields.TextField()),
                ('sign_in', offmon.server.base.fields.TextField()),
                ('display_name', offmon.server.base.fields.TextField()),
                ('role', offmon.server.base.fields.TextField()),
                ('reason', offmon.server.base.fields.TextField()),
                ('asked_by', offmon.server.base.fields.IdField()),
                ('asked_at', offmon.server.base.fields.MsField()),
                ('agreed_by', offmon.server.base.fields.IdField(null=True)),
                ('password', offmon.server.base.fields.TextField(default='')),
                ('applied_at', offmon.server.base.fields.MsField(null=True)),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.team')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('agreed_by', None)), fields=['agency'], name='account_change_waits')],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('applied_at', None), models.Q(models.Q(models.Q(('act__in', [offmon.core.access.accounts.AccountAct['RESET'], offmon.core.access.accounts.AccountAct['ROLE']]), ('role__in', [offmon.core.access.roles.Role['AUDITOR'], offmon.core.access.roles.Role['AUTHORISING_OFFICER'], offmon.core.access.roles.Role['DATA_PROTECTION'], offmon.core.access.roles.Role['SUPERVISOR'], offmon.core.access.roles.Role['TENANT_ADMIN']]), _connector='OR', _negated=True), ('agreed_by__isnull', False), _connector='OR'), ('refused_by', None)), _connector='OR'), name='account_change_takes_two'),
                    models.CheckConstraint(condition=models.Q(('agreed_by', None), models.Q(('asked_by__isnull', False), models.Q(('agreed_by', models.F('asked_by')), _negated=True)), _connector='OR'), name='account_change_agreed_by_another'),
                    models.CheckConstraint(condition=models.Q(models.Q(('agreed_by', None), ('agreed_in', None)), models.Q(('agreed_in__isnull', False), ('begun_in__isnull', False), models.Q(('agreed_in', models.F('begun_in')), _negated=True)), _connector='OR'), name='account_change_in_another_sitting'),
                    models.CheckConstraint(condition=models.Q(models.Q(('refusal', None), ('refused_at', None), ('refused_by', None)), models.Q(('refusal__gt', ''), ('refusal__isnull', False), ('refused_at__isnull', False), ('refused_by__isnull', False), ('agreed_by', None)), _connector='OR'), name='account_change_refused_by_another'),
                    models.UniqueConstraint(condition=models.Q(('applied_at', None), ('refused_by', None)), fields=('agency', 'staff'), name='account_change_one_at_a_time'),
                ],
            },
        ),
        migrations.CreateModel(
            name='TimesVersion',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('begun_in', offmon.server.base.fields.IdField(null=True)),
                ('agreed_in', offmon.server.base.fields.IdField(null=True)),
                ('refused_by', offmon.server.base.fields.IdField(null=True)),
                ('refused_at', offmon.server.base.fields.MsField(null=True)),
                ('refusal', offmon.server.base.fields.TextField(null=True)),
                ('urgent_acknowledge', offmon.server.base.fields.IntField()),
                ('urgent_decide', offmon.server.base.fields.IntField()),
                ('high_acknowledge', offmon.server.base.fields.IntField()),
                ('high_decide', offmon.server.base.fields.IntField()),
                ('standard_acknowledge', offmon.server.base.fields.IntField()),
                ('standard_decide', offmon.server.base.fields.IntField()),
                ('opens', offmon.server.base.fields.IntField()),
                ('closes', offmon.server.base.fields.IntField()),
                ('reason', offmon.server.base.fields.TextField()),
                ('asked_by', offmon.server.base.fields.IdField()),
                ('asked_at', offmon.server.base.fields.MsField()),
                ('agreed_by', offmon.server.base.fields.IdField(null=True)),
                ('agreed_at', offmon.server.base.fields.MsField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('agreed_by', None)), fields=['agency'], name='times_waits')],
                'constraints': [models.CheckConstraint(condition=models.Q(('closes__range', (600, 1200)), ('high_acknowledge__range', (10, 240)), ('high_decide__range', (30, 1440)), ('opens__range', (360, 840)), ('standard_acknowledge__range', (30, 4320)), ('standard_decide__range', (120, 10080)), ('urgent_acknowledge__range', (5, 15)), ('urgent_decide__range', (15, 60))), name='times_within_bounds'), models.CheckConstraint(condition=models.Q(('opens__lt', models.F('closes')), ('urgent_acknowledge__lte', models.F('high_acknowledge')), ('high_acknowledge__lte', models.F('standard_acknowledge')), ('urgent_decide__lte', models.F('high_decide')), ('high_decide__lte', models.F('standard_decide')), ('urgent_acknowledge__lte', models.F('urgent_decide')), ('high_acknowledge__lte', models.F('high_decide')), ('standard_acknowledge__lte', models.F('standard_decide'))), name='times_in_order'), models.CheckConstraint(condition=models.Q(models.Q(('agreed_at', None), ('agreed_by', None)), models.Q(('agreed_at__isnull', False), ('agreed_by__isnull', False), ('asked_by__isnull', False), models.Q(('agreed_by', models.F('asked_by')), _negated=True)), _connector='OR'), name='times_agreed_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('agreed_by', None), ('agreed_in', None)), models.Q(('agreed_in__isnull', False), ('begun_in__isnull', False), models.Q(('agreed_in', models.F('begun_in')), _negated=True)), _connector='OR'), name='times_in_another_sitting'), models.CheckConstraint(condition=models.Q(models.Q(('refusal', None), ('refused_at', None), ('refused_by', None)), models.Q(('refusal__gt', ''), ('refusal__isnull', False), ('refused_at__isnull', False), ('refused_by__isnull', False), ('agreed_by', None)), _connector='OR'), name='times_refused_by_another'), models.UniqueConstraint(condition=models.Q(('agreed_by', None), ('refused_by', None)), fields=('agency',), name='times_one_waits')],
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
            name='Transfer',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('begun_in', offmon.server.base.fields.IdField(null=True)),
                ('agreed_in', offmon.server.base.fields.IdField(null=True)),
                ('refused_by', offmon.server.base.fields.IdField(null=True)),
                ('refused_at', offmon.server.base.fields.MsField(null=True)),
                ('refusal', offmon.server.base.fields.TextField(null=True)),
                ('withdrawn', offmon.server.base.fields.BoolField(default=False)),
                ('reason', offmon.server.base.fields.TextField()),
                ('counts_from', offmon.server.base.fields.MsField()),
                ('proposed_by', offmon.server.base.fields.IdField()),
                ('proposed_at', offmon.server.base.fields.MsField()),
                ('approved_by', offmon.server.base.fields.IdField(null=True)),
                ('approved_at', offmon.server.base.fields.MsField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='TransferOffer',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('begun_in', offmon.server.base.fields.IdField(null=True)),
                ('agreed_in', offmon.server.base.fields.IdField(null=True)),
                ('refused_by', offmon.server.base.fields.IdField(null=True)),
                ('refused_at', offmon.server.base.fields.MsField(null=True)),
                ('refusal', offmon.server.base.fields.TextField(null=True)),
                ('withdrawn', offmon.server.base.fields.BoolField(default=False)),
                ('reference', offmon.server.base.fields.TextField()),
                ('reason', offmon.server.base.fields.TextField()),
                ('counts_from', offmon.server.base.fields.MsField()),
                ('bases', offmon.server.base.fields.TextsField()),
                ('devices', offmon.server.base.fields.IntField()),
                ('proposed_by', offmon.server.base.fields.IdField()),
                ('approved_by', offmon.server.base.fields.IdField()),
                ('approved_at', offmon.server.base.fields.MsField()),
                ('accepted_by', offmon.server.base.fields.IdField(null=True)),
                ('accepted_at', offmon.server.base.fields.MsField(null=True)),
                ('officer', offmon.server.base.fields.IdField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name='transfer',
            name='receiver',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency'),
        ),
        migrations.AddField(
            model_name='transferoffer',
            name='receiver',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency'),
        ),
        migrations.AddField(
            model_name='transferoffer',
            name='sender',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency'),
        ),
        migrations.AddField(
            model_name='transferoffer',
            name='transfer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.transfer'),
        ),
        migrations.AddField(
            model_name='caseload',
            name='offer',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.transferoffer'),
        ),
        migrations.AddIndex(
            model_name='transfer',
            index=models.Index(condition=models.Q(('approved_by', None)), fields=['agency'], name='transfer_waits'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approved_at', None), ('approved_by', None)), models.Q(('approved_at__isnull', False), ('approved_by__isnull', False), ('proposed_by__isnull', False), models.Q(('approved_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='transfer_approved_by_another'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.CheckConstraint(condition=models.Q(('reason__gt', '')), name='transfer_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('agreed_in', None), ('approved_by', None)), models.Q(('agreed_in__isnull', False), ('begun_in__isnull', False), models.Q(('agreed_in', models.F('begun_in')), _negated=True)), _connector='OR'), name='transfer_in_another_sitting'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('refusal', None), ('refused_at', None), ('refused_by', None), ('withdrawn', False)), models.Q(('refusal__gt', ''), ('refusal__isnull', False), ('refused_at__isnull', False), ('refused_by__isnull', False), ('approved_by', None), models.Q(models.Q(('proposed_by__isnull', False), models.Q(('refused_by', models.F('proposed_by')), _negated=True)), models.Q(('withdrawn', True), ('withdrawn__isnull', False)), _connector='OR')), _connector='OR'), name='transfer_refused_by_another'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.UniqueConstraint(condition=models.Q(('approved_by', None), ('refused_by', None)), fields=('agency', 'case'), name='transfer_one_waits'),
        ),
        migrations.AddIndex(
            model_name='transferoffer',
            index=models.Index(condition=models.Q(('accepted_by', None)), fields=['agency'], name='transfer_offer_waits'),
        ),
        migrations.AddIndex(
            model_name='transferoffer',
            index=models.Index(fields=['case', 'accepted_at'], name='transfer_offer_of_case'),
        ),
        migrations.AddConstraint(
            model_name='transferoffer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('accepted_at', None), ('accepted_by', None), ('officer', None)), models.Q(('accepted_at__isnull', False), ('accepted_by__isnull', False), ('officer__isnull', False), models.Q(('accepted_by', models.F('proposed_by')), _negated=True), models.Q(('accepted_by', models.F('approved_by')), _negated=True)), _connector='OR'), name='transfer_offer_accepted_whole'),
        ),
        migrations.AddConstraint(
            model_name='transferoffer',
            constraint=models.CheckConstraint(condition=models.Q(('receiver', models.F('sender')), _negated=True), name='transfer_offer_to_another'),
        ),
        migrations.AddConstraint(
            model_name='transferoffer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('accepted_by', None), ('agreed_in', None)), models.Q(('agreed_in__isnull', False), ('begun_in__isnull', False), models.Q(('agreed_in', models.F('begun_in')), _negated=True)), _connector='OR'), name='transfer_offer_in_another_sitting'),
        ),
        migrations.AddConstraint(
            model_name='transferoffer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('refusal', None), ('refused_at', None), ('refused_by', None), ('withdrawn', False)), models.Q(('refusal__gt', ''), ('refusal__isnull', False), ('refused_at__isnull', False), ('refused_by__isnull', False), ('accepted_by', None), models.Q(models.Q(('proposed_by__isnull', False), models.Q(('refused_by', models.F('proposed_by')), _negated=True)), models.Q(('withdrawn', True), ('withdrawn__isnull', False)), _connector='OR')), _connector='OR'), name='transfer_offer_refused_by_another'),
        ),
        migrations.AddConstraint(
            model_name='transferoffer',
            constraint=models.UniqueConstraint(condition=models.Q(('accepted_by', None), ('refused_by', None)), fields=('agency', 'case'), name='transfer_offer_one_waits'),
        ),
        migrations.AddConstraint(
            model_name='transferoffer',
            constraint=models.UniqueConstraint(fields=('transfer',), name='transfer_offered_once'),
        ),
        migrations.CreateModel(
            name='Shift',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('tier', offmon.server.base.fields.TextField()),
                ('since', offmon.server.base.fields.MsField()),
                ('until', offmon.server.base.fields.MsField()),
                ('set_by', offmon.server.base.fields.IdField()),
                ('set_at', offmon.server.base.fields.MsField()),
                ('ended_by', offmon.server.base.fields.IdField(null=True)),
                ('ended_at', offmon.server.base.fields.MsField(null=True)),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.staff')),
                ('team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.team')),
            ],
            options={
                'indexes': [models.Index(fields=['agency', 'until'], name='shift_ahead')],
                'constraints': [models.CheckConstraint(condition=models.Q(('until__gt', models.F('since')), ('until__lte', django.db.models.expressions.CombinedExpression(models.F('since'), '+', models.Value(604800000)))), name='shift_lasts'), models.CheckConstraint(condition=models.Q(models.Q(('tier', 'inspector'), _negated=True), ('team', None), _connector='OR'), name='shift_inspector_of_agency'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', None)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='shift_ended_by_somebody')],
            },
        ),
    ]
