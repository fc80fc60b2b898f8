"""The tables of orders, and which process may do what with each."""

import django.db.models.deletion
import offmon.server.base.fields
import offmon.server.base.ids
from django.db import migrations, models

from offmon.server.base.policies import AUDIT_MIGRATION, CASELOAD_MIGRATION, INSERT, SELECT, case_table, may

WITHOUT_VERBATIM = (
    "id", "agency", "case", "salt", "instrument_id", "effect", "verbatim_digest", "person_text", "source_page",
    "capabilities", "since", "until", "recorded_by", "confirmed_by", "confirmed_at",
)  # fmt: skip


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        AUDIT_MIGRATION,
        CASELOAD_MIGRATION,
    ]

    operations = [
        migrations.CreateModel(
            name='InstrumentRow',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('basis', offmon.server.base.fields.TextField()),
                ('controller', offmon.server.base.fields.IdField()),
                ('made_by', offmon.server.base.fields.TextField()),
                ('reference', offmon.server.base.fields.TextField()),
                ('made_on', offmon.server.base.fields.TextField()),
                ('convicted_on', offmon.server.base.fields.TextField(null=True)),
                ('served_at', offmon.server.base.fields.MsField(null=True)),
                ('effective_from', offmon.server.base.fields.MsField()),
                ('offence_types', offmon.server.base.fields.TextsField()),
                ('document', offmon.server.base.fields.DigestField()),
                ('checked', offmon.server.base.fields.TextField()),
                ('requested_at', offmon.server.base.fields.MsField(null=True)),
                ('recorded_by', offmon.server.base.fields.IdField()),
                ('ended_at', offmon.server.base.fields.MsField(null=True)),
                ('end_known_at', offmon.server.base.fields.MsField(null=True)),
            ],
            options={
                'db_table': 'orders_instrument',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('end_known_at', None), ('ended_at', None)), models.Q(('end_known_at__isnull', False), ('ended_at__isnull', False)), _connector='OR'), name='instrument_end_known')],
            },
        ),
        migrations.CreateModel(
            name='TermRow',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('case', offmon.server.base.fields.IdField(db_index=True)),
                ('effect', offmon.server.base.fields.TextField()),
                ('verbatim', offmon.server.base.fields.BytesField()),
                ('verbatim_digest', offmon.server.base.fields.DigestField()),
                ('person_text', offmon.server.base.fields.TextField()),
                ('source_page', offmon.server.base.fields.IntField()),
                ('capabilities', offmon.server.base.fields.TextsField()),
                ('since', offmon.server.base.fields.MsField()),
                ('until', offmon.server.base.fields.MsField(null=True)),
                ('recorded_by', offmon.server.base.fields.IdField()),
                ('confirmed_by', offmon.server.base.fields.IdField(null=True)),
                ('confirmed_at', offmon.server.base.fields.MsField(null=True)),
                ('instrument', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='terms', to='orders.instrumentrow')),
            ],
            options={
                'db_table': 'orders_term',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at', None), ('confirmed_by', None)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False), models.Q(('confirmed_by', models.F('recorded_by')), _negated=True)), _connector='OR'), name='term_confirmed_by_another')],
            },
        ),
        *case_table(
            "orders_instrument",
            console=may(SELECT, INSERT, update=["ended_at", "end_known_at"]),
            signer=may(SELECT),
            vault=may(SELECT),
        ),
        *case_table(
            "orders_term",
            console=may(SELECT, INSERT, update=["confirmed_by", "confirmed_at"]),
            # Neither is shown the court's words: an order names victims.
            signer=may(SELECT, columns=WITHOUT_VERBATIM),
            vault=may(SELECT, columns=WITHOUT_VERBATIM),
        ),
    ]
