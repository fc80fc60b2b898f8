"""Papers of notices: what was made to be handed over, in each language, as it was."""

import django.db.models.deletion
from django.db import migrations, models

import offmon.server.base.fields
import offmon.server.base.ids
from offmon.server.base.policies import INSERT, SELECT, case_table, may

# The words name the person, so that only the console, which holds the column key, reads them even enclosed.
WITHOUT_WORDS = [
    "id", "agency", "salt", "case", "deployment_id", "authorisation_id", "language", "made_by", "made_at", "checkpoint", "text",
]


class Migration(migrations.Migration):

    dependencies = [
        ('deployments', '0001_initial'),
    ]

    operations = [
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
                'abstract': False,
                'constraints': [
                    models.UniqueConstraint(fields=('deployment', 'made_at', 'language'), name='notice_paper_once_a_language'),
                    models.UniqueConstraint(fields=('deployment', 'text'), name='notice_paper_text_once'),
                ],
            },
        ),
        *case_table(
            "deployments_noticepaper",
            console=may(SELECT, INSERT),
            signer=may(SELECT, columns=WITHOUT_WORDS),
            vault=may(SELECT, columns=WITHOUT_WORDS),
        ),
    ]
