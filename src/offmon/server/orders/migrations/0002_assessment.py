"""Impact assessments: the agency's own, signed by another person than who prepared them (R-DPA-31; ADR 7)."""

from django.db import migrations, models

import offmon.server.base.fields
import offmon.server.base.ids
from offmon.server.base.policies import INSERT, SELECT, agency_table, may

# What tells whether it counts, and until when: all of it but the salt, which whoever only asks needs not.
ASKED = (
    "id", "agency", "title", "capabilities", "sources", "document", "prepared_by", "prepared_at", "review_by",
    "signed_by", "signed_at", "asked_at", "answered_at", "extended",
)  # fmt: skip


class Migration(migrations.Migration):

    dependencies = [
        ("orders", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name='AssessmentRow',
            fields=[
                ('id', offmon.server.base.fields.IdField(default=offmon.server.base.ids.new_id, primary_key=True, serialize=False)),
                ('agency', offmon.server.base.fields.IdField(db_index=True)),
                ('salt', offmon.server.base.fields.BytesField(default=offmon.server.base.ids.new_salt)),
                ('title', offmon.server.base.fields.TextField()),
                ('capabilities', offmon.server.base.fields.TextsField()),
                ('sources', offmon.server.base.fields.TextsField()),
                ('document', offmon.server.base.fields.DigestField()),
                ('prepared_by', offmon.server.base.fields.IdField()),
                ('prepared_at', offmon.server.base.fields.MsField()),
                ('review_by', offmon.server.base.fields.MsField()),
                ('signed_by', offmon.server.base.fields.IdField(null=True)),
                ('signed_at', offmon.server.base.fields.MsField(null=True)),
                ('asked_at', offmon.server.base.fields.MsField(null=True)),
                ('answered_at', offmon.server.base.fields.MsField(null=True)),
                ('extended', offmon.server.base.fields.BoolField(default=False)),
            ],
            options={
                'db_table': 'orders_assessment',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('signed_at', None), ('signed_by', None)), models.Q(('signed_at__isnull', False), ('signed_by__isnull', False), models.Q(('signed_by', models.F('prepared_by')), _negated=True)), _connector='OR'), name='assessment_signed_by_another'), models.CheckConstraint(condition=models.Q(('review_by__gt', models.F('prepared_at')), ('review_by__lte', models.expressions.CombinedExpression(models.F('prepared_at'), '+', models.Value(31622400000)))), name='assessment_reviewed_within_a_year'), models.CheckConstraint(condition=models.Q(('answered_at', None), models.Q(('answered_at__gte', models.F('asked_at')), ('asked_at__isnull', False)), _connector='OR'), name='assessment_answered_when_asked')],
            },
        ),
        *agency_table(
            "orders_assessment",
            console=may(SELECT, INSERT, update=["signed_by", "signed_at", "asked_at", "answered_at", "extended"]),
            # The worker asks for renewals, whose end it cuts; the signer reads for itself whether what it signs was assessed.
            worker=may(SELECT, columns=ASKED),
            signer=may(SELECT, columns=ASKED),
        ),
    ]
