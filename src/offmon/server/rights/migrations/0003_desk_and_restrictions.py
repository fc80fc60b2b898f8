"""What is done with a request, and what the person is told later than the delay says.

The portal reads of a step which one and its day, of a restriction what it must leave out: no ground, no word, and nobody's name. Console
staff enter requests that came another way.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan

import offmon.server.base.fields
import offmon.server.base.ids
from offmon.server.base.policies import INSERT, SELECT, case_table, may
from offmon.server.base.sessions import agreed_in_another

GRANTS = [
    'grant insert on rights_request to offmon_console',
]


class Migration(migrations.Migration):

    dependencies = [
        ('rights', '0002_drawn_on_the_device'),
    ]

    operations = [
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
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rights.request')),
            ],
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
        ),
        migrations.AddConstraint(
            model_name='requeststep',
            constraint=models.UniqueConstraint(fields=('request', 'what'), name='requeststep_once'),
        ),
        migrations.AddConstraint(
            model_name='requeststep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('how__isnull', False), ('outcome', None), ('taken_by__isnull', False), ('what', 'taken_down'), ('words', None)), models.Q(('how', None), ('outcome', None), ('taken_by', None), ('what', 'taken_up'), ('words', None)), models.Q(('how__isnull', False), ('outcome', None), ('taken_by', None), ('what', 'extended'), ('words__isnull', False)), models.Q(('how__isnull', False), ('taken_by', None), ('what', 'answered'), ('words__isnull', False)), _connector='OR'), name='requeststep_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='restriction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('decision', None), ('outcome', None)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('decision__isnull', False), ('outcome__isnull', False), models.Q(('decided_by', models.F('asked_by')), _negated=True)), _connector='OR'), name='restriction_decided_by_another'),
        ),
        migrations.AddConstraint(model_name='restriction', constraint=agreed_in_another('restriction_in_another_sitting', agreed_by='decided_by')),
        migrations.AddConstraint(
            model_name='restriction',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('asked_at')), ('ends_at__lte', models.F('asked_at') + 7776000000)), name='restriction_ends_soon'),
        ),
        migrations.AddConstraint(
            model_name='restriction',
            constraint=models.CheckConstraint(condition=models.Q(GreaterThan(Length('reasons'), 28), ('ground__in', ['inquiry', 'crime', 'public_security', 'national_security', 'others'])), name='restriction_has_ground_and_reasons'),
        ),
        migrations.AddConstraint(
            model_name='restriction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('looked', True), ('sent', True), _connector='OR'), ('until__gt', models.F('since'))), name='restriction_of_something'),
        ),
        migrations.AddConstraint(
            model_name='restriction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('routes_given', True), ('told', 'letter')), models.Q(('routes_given', False), ('told', 'nothing')), _connector='OR'), name='restriction_letter_gives_routes'),
        ),
        migrations.AddConstraint(
            model_name='restriction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lifted_at', None), ('lifted_by', None), ('lifting', None)), models.Q(('lifted_at__isnull', False), ('lifted_by__isnull', False), ('lifting__isnull', False), ('outcome', 'agreed')), _connector='OR'), name='restriction_lifted_once_agreed'),
        ),
        *case_table(
            'rights_requeststep',
            console=may(SELECT, INSERT),
            portal=may(SELECT, columns=['id', 'agency', 'case', 'request_id', 'what', 'on']),
        ),
        *case_table(
            'rights_restriction',
            console=may(
                SELECT,
                INSERT,
                update=[
                    'decided_by', 'decided_at', 'outcome', 'decision', 'agreed_in', 'lifted_by', 'lifted_at', 'lifting',
                ],
            ),
            portal=may(
                SELECT,
                columns=[
                    'id', 'agency', 'case', 'sent', 'looked', 'since', 'until', 'outcome', 'decided_at', 'ends_at', 'lifted_at',
                ],
            ),
        ),
        migrations.RunSQL(GRANTS),
    ]
