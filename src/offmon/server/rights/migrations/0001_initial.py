"""The tables of rights, as its models say them (`makemigrations`)."""

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import django.db.models.lookups
import offmon.core.person.deadlines
import offmon.core.person.restrictions
import offmon.core.states
import offmon.server.base.fields
import offmon.server.base.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [('agencies', '0001_initial')]

    operations = [
        migrations.CreateModel(
            name='FailedTry',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('who', offmon.server.base.fields.DigestField(db_index=True)),
                ('at', offmon.server.base.fields.MsField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='PersonSitting',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('token', offmon.server.base.fields.DigestField(unique=True)),
                ('agency', offmon.server.base.fields.IdField()),
                ('case', offmon.server.base.fields.IdField()),
                ('access', offmon.server.base.fields.IdField()),
                ('session', offmon.server.base.fields.IdField()),
                ('began_at', offmon.server.base.fields.MsField(db_index=True)),
                ('seen_at', offmon.server.base.fields.MsField()),
            ],
        ),
        migrations.CreateModel(
            name='AccessName',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('name', offmon.server.base.fields.BytesField(unique=True)),
                ('case', offmon.server.base.fields.IdField()),
                ('access', offmon.server.base.fields.IdField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency')),
            ],
        ),
        migrations.CreateModel(
            name='PersonAccess',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('made_by', offmon.server.base.fields.IdField(null=True)),
                ('device', offmon.server.base.fields.IdField(null=True)),
                ('drawn', offmon.server.base.fields.BytesField(null=True)),
                ('made_at', offmon.server.base.fields.MsField()),
                ('code', offmon.server.base.fields.BytesField()),
                ('tries', offmon.server.base.fields.IntField(default=0)),
                ('used_at', offmon.server.base.fields.MsField(null=True)),
                ('pin', offmon.server.base.fields.TextField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('device', None), ('drawn', None), ('made_by__isnull', False)), models.Q(('device__isnull', False), ('drawn__isnull', False), ('made_by', None)), _connector='OR'), name='access_by_officer_or_device'), models.UniqueConstraint(condition=models.Q(('device__isnull', False)), fields=('code',), name='access_drawn_once'), models.CheckConstraint(condition=models.Q(models.Q(('pin', None), ('used_at', None)), models.Q(('pin__isnull', False), ('used_at__isnull', False)), _connector='OR'), name='access_pin_by_its_code'), models.CheckConstraint(condition=models.Q(('tries__range', (0, 5))), name='access_five_tries')],
            },
        ),
        migrations.CreateModel(
            name='Request',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('kind', offmon.server.base.fields.TextField()),
                ('reference', offmon.server.base.fields.TextField()),
                ('words', offmon.server.base.fields.BytesField()),
                ('received_at', offmon.server.base.fields.MsField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('agency', 'reference'), name='request_reference_once')],
            },
        ),
        migrations.CreateModel(
            name='Restriction',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('begun_in', offmon.server.base.fields.IdField(null=True)),
                ('agreed_in', offmon.server.base.fields.IdField(null=True)),
                ('ground', offmon.server.base.fields.TextField()),
                ('sent', offmon.server.base.fields.BoolField()),
                ('looked', offmon.server.base.fields.BoolField()),
                ('since', offmon.server.base.fields.MsField()),
                ('until', offmon.server.base.fields.MsField()),
                ('reasons', offmon.server.base.fields.BytesField()),
                ('told', offmon.server.base.fields.TextField()),
                ('routes_given', offmon.server.base.fields.BoolField()),
                ('ends_at', offmon.server.base.fields.MsField()),
                ('asked_by', offmon.server.base.fields.IdField()),
                ('asked_at', offmon.server.base.fields.MsField()),
                ('decided_by', offmon.server.base.fields.IdField(null=True)),
                ('decided_at', offmon.server.base.fields.MsField(null=True)),
                ('outcome', offmon.server.base.fields.TextField(null=True)),
                ('decision', offmon.server.base.fields.BytesField(null=True)),
                ('lifted_by', offmon.server.base.fields.IdField(null=True)),
                ('lifted_at', offmon.server.base.fields.MsField(null=True)),
                ('lifting', offmon.server.base.fields.BytesField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('decided_by', None)), fields=['agency'], name='restriction_waits')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('decision', None), ('outcome', None)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('decision__isnull', False), ('outcome__isnull', False), ('asked_by__isnull', False), models.Q(('decided_by', models.F('asked_by')), _negated=True)), _connector='OR'), name='restriction_decided_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('agreed_in', None), ('decided_by', None)), models.Q(('agreed_in__isnull', False), ('begun_in__isnull', False), models.Q(('agreed_in', models.F('begun_in')), _negated=True)), _connector='OR'), name='restriction_in_another_sitting'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('asked_at')), ('ends_at__lte', django.db.models.expressions.CombinedExpression(models.F('asked_at'), '+', models.Value(7776000000)))), name='restriction_ends_soon'), models.CheckConstraint(condition=models.Q(django.db.models.lookups.GreaterThan(django.db.models.functions.text.Length('reasons'), 28), ('ground__in', [offmon.core.person.restrictions.RestrictionGround['INQUIRY'], offmon.core.person.restrictions.RestrictionGround['CRIME'], offmon.core.person.restrictions.RestrictionGround['PUBLIC_SECURITY'], offmon.core.person.restrictions.RestrictionGround['NATIONAL_SECURITY'], offmon.core.person.restrictions.RestrictionGround['OTHERS']])), name='restriction_has_ground_and_reasons'), models.CheckConstraint(condition=models.Q(models.Q(('looked', True), ('sent', True), _connector='OR'), ('until__gt', models.F('since'))), name='restriction_of_something'), models.CheckConstraint(condition=models.Q(models.Q(('routes_given', True), ('told', offmon.core.person.restrictions.Telling['LETTER'])), models.Q(('routes_given', False), ('told', offmon.core.person.restrictions.Telling['NOTHING'])), _connector='OR'), name='restriction_letter_gives_routes'), models.CheckConstraint(condition=models.Q(models.Q(('lifted_at', None), ('lifted_by', None), ('lifting', None)), models.Q(('lifted_at__isnull', False), ('lifted_by__isnull', False), ('lifting__isnull', False), ('outcome', offmon.core.person.restrictions.Decided['AGREED'])), _connector='OR'), name='restriction_lifted_once_agreed')],
            },
        ),
        migrations.CreateModel(
            name='RequestStep',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('what', offmon.server.base.fields.TextField()),
                ('on', offmon.server.base.fields.MsField()),
                ('by', offmon.server.base.fields.IdField()),
                ('at', offmon.server.base.fields.MsField()),
                ('how', offmon.server.base.fields.TextField(null=True)),
                ('taken_by', offmon.server.base.fields.IdField(null=True)),
                ('outcome', offmon.server.base.fields.TextField(null=True)),
                ('words', offmon.server.base.fields.BytesField(null=True)),
                ('answer', offmon.server.base.fields.BytesField(null=True)),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rights.request')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('request', 'what'), name='requeststep_once'), models.CheckConstraint(condition=models.Q(models.Q(('how__isnull', False), ('outcome', None), ('taken_by__isnull', False), ('what', offmon.core.person.deadlines.RequestStage['TAKEN_DOWN']), ('words', None)), models.Q(('how', None), ('outcome', None), ('taken_by', None), ('what', offmon.core.person.deadlines.RequestStage['TAKEN_UP']), ('words', None)), models.Q(('how', None), ('outcome', None), ('taken_by', None), ('what', offmon.core.person.deadlines.RequestStage['SHARED']), ('words__isnull', False)), models.Q(('how__isnull', False), ('outcome', None), ('taken_by', None), ('what', offmon.core.person.deadlines.RequestStage['EXTENDED']), ('words__isnull', False)), models.Q(('how__isnull', False), ('taken_by', None), ('what', offmon.core.person.deadlines.RequestStage['ANSWERED']), ('words', None)), _connector='OR'), name='requeststep_is_whole'), models.CheckConstraint(condition=models.Q(models.Q(('answer__isnull', False), ('what', offmon.core.person.deadlines.RequestStage['ANSWERED'])), models.Q(models.Q(('what', offmon.core.person.deadlines.RequestStage['ANSWERED']), _negated=True), ('answer', None)), _connector='OR'), name='requeststep_answers_in_words')],
            },
        ),
        migrations.CreateModel(
            name='HistoryKeys',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('ask', offmon.server.base.fields.IdField(unique=True)),
                ('opening', offmon.server.base.fields.IdField()),
                ('digest', offmon.server.base.fields.DigestField()),
                ('sealed', offmon.server.base.fields.BytesField()),
                ('made_at', offmon.server.base.fields.MsField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='HistoryAsk',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('device', offmon.server.base.fields.IdField()),
                ('digest', offmon.server.base.fields.DigestField()),
                ('signed', offmon.server.base.fields.BytesField()),
                ('asked_at', offmon.server.base.fields.MsField()),
                ('entries', offmon.server.base.fields.IntField()),
                ('first_on', offmon.server.base.fields.MsField()),
                ('last_on', offmon.server.base.fields.MsField()),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('agency', 'digest'), name='history_ask_once'), models.CheckConstraint(condition=models.Q(('entries__gt', 0), ('first_on__lte', models.F('last_on'))), name='history_ask_ordered')],
            },
        ),
        migrations.CreateModel(
            name='HistoryOpening',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('ask', offmon.server.base.fields.IdField()),
                ('asked_by', offmon.server.base.fields.IdField()),
                ('asked_in', offmon.server.base.fields.IdField(null=True)),
                ('asked_at', offmon.server.base.fields.MsField()),
                ('present', offmon.server.base.fields.BoolField()),
                ('others', offmon.server.base.fields.TextField()),
                ('reason', offmon.server.base.fields.TextField()),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('present', True), ('reason__gt', '')), name='history_opening_with_the_person')],
            },
        ),
        migrations.CreateModel(
            name='EndCertificate',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('deployment', offmon.server.base.fields.IdField()),
                ('digest', offmon.server.base.fields.DigestField()),
                ('facts', offmon.server.base.fields.BytesField()),
                ('shown', offmon.server.base.fields.BytesField()),
                ('made_by', offmon.server.base.fields.IdField()),
                ('made_at', offmon.server.base.fields.MsField()),
                ('handed_by', offmon.server.base.fields.IdField(null=True)),
                ('handed_at', offmon.server.base.fields.MsField(null=True)),
                ('how', offmon.server.base.fields.TextField(null=True)),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('deployment',), name='end_certificate_once'), models.CheckConstraint(condition=models.Q(models.Q(('handed_at', None), ('handed_by', None), ('how', None)), models.Q(('handed_at__isnull', False), ('handed_by__isnull', False), ('how__isnull', False)), _connector='OR'), name='end_certificate_handed_whole')],
            },
        ),
        migrations.CreateModel(
            name='Destruction',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('begun_in', offmon.server.base.fields.IdField(null=True)),
                ('agreed_in', offmon.server.base.fields.IdField(null=True)),
                ('deployment', offmon.server.base.fields.IdField()),
                ('key', offmon.server.base.fields.DigestField()),
                ('state', offmon.server.base.fields.TextField(default=offmon.core.states.DestructionState['ASKED'])),
                ('asked_by', offmon.server.base.fields.IdField()),
                ('asked_at', offmon.server.base.fields.MsField()),
                ('reason', offmon.server.base.fields.TextField()),
                ('approved_by', offmon.server.base.fields.IdField(null=True)),
                ('approved_at', offmon.server.base.fields.MsField(null=True)),
                ('refused_by', offmon.server.base.fields.IdField(null=True)),
                ('refused_at', offmon.server.base.fields.MsField(null=True)),
                ('refused_reason', offmon.server.base.fields.TextField(null=True)),
                ('stopped_at', offmon.server.base.fields.MsField(null=True)),
                ('stopped_why', offmon.server.base.fields.TextField(null=True)),
                ('done_at', offmon.server.base.fields.MsField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('approved_by', None)), fields=['agency'], name='destruction_waits')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', (offmon.core.states.DestructionState['REFUSED'], offmon.core.states.DestructionState['STOPPED'])), _negated=True), fields=('deployment',), name='destruction_one_a_deployment'), models.CheckConstraint(condition=models.Q(('reason__gt', '')), name='destruction_has_reason'), models.CheckConstraint(condition=models.Q(models.Q(('approved_at', None), ('approved_by', None)), models.Q(('approved_at__isnull', False), ('approved_by__isnull', False), ('asked_by__isnull', False), ('refused_by', None), models.Q(('approved_by', models.F('asked_by')), _negated=True)), _connector='OR'), name='destruction_approved_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('refused_at', None), ('refused_by', None), ('refused_reason', None)), models.Q(('refused_at__isnull', False), ('refused_by__isnull', False), ('refused_reason__isnull', False), ('approved_by', None), ('asked_by__isnull', False), ('refused_reason__gt', ''), models.Q(('refused_by', models.F('asked_by')), _negated=True)), _connector='OR'), name='destruction_refused_by_another'), models.CheckConstraint(condition=models.Q(('done_at', None), models.Q(('approved_at__isnull', False), ('approved_by__isnull', False), ('state', offmon.core.states.DestructionState['DONE']), ('stopped_at', None)), _connector='OR'), name='destruction_done_once_approved'), models.CheckConstraint(condition=models.Q(models.Q(('agreed_in', None), ('approved_by', None)), models.Q(('agreed_in__isnull', False), ('begun_in__isnull', False), models.Q(('agreed_in', models.F('begun_in')), _negated=True)), _connector='OR'), name='destruction_in_another_sitting')],
            },
        ),
    ]
