"""The tables of reaching, as its models say them (`makemigrations`)."""

import django.db.models.deletion
import offmon.core.alerts.reaching
import offmon.server.base.fields
import offmon.server.base.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    initial = True

    dependencies = [("agencies", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name='Channel',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('kind', offmon.server.base.fields.TextField()),
                ('address', offmon.server.base.fields.BytesField()),
                ('secret', offmon.server.base.fields.BytesField(null=True)),
                ('added_at', offmon.server.base.fields.MsField()),
                ('added_by', offmon.server.base.fields.IdField()),
                ('removed_at', offmon.server.base.fields.MsField(null=True)),
                ('removed_by', offmon.server.base.fields.IdField(null=True)),
                ('staff', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.staff')),
            ],
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('purpose', offmon.server.base.fields.TextField()),
                ('gravity', offmon.server.base.fields.TextField(null=True)),
                ('reference', offmon.server.base.fields.TextField()),
                ('asked_at', offmon.server.base.fields.MsField()),
                ('settled_at', offmon.server.base.fields.MsField(null=True)),
                ('leaves_at', offmon.server.base.fields.MsField()),
                ('needless', offmon.server.base.fields.TextField(null=True)),
                ('replaced_by', offmon.server.base.fields.IdField(null=True)),
                ('channel', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reaching.channel')),
                ('staff', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.staff')),
            ],
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('n', offmon.server.base.fields.IntField()),
                ('at', offmon.server.base.fields.MsField()),
                ('outcome', offmon.server.base.fields.TextField(null=True)),
                ('ended_at', offmon.server.base.fields.MsField(null=True)),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reaching.channel')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reaching.message')),
            ],
        ),
        migrations.AddConstraint(
            model_name='channel',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', offmon.core.alerts.reaching.ChannelKind['WEBHOOK']), ('secret__isnull', False), ('staff', None)), models.Q(('secret', None), ('staff__isnull', False), models.Q(('kind', offmon.core.alerts.reaching.ChannelKind['WEBHOOK']), _negated=True)), _connector='OR'), name='channel_of_staff_or_control_room'),
        ),
        migrations.AddConstraint(
            model_name='channel',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('removed_at', None), ('removed_by', None)), models.Q(('removed_at__isnull', False), ('removed_by__isnull', False)), _connector='OR'), name='channel_removed_by_somebody'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['agency', 'asked_at'], name='message_asked'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(condition=models.Q(('settled_at', None)), fields=('agency', 'reference'), name='message_one_open_of_a_reference'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('channel', None), ('gravity__isnull', False), ('purpose', offmon.core.alerts.reaching.Purpose['CALL']), ('staff__isnull', False)), models.Q(models.Q(('purpose', offmon.core.alerts.reaching.Purpose['CALL']), _negated=True), ('channel__isnull', False), ('gravity', None)), _connector='OR'), name='message_calls_or_tests'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('needless', None), ('replaced_by', None)), models.Q(('needless', offmon.core.alerts.reaching.Needless['ANSWERED']), ('replaced_by', None), ('settled_at__isnull', False)), models.Q(('needless', offmon.core.alerts.reaching.Needless['REPLACED']), ('replaced_by__isnull', False), ('settled_at__isnull', False)), _connector='OR'), name='message_needless_is_settled'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.UniqueConstraint(fields=('message', 'channel', 'n'), name='attempt_each_number_once'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('outcome', None)), models.Q(('ended_at__isnull', False), ('outcome__isnull', False)), _connector='OR'), name='attempt_ended_with_outcome'),
        ),
    ]
